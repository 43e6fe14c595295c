"""The one mark of a headline: how many whole years have passed since a day.

    headline: {en: '{{ years_since("2021-03-12") | capital }} on, no investigation'}

It is words with their noun, such as “four years”. A text that must not change, such as a letter, has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from campaign.languages.dates import years
from campaign.languages.typography import begun
from campaign.messages import Message

#: How an organiser writes it, for messages.
EXAMPLE = '{{ years_since("2021-03-12") }}'

MARK = re.compile(
    r"""\{\{\s*years_since\(\s*(["'])(?P<day>[^"']{0,40})\1\s*\)\s*(?P<capital>\|\s*capital\s*)?\}\}"""
)


def filled(text: str, code: str, today: date) -> str:
    """The text with its marks filled in; a mark without a day that has passed stays as it is typed."""

    def words(mark: re.Match[str]) -> str:
        count = _count(mark["day"], today)
        if count is None:
            return mark[0]
        return begun(years(count, code), code) if mark["capital"] else years(count, code)

    return MARK.sub(words, text)


def age(texts: Mapping[str, str], today: date) -> int:
    """A number that grows when one of the texts, by language, says another number of years."""
    counts = (_count(mark["day"], today) for text in texts.values() for mark in MARK.finditer(text))
    return sum(count or 0 for count in counts)


def problems(text: str, today: date) -> Iterator[Message]:
    """What is wrong with the marks of a headline."""
    for mark in MARK.finditer(text):
        if _day(mark["day"]) is None:
            yield Message("“%(text)s” is not a date like 2022-01-05.", text=mark["day"])
        elif not _count(mark["day"], today):
            yield Message("No whole year has passed since %(day)s.", day=mark["day"])


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        return None


def _count(text: str, today: date) -> int | None:
    """The whole years since a day; None for what is no day, or is still to come."""
    since = _day(text)
    if since is None or since > today:
        return None
    return today.year - since.year - ((today.month, today.day) < (since.month, since.day))
