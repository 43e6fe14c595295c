"""The content of one signature, and its bytes: CBOR, padded so that the length reveals little."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import cbor2

from campaign.untrusted import cbor_value

#: Lengths that a padded signature may have; longer ones go up by 128.
STEPS = (128, 192, 256, 384, 512)

#: The version of the wording of the consents. It goes up when their meaning changes: from 2 on they say that
#: the name is handed over with the petition, and to whom.
CONSENTS = 2
NAME_HANDED_OVER = 2

#: In the place of a sheet's number: signed on a device at a stall.
STALL = "stall"


@dataclass(frozen=True, slots=True)
class Person:
    """One signature as typed: `day` is the day of signing (no time is kept).

    `place` is a town or ''. `news`: the person wants news of the campaign. `shown`: the name may
    appear on the site. `edition` is the petition's text that was signed. On paper, `sheet` is the
    sheet's number ('-' for a list that was typed elsewhere), `row` is the row on it, and `email`,
    the e-mail address, is usually ''. At a stall, `sheet` is STALL and `row` 0.
    """

    name: str
    email: str
    country: str
    place: str
    day: str
    language: str
    edition: int
    news: bool = False
    shown: bool = False
    consents: int = CONSENTS
    sheet: str = ""
    row: int = 0

    @property
    def way(self) -> str:
        """How it was signed: 'online', 'paper' or 'stall'."""
        return STALL if self.sheet == STALL else "paper" if self.sheet else "online"


_FIELDS = ("name", "email", "country", "place", "day", "language", "edition", "news", "shown", "consents")
_ON_PAPER = (*_FIELDS, "sheet", "row")

#: The types of the fields that are not texts.
_TYPES = {"edition": int, "news": bool, "shown": bool, "consents": int, "row": int}


def to_bytes(person: Person) -> bytes:
    """The signature as CBOR, padded with zeros to one of a few lengths."""
    fields = _ON_PAPER if person.sheet else _FIELDS
    return _padded(cbor2.dumps([getattr(person, field) for field in fields]))


def _padded(body: bytes) -> bytes:
    step = next((step for step in STEPS if step > len(body)), -(-(len(body) + 1) // 128) * 128)
    return body + b"\x80" + bytes(step - len(body) - 1)


def _unpadded(padded: bytes) -> bytes:
    return padded.rpartition(b"\x80")[0]


#: What a third look at a sheet may decide, apart from the rest of a row.
CORRECTED = frozenset({"name", "place", "country", "email"})


def correction(fields: Mapping[str, str]) -> bytes:
    """Some fields of a signature, for `corrected`, padded as a signature is."""
    return _padded(cbor2.dumps(dict(fields)))


def corrected(padded: bytes, correction: bytes) -> bytes:
    """A signature with the fields of a correction. Raises ValueError for anything else."""
    fields = cbor_value(_unpadded(correction), depth=2)
    if not isinstance(fields, dict) or not fields.keys() <= CORRECTED:
        raise ValueError("not a correction")
    if any(type(value) is not str for value in fields.values()):
        raise ValueError("not a correction")
    return to_bytes(replace(from_bytes(padded), **fields))


def from_bytes(padded: bytes) -> Person:
    """The signature in padded bytes. Raises ValueError for anything else."""
    values = cbor_value(_unpadded(padded), depth=2)
    fields = {len(_FIELDS): _FIELDS, len(_ON_PAPER): _ON_PAPER}
    if not isinstance(values, list) or len(values) not in fields:
        raise ValueError("not a signature")
    by_name = dict(zip(fields[len(values)], values, strict=True))
    # A host could put records of its own into the list, so nothing in them is trusted.
    if any(type(value) is not _TYPES.get(name, str) for name, value in by_name.items()):
        raise ValueError("not a signature")
    return Person(**by_name)
