"""The table of answers that supporters gave to the organisers: sealed, and nothing beside."""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign.database import Base


class GivenAnswerRow(Base):
    """A sealed picture of an answer; `body` is a record of given.py."""

    __tablename__ = "given_answer"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
