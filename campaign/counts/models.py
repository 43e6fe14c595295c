"""Tables of what is counted: letters that supporters say they sent, what became of them, visits to pages."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, ForeignKey, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.database import Base


class PublicCountRow(Base):
    """The counts of one kind that every process shows: JSON, and the quarter of an hour or day since 1970."""

    __tablename__ = "public_count"
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    quarter: Mapped[int]
    body: Mapped[str] = mapped_column(Text)


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


class PartnerTally(Base):
    """How many letters and signatures came by one partner's word: no day, so that none is somebody's.

    `what` is one of `partners.LETTER` and `SIGNATURE`. `shard` spreads one sum over several rows.
    """

    __tablename__ = "partner_tally"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    partner: Mapped[str] = mapped_column(String(80), primary_key=True)
    what: Mapped[str] = mapped_column(String(10), primary_key=True)
    shard: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    count: Mapped[int]


class VisitTally(Base):
    """How often one form was opened, begun or finished on one day: `visits.FormKind` and `visits.Step`."""

    __tablename__ = "visit_tally"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    form: Mapped[str] = mapped_column(String(8), primary_key=True)
    step: Mapped[str] = mapped_column(String(8), primary_key=True)
    count: Mapped[int]


class AnswerTally(Base):
    """How many said on one day that one office gave such an answer to a letter in one language.

    `answer` is one of `answers.COUNTED`. Nothing says when the letter was written: two answers to one letter,
    reported on different days, have nothing in common but the office and the language.
    """

    __tablename__ = "answer_tally"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    addressee: Mapped[str] = mapped_column(String(80), primary_key=True)
    language: Mapped[str] = mapped_column(String(35), primary_key=True)
    answer: Mapped[str] = mapped_column(String(8), primary_key=True)
    count: Mapped[int]


class AnswerWait(Base):
    """How many said on one day that the first answer of one office came after so many weeks.

    Each letter is in it at most once, so that its row can't be matched with another of the same letter.
    """

    __tablename__ = "answer_wait"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    addressee: Mapped[str] = mapped_column(String(80), primary_key=True)
    weeks: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int]
