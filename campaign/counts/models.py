"""The table of letters that supporters say they sent: numbers by day, and nothing else."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign.database import Base


class LetterTally(Base):
    """How many letters went to one office on one day, from one country, by one channel.

    `country` is an ISO 3166 code, or '' where it was not given or is at risk.
    """

    __tablename__ = "letter_tally"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    addressee: Mapped[str] = mapped_column(String(80), primary_key=True)
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    way: Mapped[str] = mapped_column(String(8), primary_key=True)
    count: Mapped[int]
