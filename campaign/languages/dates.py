"""Dates as a language writes them: at the head of a letter, in a sentence, and as precise as a source is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from babel.dates import format_date, format_timedelta

from campaign.languages.data import language, locale
from campaign.languages.numbers import in_own_digits

_DAY = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")


@dataclass(frozen=True, slots=True, order=True)
class Day:
    """A date as precise as the source is: a year, a month or a day. Unknown parts are 0."""

    year: int
    month: int = 0
    day: int = 0

    @classmethod
    def read(cls, text: str) -> Day:
        """'2022', '2022-08' or '2022-08-22'; ValueError for anything else."""
        if not _DAY.fullmatch(text):
            raise ValueError(text)
        parts = [int(part) for part in text.split("-")]
        date(*[*parts, 1, 1][:3])
        return cls(*parts)

    def __str__(self) -> str:
        return "-".join([f"{self.year:04}"] + [f"{part:02}" for part in (self.month, self.day) if part])

    def first(self) -> date:
        """The earliest date that it may mean."""
        return date(self.year, self.month or 1, self.day or 1)

    def after(self, other: Day) -> bool:
        """Certainly later: a month is not after a day of that same month."""
        precision = 1 + bool(self.month and other.month) + bool(self.day and other.day)
        own_parts, other_parts = (self.year, self.month, self.day), (other.year, other.month, other.day)
        return own_parts[:precision] > other_parts[:precision]

    def show(self, code: str) -> str:
        """The date in words: '22 August 2022', 'август 2022 года', '2022'."""
        if self.day:
            return long_date(self.first(), code, "prose")
        return _formatted(self.first(), code, "month" if self.month else "year")


def long_date(day: date, code: str, place: str = "prose") -> str:
    """A date as a sentence has it: '23 November 2026'; or as a letter is dated (`place` is then 'letter').

    The patterns are in the language's file where CLDR's long form is not the one in use.
    """
    return _formatted(day, code, place)


def moment(at: datetime, code: str) -> str:
    """A day and a time of it, by CLDR's pattern: '23 November 2026, 14:05'."""
    time = in_own_digits(at.strftime("%H:%M"), code)
    both = str(locale(code).datetime_formats["medium"])
    return both.replace("{1}", long_date(at.date(), code)).replace("{0}", time).replace("'", "")


def short_date(day: date, code: str) -> str:
    """A date for a column of a table: '23 Nov 2026', '23.11.2026'."""
    return _formatted(day, code, "short")


@lru_cache(maxsize=4096)
def _formatted(day: date, code: str, place: str) -> str:
    own = language(code)
    pattern = str(own.line("dates", place))
    first = str(own.line("dates", "first-day"))
    if not pattern:
        # Without a pattern CLDR's long form; of a month and of a short date, the pattern of a skeleton.
        skeleton = _SKELETONS.get(place)
        pattern = _pattern_of(skeleton, code) if skeleton else "long"
    text = str(format_date(day, pattern, locale=locale(code)))
    if first and day.day == 1 and place in {"letter", "prose"}:
        text = re.sub(r"^1(?=\s)", first, text)
    return in_own_digits(text.replace("\u202f", "\u00a0"), code)


#: CLDR's skeletons, and the patterns of a language that has none.
_SKELETONS = {"month": ("yMMMM", "LLLL y"), "short": ("yMd", "d.M.y")}


def _pattern_of(skeleton: tuple[str, str], code: str) -> str:
    name, otherwise = skeleton
    skeletons = locale(code).datetime_skeletons
    return str(skeletons[name].pattern) if name in skeletons else otherwise


def years(count: int, code: str) -> str:
    """A number of years: in the words of the language's file, 'four years', else as in CLDR."""
    words = language(code).line("dates", "years")
    if 0 < count <= len(words):
        return str(words[count - 1])
    # Babel's format_unit has no years in some languages; this has them in all, and counts 365 days as one.
    span = timedelta(days=365 * count)
    return in_own_digits(format_timedelta(span, granularity="year", locale=locale(code)), code)


def place_and_date(place: str, day: date, code: str) -> str:
    """The date line of a letter: some languages put the place first, others have only the date."""
    line = str(language(code).line("letter", "date-line-with-place" if place else "date-line"))
    return line.replace("{date}", long_date(day, code, "letter")).replace("{place}", place)
