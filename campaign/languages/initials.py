"""A name as its initials: which letters stay, and what stands after them.

- A word of the name leaves its first letter, as a capital where its script has capitals, with a full stop:
  “Ana Example” is “A. E.”. The order is that in which the name was typed: who writes the family name first
  has its letter first.
- A letter is what readers take for one (a grapheme cluster): with its marks, and in scripts of India with
  what is written under or after it. A vowel that is written before its consonant, as in Thai, is passed over.
- A double name keeps its hyphen: “Jean-Luc” is “J.-L.”.
- A particle is left out: a word or half of one with a small letter, if it is not the first word and others
  have capitals (van, de, al-, ұлы). What follows an apostrophe in it is a word if it has a capital: d’Arcy.
- Where names have no spaces, in Chinese, Japanese and Korean writing, the first letter of all stays, and two
  asterisks stand for the rest, however much it is: nobody can tell where the family name ends.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from campaign.languages.typography import capitals

#: What stands for the rest of a name that has no spaces.
REST = "**"

#: The most words, and parts of a word, that leave a letter: a name of very many would not become shorter.
MOST, MOST_PARTS = 8, 2

_SPACES = re.compile(r"[\s.,;·・،，]+")
_HYPHENS = re.compile("[-\u2010\u2011\u2013\u058a\u05be\u30a0\ufe63\uff0d]+")
_APOSTROPHES = re.compile("['’‘ʼʻ`´′＇]")

#: How the names of characters begin in Unicode, of scripts in whose names no space divides words.
_UNDIVIDED = ("CJK ", "IDEOGRAPHIC ", "HIRAGANA ", "KATAKANA ", "HANGUL ", "BOPOMOFO ")

#: Vowels that are written before the consonant after which they are spoken (Logical_Order_Exception).
_BEFORE = re.compile("[\u0e40-\u0e44\u0ec0-\u0ec4\u19b5-\u19b7\u19ba\uaab5\uaab6\uaab9\uaabb\uaabc]")

#: Signs that join the consonant before them to the one after (UAX #29, GB9c), and what may be between.
_JOINING = "\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d"
_JOINER = "\u200d"


def initials(name: str, language: str = "") -> str:
    """The initials of a name that was typed in a language; '' if it has no letters."""
    words = list(_words(unicodedata.normalize("NFC", name)))
    if not words:
        return ""
    first = _letter(words[0][0])
    if unicodedata.name(first[0], "").startswith(_UNDIVIDED):
        return first + REST
    if any(_is_capital(part) for word in words for part in word):
        rest = (without for word in words[1:] if (without := _without_particles(word)))
        words = [_without_particles(words[0]) or words[0], *rest]
    return " ".join("-".join(_written(part, language) for part in word[:MOST_PARTS]) for word in words[:MOST])


def _words(name: str) -> Iterator[list[str]]:
    """The words of a name that have letters, each as its parts: two of a double name, otherwise one."""
    for text in _SPACES.split(name):
        parts = [part for part in map(_after_particle, _HYPHENS.split(text)) if _start(part) is not None]
        if parts:
            yield parts


def _without_particles(word: list[str]) -> list[str]:
    """The parts of a word that do not begin with a small letter."""
    return [part for part in word if not _letter(part)[0].islower()]


def _after_particle(text: str) -> str:
    """The word itself, where a small one is before its apostrophe: d’Arcy is Arcy, O’Brien stays as it is."""
    before, *after = _APOSTROPHES.split(text, maxsplit=1)
    return after[0] if after and not _is_capital(before) and _is_capital(after[0]) else text


def _start(text: str) -> int | None:
    """Where the first letter of a word is; None if it has none. ʻ and the like are no letters."""
    return next((n for n, one in enumerate(text) if _is_letter(one) and not _BEFORE.match(one)), None)


def _is_letter(character: str) -> bool:
    return unicodedata.category(character) in {"Lu", "Ll", "Lt", "Lo", "Nl"}


def _is_capital(text: str) -> bool:
    """Whether the first letter of a word is a capital."""
    start = _start(text)
    return start is not None and text[start] != text[start].lower()


def _letter(text: str) -> str:
    """The first letter of a word that has one, with all that belongs to it."""
    start = _start(text) or 0
    end = start + 1
    while end < len(text) and (_is_mark(text[end]) or _is_joined(text[start:end], text[end])):
        end += 1
    return text[start:end].removesuffix(_JOINER)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M") or character == _JOINER


def _is_joined(before: str, character: str) -> bool:
    """Whether a letter belongs to the one before it, because a sign joins them."""
    return before.rstrip(_JOINER)[-1:] in {*_JOINING} and _is_letter(character)


def _written(text: str, language: str) -> str:
    letter = _letter(text)
    # Not every letter that has a capital has it at the beginning of a name: title() knows which.
    big = capitals(letter[0], language) if letter[0] == "i" else letter[0].title()
    return f"{big}{letter[1:]}."
