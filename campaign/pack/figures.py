"""Numbers typed in a text although a fact has them: they should come from the fact."""

from __future__ import annotations

import re
from collections.abc import Iterator

from babel.dates import get_month_names

from campaign.pack.model import Pack
from campaign.untrusted import whole_number

_NUMBER = re.compile(r"(?<![\w/.-])\d{1,3}(?:[ \u00a0\u202f,]\d{3})+(?!\d)|(?<![\w/.,-])\d+(?![\w/])")
_MARKS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\]\([^)]*\)|https?://\S+", re.S)
# Numbers after these words count articles, rules and documents, not people.
_ARTICLE = re.compile(
    r"(?:art(?:icle)?s?|principles?|para(?:graph)?s?|rule|comment|no|№|ст(?:ать\w*)?|стать\w*|принцип\w*|"
    r"пункт\w*|замечани\w*|бап\w*|қағидат\w*|тармақ\w*|түсінді\w*|principes?|observation|résolution|resolution)"
    r"[ .\u00a0(]*[\d(), \u00a0–-]*(?:(?:and|to|и|по|және|et|à|,)[ \u00a0]*[\d()]*[ \u00a0]*)*$",
    re.I,
)


# Kazakh names the article after its number: «12, 13 және 15-баптар».
_ARTICLE_AFTER = re.compile(r"^[\d, \u00a0]*(?:және|мен|пен)?[\d, \u00a0]*-?(?:ба[пб]|тармақ|қағидат)", re.I)


def hand_written_numbers(text: str, language: str, pack: Pack) -> Iterator[tuple[int, str, str]]:
    """(line, number, key of the fact) for each number in the text that a fact already has.

    Dates, years and numbers of articles are left alone. Numbers under 10 are words.
    """
    values = {fact.value: fact.key for fact in pack.facts.values() if fact.value and fact.value >= 10}
    bare = _MARKS.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text)
    month_before, month_after = _month_patterns(language)
    for match in _NUMBER.finditer(bare):
        digits = re.sub(r"[^0-9]", "", match[0])
        left = bare[max(match.start() - 60, 0) : match.start()]
        right = bare[match.end() : match.end() + 40]
        if _is_year(match[0], digits) or month_before.search(left) or month_after.search(right):
            continue
        if _ARTICLE.search(left) or _ARTICLE_AFTER.search(right):
            continue
        number = whole_number(digits)
        for value, key in values.items():
            if value == number:
                yield bare[: match.start()].count("\n") + 1, match[0], key


def _is_year(number: str, digits: str) -> bool:
    return len(digits) == 4 and 1900 <= (whole_number(number) or 0) <= 2100


def _month_patterns(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The name of a month before a number, and after it."""
    months = "|".join(
        re.escape(name)
        for context in ("format", "stand-alone")
        for name in get_month_names("wide", context=context, locale=language).values()
    )
    return (
        re.compile(rf"(?:{months})[ \u00a0]*$", re.I),
        re.compile(rf"^(?:er|-?ші|-?шы)?[ \u00a0]*(?:{months})|^[-–]\d+[ \u00a0]*(?:{months})", re.I),
    )
