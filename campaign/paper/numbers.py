"""The number on a sheet: which campaign, which batch, which sheet of it; a typing error is seen.

Ten characters of Crockford's base 32 (no I, L, O, U) and two check digits, in three groups of four:
`K7QM-29XR-4T61`. The check digits are those of ISO/IEC 7064, MOD 97-10, over the signs' values as two
digits each, so that every wrong sign and every two neighbours that changed places are found. In
the 50 bits stand:

    campaign  10   of SHA-256 of its slug
    known      1   whether the site knows the batch, or it was printed without it
    batch     24   its number on the site, or by chance
    sheet     15   the sheet of the batch, from 1

A sheet that was printed without the site says itself what it can: language (3 bits) and rows (5 bits)
stand in the place of the first eight bits of the batch.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass

_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ = {sign: value for value, sign in enumerate(_SIGNS)} | {"O": 0, "I": 1, "L": 1}
_BATCH, _SHEET = 24, 15

#: Most sheets of one batch.
MOST_SHEETS = (1 << _SHEET) - 1


class NumberError(ValueError):
    """What was typed is no sheet's number of this campaign; `why` is 'form', 'check' or 'campaign'."""

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
        """Of a sheet that was printed without the site: the place of its language in the pack's list."""
        return self.batch >> 21

    @property
    def rows(self) -> int:
        """Of such a sheet: how many rows it has."""
        return self.batch >> 16 & 31

    @property
    def key(self) -> int:
        """The number without campaign and check digits, as it is kept."""
        return (self.known << _BATCH | self.batch) << _SHEET | self.sheet


def of_key(key: int) -> Number:
    """The number that is kept so."""
    sheet, batch = key & MOST_SHEETS, key >> _SHEET
    return Number(batch & (1 << _BATCH) - 1, sheet, bool(batch >> _BATCH))


def unknown_batch(language: int, rows: int) -> int:
    """A batch by chance, of sheets that are printed without the site."""
    return (language << 5 | rows) << 16 | secrets.randbits(16)


def written(slug: str, number: Number) -> str:
    """The number as it is printed, in three groups."""
    value = _campaign(slug) << 40 | number.key
    body = "".join(_SIGNS[value >> 5 * place & 31] for place in reversed(range(10)))
    whole = body + f"{98 - _remainder(body + '00'):02}"
    return "-".join(whole[place : place + 4] for place in (0, 4, 8))


def read(typed: str, slug: str) -> Number:
    """The number that somebody typed; spaces, hyphens and case do not matter. Raises NumberError."""
    bare = re.sub(r"[\s\-–—]", "", typed[:100]).upper()
    signs = "".join(_SIGNS[_READ[sign]] if sign in _READ else "?" for sign in bare)
    if len(signs) != 12 or "?" in signs or not signs[10:].isdigit():
        raise NumberError("form")
    if _remainder(signs) != 1:
        raise NumberError("check")
    value = sum(_READ[sign] << 5 * place for place, sign in enumerate(reversed(signs[:10])))
    if value >> 40 != _campaign(slug):
        raise NumberError("campaign")
    return of_key(value & (1 << 40) - 1)


def _campaign(slug: str) -> int:
    return int.from_bytes(hashlib.sha256(slug.encode()).digest()[:2]) >> 6


def _remainder(text: str) -> int:
    """Of ten signs, each as two digits, and two digits."""
    return int("".join(f"{_READ[sign]:02}" for sign in text[:10]) + text[10:]) % 97
