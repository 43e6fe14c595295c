"""Words that stand in documents in the campaign's language, from the language's file."""

from __future__ import annotations

from campaign.languages.data import language
from campaign.languages.numbers import in_own_digits
from campaign.languages.typography import typography


def edition(number: int, code: str) -> str:
    """'edition 12', for the small print of documents made from it."""
    return language(code).word("edition").replace("{n}", in_own_digits(str(number), code))


def keep_this_page(code: str) -> str:
    """The heading of the translation that a sender prints for themselves."""
    return typography(language(code).word("keep-this-page"), code)


def names_by_hand(code: str) -> tuple[str, ...]:
    """Headings of the four columns in which people sign by hand."""
    return tuple(language(code).line("words", "names-by-hand"))
