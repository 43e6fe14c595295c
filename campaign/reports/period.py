"""The days that a report covers. It ends with yesterday at the latest: no number of today is public yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from campaign.messages import Message

#: Days of a report for which no first day is named, and of the longest one.
USUAL, MOST = 30, 3_660


class PeriodError(ValueError):
    """A period of which there is no report: `message` says why, `field` is “first” or “last”."""

    def __init__(self, field: str, message: Message) -> None:
        super().__init__(str(message))
        self.field, self.message = field, message


@dataclass(frozen=True, slots=True)
class Period:
    """The first and the last day, both included, by the campaign's clock."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    def has(self, day: date) -> bool:
        return self.first <= day <= self.last


def read(first: str, last: str, today: date) -> Period:
    """The period between two typed days, such as 2026-11-01; thirty days to yesterday where they are empty.

    `today` is the campaign's. Raises PeriodError.
    """
    yesterday = _before(today, 1)
    end = _day("last", last) or yesterday
    if end > yesterday:
        raise PeriodError(
            "last",
            Message("Today’s numbers are not public yet: choose %(day)s or an earlier day.", day=yesterday),
        )
    begin = _day("first", first) or _before(end, USUAL - 1)
    if begin > end:
        raise PeriodError("first", Message("The first day is after the last one. Exchange them."))
    if (end - begin).days >= MOST:
        raise PeriodError("first", Message("A report covers ten years at most. Choose a later first day."))
    return Period(begin, end)


def _before(day: date, days: int) -> date:
    """So many days earlier, or the first day of the calendar."""
    return day - timedelta(days=min(days, (day - date.min).days))


def _day(field: str, typed: str) -> date | None:
    """The day that was typed, None for none. Raises PeriodError."""
    text = typed.strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        message = Message("Enter the date as year-month-day, such as 2026-11-23.")
        raise PeriodError(field, message) from None
