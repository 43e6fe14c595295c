"""Numbers typed in a text although a fact has them: they should come from the fact."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from babel.dates import get_month_names

from campaign.languages.data import language as language_data
from campaign.languages.data import locale
from campaign.pack.model import Pack
from campaign.text_input import in_latin_digits
from campaign.untrusted import whole_number

# A letter beside it makes another word of a number, except in scripts that put no space there: 241人, و241.
_LETTER = "A-Za-z\u00c0-\u052f_"
_NUMBER = re.compile(
    rf"(?<![\d{_LETTER}/.-])\d{{1,3}}(?:[ \u00a0\u202f,.\u066c]\d{{3}})+(?!\d)"
    rf"|(?<![\d{_LETTER}/.,\u066b\u066c-])\d+(?![\d{_LETTER}/])"
)
_MARKS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\]\([^)]*\)|https?://\S+", re.S)


@lru_cache(maxsize=64)
def _count_words(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Words before and after a number that counts articles, rules and documents, not people.

    "articles 6, 7 and 14": the joining words of the language stand between such numbers.
    """
    own = language_data(language)
    before, after, joining = (
        "|".join(own.line("not-facts", key)) or "(?!)" for key in ("before", "after", "joining")
    )
    return (
        re.compile(
            rf"(?:{before})[ .\u00a0(]*[\d(), \u00a0–-]*(?:(?:{joining}|,)[ \u00a0]*[\d()]*[ \u00a0]*)*$",
            re.I,
        ),
        re.compile(rf"^[\d, \u00a0]*(?:{joining})?[\d, \u00a0]*(?:{after})", re.I),
    )


def hand_written_numbers(text: str, language: str, pack: Pack) -> Iterator[tuple[int, str, str]]:
    """(line, number, key of the fact) for each number in the text that a fact already has.

    Dates, years and numbers of articles are left alone. Numbers under 10 are words.
    """
    values = {fact.value: fact.key for fact in pack.facts.values() if fact.value and fact.value >= 10}
    bare = _MARKS.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text)
    month_before, month_after = _month_patterns(language)
    before_number, after_number = _count_words(language)
    for match in _NUMBER.finditer(bare):
        digits = re.sub(r"[^0-9]", "", in_latin_digits(match[0]))
        left = bare[max(match.start() - 60, 0) : match.start()]
        right = bare[match.end() : match.end() + 40]
        if _is_year(digits, match[0]) or month_before.search(left) or month_after.search(right):
            continue
        if before_number.search(left) or after_number.search(right):
            continue
        number = whole_number(digits)
        for value, key in values.items():
            if value == number:
                yield bare[: match.start()].count("\n") + 1, match[0], key


def _is_year(digits: str, written: str) -> bool:
    return len(digits) == len(written) == 4 and 1900 <= int(digits) <= 2100


@lru_cache(maxsize=64)
def _month_patterns(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The name of a month before a number, and after it: "17 de noviembre", "1er mars", "5–7 January"."""
    months = "|".join(
        re.escape(name)
        for context in ("format", "stand-alone")
        for name in get_month_names("wide", context=context, locale=locale(language)).values()
    )
    ending, upper, word = (
        r"(?:[^\W\d_]{1,3}|\.|-\w{1,3})?",
        r"(?:[–-]\d+\.?)?",
        r"(?:[^\W\d_]{1,3}[ \u00a0])?",
    )
    return (
        re.compile(rf"(?:{months})[ \u00a0]*$", re.I),
        re.compile(rf"^{ending}{upper}[ \u00a0]*{word}(?:{months})", re.I),
    )
