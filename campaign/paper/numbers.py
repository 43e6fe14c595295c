"""The number on a sheet: which campaign, which batch, which sheet of it; typing errors are detected.

Ten characters of Crockford's base 32 (no I, L, O, U) and two check digits, in three groups of four:
`K7QM-29XR-4T61`. The check digits are those of ISO/IEC 7064, MOD 97-10, over the characters' values as
two digits each, so that every wrong character and every swap of two neighbours is detected. The 50 bits:

    campaign  10   of SHA-256 of its slug
    known      1   whether the site knows the batch, or the sheet was printed without the site
    batch     24   its number on the site, or a random number
    sheet     15   the sheet of the batch, from 1

A sheet that was printed without the site carries what it can itself: language (3 bits) and rows (5 bits)
take the first eight bits of the batch.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass

from campaign.untrusted import whole_number

_CHARACTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {character: value for value, character in enumerate(_CHARACTERS)} | {"O": 0, "I": 1, "L": 1}
_BATCH_BITS, _SHEET_BITS = 24, 15

#: The most sheets in one batch.
MOST_SHEETS = (1 << _SHEET_BITS) - 1


class NumberError(ValueError):
    """What was typed is not the number of a sheet of this campaign; `why`: 'form', 'check' or 'campaign'."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Number:
    """A sheet's number, read. `known`: the site knows the batch."""

    batch: int
    sheet: int
    known: bool = True

    @property
    def language(self) -> int:
        """For a sheet that was printed without the site: the place of its language in the pack's list."""
        return self.batch >> 21

    @property
    def rows(self) -> int:
        """For such a sheet: how many rows it has."""
        return self.batch >> 16 & 31

    @property
    def key(self) -> int:
        """The number without campaign and check digits, as it is stored."""
        return (self.known << _BATCH_BITS | self.batch) << _SHEET_BITS | self.sheet


def of_key(key: int) -> Number:
    """The number that is kept so."""
    sheet, batch = key & MOST_SHEETS, key >> _SHEET_BITS
    return Number(batch & (1 << _BATCH_BITS) - 1, sheet, bool(batch >> _BATCH_BITS))


def unknown_batch(language: int, rows: int) -> int:
    """A random batch, for sheets that are printed without the site."""
    return (language << 5 | rows) << 16 | secrets.randbits(16)


def written(slug: str, number: Number) -> str:
    """The number as it is printed, in three groups."""
    value = _campaign(slug) << 40 | number.key
    body = "".join(_CHARACTERS[value >> 5 * place & 31] for place in reversed(range(10)))
    whole = body + f"{98 - _remainder(body + '00'):02}"
    return "-".join(whole[place : place + 4] for place in (0, 4, 8))


def read(typed: str, slug: str) -> Number:
    """The number that somebody typed; spaces, hyphens and case do not matter. Raises NumberError."""
    bare = re.sub(r"[\s\-–—]", "", typed[:100]).upper()
    characters = "".join(
        _CHARACTERS[_VALUES[character]] if character in _VALUES else "?" for character in bare
    )
    if len(characters) != 12 or "?" in characters or whole_number(characters[10:]) is None:
        raise NumberError("form")
    if _remainder(characters) != 1:
        raise NumberError("check")
    value = sum(_VALUES[character] << 5 * place for place, character in enumerate(reversed(characters[:10])))
    if value >> 40 != _campaign(slug):
        raise NumberError("campaign")
    return of_key(value & (1 << 40) - 1)


def _campaign(slug: str) -> int:
    return int.from_bytes(hashlib.sha256(slug.encode()).digest()[:2]) >> 6


def _remainder(text: str) -> int:
    """The remainder of ten characters, each as two digits, and two digits."""
    return int("".join(f"{_VALUES[character]:02}" for character in text[:10]) + text[10:]) % 97
