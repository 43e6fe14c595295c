"""Latin script: what a post office abroad can read."""

from __future__ import annotations

import unicodedata

#: How Unicode's names of letters begin that a text in Latin script has: ʻ and º are such letters.
_LATIN = ("LATIN ", "FULLWIDTH LATIN ", "MODIFIER LETTER ", "MASCULINE ORDINAL", "FEMININE ORDINAL")


def is_latin(*texts: str) -> bool:
    """Whether no text has a letter of another script; digits and signs belong to every script."""
    return all(
        text.isascii()
        or all(not letter.isalpha() or unicodedata.name(letter, "").startswith(_LATIN) for letter in text)
        for text in texts
    )
