"""Counting what became of letters, and what was counted.

A return slip is used once for each kind of answer, once for the letter itself, and once for the time that
its first answer took. Only keyed hashes of these uses are stored, and each is another one: without the slip
nobody can tell that two of them are of one letter, and the slip is with its writer alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.counts import tallying
from campaign.counts.models import AnswerTally, AnswerWait
from campaign.counts.quarterly import QuarterHourly
from campaign.database import transaction
from campaign.editions.models import Campaign

#: No answer after the last day for one, and four kinds of answers.
NONE, *ANSWERED = KINDS = ("none", "receipt", "evasive", "promise", "action")

#: What is counted once for each letter of which anything is said.
LETTER = "letter"

COUNTED = (*KINDS, LETTER)


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody says of a letter. `weeks`: how long the first answer took, None if this is not it.

    `first`: nothing was said of this letter before.
    """

    addressee: str
    language: str
    kind: str
    first: bool = False
    weeks: int | None = None


@dataclass(frozen=True, slots=True)
class DayAnswers:
    """How many on a day, for an office and a language, gave one of COUNTED."""

    day: date
    addressee: str
    language: str
    answer: str
    count: int


@dataclass(frozen=True, slots=True)
class DayWaits:
    """How many first answers of an office, reported on a day, came after so many weeks."""

    day: date
    addressee: str
    weeks: int
    count: int


@dataclass(frozen=True, slots=True)
class AnswerRows:
    """All that was counted for a campaign."""

    answers: list[DayAnswers] = field(default_factory=list)
    waits: list[DayWaits] = field(default_factory=list)


def count_answer(session: Session, slug: str, answer: Answer, day: date) -> None:
    """Count an answer, in the caller's transaction if there is one. Raises ValueError for an unknown kind."""
    if answer.kind not in KINDS:
        raise ValueError(answer.kind)
    with transaction(session) as connection:
        campaign = session.scalars(select(Campaign.id).where(Campaign.slug == slug)).one()
        row = {"campaign_id": campaign, "day": day, "addressee": answer.addressee}
        for kind in (answer.kind, LETTER) if answer.first else (answer.kind,):
            tallying.add(connection, AnswerTally, {**row, "language": answer.language, "answer": kind})
        if answer.weeks is not None:
            tallying.add(connection, AnswerWait, {**row, "weeks": answer.weeks})


def all_answers(session: Session) -> dict[str, AnswerRows]:
    """What was counted for each campaign that has any, by slug."""
    rows: dict[str, AnswerRows] = {}
    for table, made, of in ((AnswerTally, DayAnswers, "answers"), (AnswerWait, DayWaits, "waits")):
        columns = [getattr(table, name) for name in made.__slots__]
        query = select(Campaign.slug, *columns).join(Campaign, Campaign.id == table.campaign_id)
        for slug, *values in session.execute(query):
            getattr(rows.setdefault(slug, AnswerRows()), of).append(made(*values))
    return rows


class AnswerCounts(QuarterHourly[AnswerRows]):
    """What was counted when the last quarter of an hour began, in memory: see letter_counts.py."""

    def __init__(self, session: Callable[[], Session], **options: Any) -> None:
        super().__init__(session, lambda open_session, _at: all_answers(open_session), **options)

    kind = "answers"

    def encode(self, number: AnswerRows) -> Any:
        return [
            [[row.day.isoformat(), *astuple(row)[1:]] for row in rows]
            for rows in (number.answers, number.waits)
        ]

    def decode(self, value: Any) -> AnswerRows:
        answers, waits = ([[date.fromisoformat(day), *rest] for day, *rest in rows] for rows in value)
        return AnswerRows([DayAnswers(*row) for row in answers], [DayWaits(*row) for row in waits])
