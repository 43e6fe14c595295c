"""The public table: what each office did with the letters, as far as their writers said.

Numbers below five are hidden, since they could say who wrote; so is every share of fewer than five letters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from campaign.counts.answers import ANSWERED, KINDS, LETTER, NONE, AnswerRows, DayAnswers, DayWaits
from campaign.counts.coarse import NAMED_FROM
from campaign.pack.model import Pack

#: Months that the chart shows.
MONTHS = 12


@dataclass(frozen=True, slots=True)
class OfficeAnswers:
    """One row; None stands for what is hidden.

    `answers` counts each kind; a letter can be in several, as its answers come. `median` are days, by whole
    weeks. `silent` is the share, in per cent, of letters whose time for an answer passed without one, among
    those of which anything was said. `key` is '' for offices that the campaign has no more, taken together.
    """

    key: str
    sent: int | None
    answers: Mapping[str, int | None]
    median: int | None
    silent: int | None


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the chart: answers, and letters that had none in time; 0 for what is hidden."""

    first: date
    answered: int
    silent: int


def counted(pack: Pack, rows: AnswerRows) -> AnswerRows:
    """What was counted, without the periods that the organisers set aside."""

    def kept(day: date) -> bool:
        return not any(period.has(day) for period in pack.set_aside)

    return AnswerRows(
        [row for row in rows.answers if kept(row.day)], [row for row in rows.waits if kept(row.day)]
    )


def offices(pack: Pack, rows: AnswerRows, sent: Mapping[str, int]) -> list[OfficeAnswers]:
    """A row for each office of which anything may be shown, in the order of the pack."""
    found = []
    for key in (*pack.addressees, ""):
        own = {key} if key else {row.addressee for row in rows.answers} - set(pack.addressees)
        office = _office(key, own, rows, sum(sent.get(one, 0) for one in own))
        if any(number is not None for number in (office.sent, *office.answers.values())):
            found.append(office)
    return found


def _office(key: str, own: set[str], rows: AnswerRows, sent: int) -> OfficeAnswers:
    answers = [row for row in rows.answers if row.addressee in own]
    sums = _sums(answers)
    return OfficeAnswers(
        key=key,
        sent=shown(sent),
        answers={kind: shown(sums[kind]) for kind in KINDS},
        median=_median_days([row for row in rows.waits if row.addressee in own]),
        silent=_share(sums[NONE], sums[LETTER]),
    )


def _sums(answers: Iterable[DayAnswers]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for row in answers:
        sums[row.answer] += row.count
    return sums


def shown(number: int) -> int | None:
    """A number that may be shown; None for one that could say who it was."""
    return number if number >= NAMED_FROM else None


def _share(part: int, whole: int) -> int | None:
    """A share in per cent, rounded to ten, where neither it nor the rest is made of a few."""
    if whole < NAMED_FROM:
        return None
    return round(part / whole * 10) * 10


def _median_days(waits: list[DayWaits]) -> int | None:
    """The days within which half of the first answers came, by whole weeks."""
    weeks = sorted((row.weeks, row.count) for row in waits)
    total = sum(count for _weeks, count in weeks)
    if total < NAMED_FROM:
        return None
    sums = accumulate(count for _weeks, count in weeks)
    middle = next(week for (week, _count), so_far in zip(weeks, sums, strict=True) if 2 * so_far >= total)
    return (middle + 1) * 7


def months(rows: AnswerRows, today: date) -> list[Month]:
    """The last months, the newest last; none if all of them are hidden."""
    last = today.year * 12 + today.month - 1
    found = list(_months(rows, range(last - MONTHS + 1, last + 1)))
    return found if any(month.answered or month.silent for month in found) else []


def _months(rows: AnswerRows, numbers: Iterable[int]) -> Iterator[Month]:
    for number in numbers:
        year, month = divmod(number, 12)
        sums = _sums(row for row in rows.answers if (row.day.year, row.day.month) == (year, month + 1))
        answered = sum(sums[kind] for kind in ANSWERED)
        yield Month(date(year, month + 1, 1), shown(answered) or 0, shown(sums[NONE]) or 0)


def by_language(rows: AnswerRows) -> dict[str, int]:
    """The letters of which anything was said, by their language, where it may be shown."""
    sums: Counter[str] = Counter()
    for row in rows.answers:
        if row.answer == LETTER:
            sums[row.language] += row.count
    return {code: count for code, count in sorted(sums.items()) if count >= NAMED_FROM}
