"""The outbox."""

from __future__ import annotations

from sqlalchemy import Integer, LargeBinary, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign.database import Base


class Mail(Base):
    """One waiting e-mail. `id` is its Message-ID; `hour` names the key that its content is sealed with.

    `due` is when it may be tried (seconds since 1970). `refused` is the relay's answer (5xx) if it
    is not tried again; its content is deleted then.
    """

    __tablename__ = "mail"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    hour: Mapped[int] = mapped_column(Integer, index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    due: Mapped[int] = mapped_column(Integer, index=True)
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    refused: Mapped[int] = mapped_column(SmallInteger, default=0)
