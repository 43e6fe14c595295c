"""The tables of stalls. A batch is sealed; when somebody has decided on it, its records are deleted here."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, DateTime, ForeignKey, Integer, LargeBinary, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign.database import Base


class StallBatch(Base):
    """A batch that was handed over. `state` is waiting, accepted or refused; `body` its file while it waits.

    `digest` is the file's hash, `collected` the day by the device's clock, `erase_on` the day that signers
    were promised, `known` how many of the records were here when it came, `counted` how many it added.
    `person_id` and `who` handed it over, or made the code with which somebody did.
    """

    __tablename__ = "stall_batch"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    epoch: Mapped[int] = mapped_column(SmallInteger)
    edition: Mapped[int]
    records: Mapped[int]
    collected: Mapped[date] = mapped_column(Date)
    receipt: Mapped[str] = mapped_column(String(11))
    state: Mapped[str] = mapped_column(String(8))
    person_id: Mapped[int] = mapped_column(Integer)
    who: Mapped[str] = mapped_column(String(254))
    day: Mapped[date] = mapped_column(Date)
    decided_by: Mapped[str] = mapped_column(String(254), default="")
    decided: Mapped[date | None] = mapped_column(Date)
    erase_on: Mapped[date | None] = mapped_column(Date)
    known: Mapped[int] = mapped_column(default=0)
    counted: Mapped[int] = mapped_column(default=0)
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class StallCode(Base):
    """A code with which somebody hands over one batch; only its hash is here, until it is used."""

    __tablename__ = "stall_code"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    person_id: Mapped[int] = mapped_column(Integer)
    who: Mapped[str] = mapped_column(String(254))
    expires: Mapped[datetime] = mapped_column(DateTime(timezone=True))
