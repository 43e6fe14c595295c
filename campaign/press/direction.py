"""The direction and the language of typed text, for formats that have to state both.

Programs order the characters of a line by themselves (UAX #9). What a file has to state is the
direction of a paragraph, and for Word also that of each piece; and which language a piece is in, so that
no dictionary or voice of another language is used. The language is that which CLDR holds the most
likely for the script, unless letters of another one appear.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from babel.core import get_global
from fontTools.unicodedata import script

#: No language that we know: what ISO 639 says of a text that nobody has looked at.
UNKNOWN = "und"

#: Letters that only one of the likely languages of a script has, by script.
_LETTERS_OF_ONE = {
    "Arab": (("ٹڈڑےں", "ur-PK"), ("پچژگ", "fa-IR")),
    "Cyrl": (("әғқңұүһ", "kk-KZ"), ("їєґ", "uk-UA")),
}

_COMMON = {"Zyyy", "Zinh", "Zzzz"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text in one direction; `language` is '' where it is that of the letter."""

    text: str
    right_to_left: bool
    language: str


def right_to_left(text: str) -> bool:
    """Whether a text runs from right to left: its first letter with a direction decides (UAX #9, P2)."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in {"L", "R", "AL"}:
            return kind != "L"
    return False


#: Texts whose pieces are kept: those of the campaign are asked for again and again, and what supporters typed
#: must go (metrics.py).
MOST_TEXTS = 1_024


@lru_cache(maxsize=MOST_TEXTS)
def pieces(text: str, language: str) -> tuple[Piece, ...]:
    """The text in pieces of one direction each, in the order in which they are read.

    `language` is that of the letter. Spaces and punctuation belong to what is on both sides of them,
    otherwise to the paragraph's own direction (UAX #9, N1 and N2); figures to the letters before them.
    """
    groups = groupby(zip(text, _directions(text), strict=True), key=lambda pair: pair[1])
    parts = [("".join(character for character, _ in group), is_right) for is_right, group in groups]
    return tuple(Piece(part, is_right, _language(part, language)) for part, is_right in parts)


def _directions(text: str) -> list[bool]:
    """For each character whether it runs from right to left."""
    base = before = right_to_left(text)
    strong: list[bool | None] = []
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in {"L", "R", "AL"}:
            before = kind != "L"
            strong.append(before)
        elif kind == "AN":
            strong.append(True)
        else:
            strong.append(before if kind in {"EN", "NSM"} else None)
    directions: list[bool] = []
    for known, group in groupby(strong):
        length = len(list(group))
        if known is not None:
            directions += [known] * length
            continue
        left = directions[-1] if directions else base
        end = len(directions) + length
        right = strong[end] if end < len(strong) else base
        directions += [left if left == right else base] * length
    return directions


def _language(text: str, letter_language: str) -> str:
    """The language tag of a piece; '' for that of the letter."""
    scripts = Counter(script(character) for character in text)
    letters = {name: count for name, count in scripts.items() if name not in _COMMON}
    if not letters:
        return ""
    main = max(letters, key=lambda name: letters[name])
    own = main == _likely(letter_language)[1]
    if (telling := _language_by_letters(text, main)) and not telling.startswith(letter_language):
        return telling
    if own:
        return ""
    language, _, country = _likely(f"{UNKNOWN}_{main}")
    return f"{language}-{country}" if language and main != "Latn" else UNKNOWN


def _language_by_letters(text: str, main: str) -> str:
    letters = set(text.lower())
    return next(
        (tag for letters_of_one, tag in _LETTERS_OF_ONE.get(main, ()) if letters & set(letters_of_one)), ""
    )


@lru_cache(maxsize=256)
def _likely(tag: str) -> tuple[str, str, str]:
    """CLDR's most likely language, script and country; three empty texts where it has none."""
    language, _, rest = str(get_global("likely_subtags").get(tag, "")).partition("_")
    main, _, country = rest.partition("_")
    return language, main, country
