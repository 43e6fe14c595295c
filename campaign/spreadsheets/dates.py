"""A day as people and spreadsheets write it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache

from campaign.languages import lists
from campaign.text_input import in_latin_digits

#: Excel's numbers of days that are read: from 2000 to 2099.
_SERIALS = range(36_526, 73_050)
_EPOCH = date(1899, 12, 30)

#: Years that are read of other dates.
_YEARS = range(2000, 2100)

_YEAR_FIRST = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})", re.ASCII)
_TIME = re.compile(r"[T ]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[AaPp][Mm])?Z?$")


@cache
def _year_last() -> re.Pattern[str]:
    """Day, month and year, perhaps with what a language writes after the year."""
    signs = "|".join(map(re.escape, lists.years()))
    return re.compile(rf"(\d{{1,2}})[-./](\d{{1,2}})[-./](\d{{4}})(?:[ \u00a0]?(?:{signs})\.?)?", re.ASCII)


def read(text: str) -> date | None:
    """The day of 2026-11-24, 24.11.2026, 24/11/2026 or 46350, with or without a time; None for another text.

    The day comes before the month. 11/24/2026 has no such month, so it is not read: others in the list
    would then be read wrongly. 1405/09/03 is of another calendar, and is not read either.
    """
    text = _without_time(text)
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = map(int, match.groups())
    elif match := _year_last().fullmatch(text):
        day, month, year = map(int, match.groups())
    else:
        return _serial(text)
    try:
        return date(year, month, day) if year in _YEARS else None
    except ValueError:
        return None


def _without_time(text: str) -> str:
    return _TIME.sub("", in_latin_digits(text.strip()[:40])).strip()


def _serial(text: str) -> date | None:
    match = re.fullmatch(r"([0-9]{5})(?:[.,][0-9]{1,12})?", text)
    days = int(match[1]) if match else 0
    return _EPOCH + timedelta(days) if days in _SERIALS else None


def month_first(text: str) -> bool:
    """Whether a text is a date that can only be month, day, year."""
    match = _year_last().fullmatch(_without_time(text))
    return bool(match) and "/" in text and int(match[2]) > 12 >= int(match[1])  # type: ignore[index]


def is_ambiguous(text: str) -> bool:
    """Whether a date with slashes could be day, month or month, day."""
    match = _year_last().fullmatch(_without_time(text))
    return bool(match) and "/" in text and match[1] != match[2] and max(int(match[1]), int(match[2])) <= 12  # type: ignore[index]
