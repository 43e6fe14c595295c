"""Latin script: what a post office abroad can read, and capitals."""

from __future__ import annotations

import unicodedata

#: How Unicode's names of letters begin that a text in Latin script has: ʻ and º are such letters.
_LATIN = ("LATIN ", "FULLWIDTH LATIN ", "MODIFIER LETTER ", "MASCULINE ORDINAL", "FEMININE ORDINAL")

#: Languages and countries in which i has a dot when it is a capital.
_DOTTED = {"tr", "az", "TR", "AZ"}


def is_latin(*texts: str) -> bool:
    """Whether no text has a letter of another script; digits and signs belong to every script."""
    return all(
        text.isascii()
        or all(not letter.isalpha() or unicodedata.name(letter, "").startswith(_LATIN) for letter in text)
        for text in texts
    )


def capitals(text: str, where: str) -> str:
    """The text in capitals as a language (two small letters) or a country (two capitals) writes them."""
    if where in _DOTTED:
        text = text.replace("i", "İ")
    return text.upper()
