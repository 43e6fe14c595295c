"""The table of photographs: two sizes of each, by campaign and hash."""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign.database import Base


class PhotographRow(Base):
    """A photograph of a campaign; never changed, and deleted once no text names it."""

    __tablename__ = "photograph"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    width: Mapped[int] = mapped_column(SmallInteger)
    height: Mapped[int] = mapped_column(SmallInteger)
    small_width: Mapped[int] = mapped_column(SmallInteger)
    small_height: Mapped[int] = mapped_column(SmallInteger)
    large: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    small: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
