"""What one signature says, and its bytes: CBOR, padded so that the length tells little."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import cbor2

#: Lengths that a padded signature may have; longer ones go up by 128.
STEPS = (128, 192, 256, 384, 512)

#: Which wording of the consents a signature was given under. A change of their sense is a new number.
CONSENTS = 1


@dataclass(frozen=True, slots=True)
class Person:
    """One signature as typed: `day` is the day of signing (days are all the time there is).

    `place` is a town or ''. `news`: wants to be told what comes of it. `shown`: the name may
    stand on the site. `edition` is the petition's text that was signed.
    """

    name: str
    mailbox: str
    country: str
    place: str
    day: str
    language: str
    edition: int
    news: bool = False
    shown: bool = False
    consents: int = CONSENTS


_FIELDS = ("name", "mailbox", "country", "place", "day", "language", "edition", "news", "shown", "consents")


def to_bytes(person: Person) -> bytes:
    """The signature as CBOR, padded with zeros to one of a few lengths."""
    body = cbor2.dumps([getattr(person, field) for field in _FIELDS])
    step = next((step for step in STEPS if step > len(body)), -(-(len(body) + 1) // 128) * 128)
    return body + b"\x80" + bytes(step - len(body) - 1)


def from_bytes(padded: bytes) -> Person:
    """The signature in padded bytes. Raises ValueError for anything else."""
    body, mark, _zeros = padded.rpartition(b"\x80")
    try:
        values = cbor2.loads(body) if mark else None
        if not isinstance(values, list) or len(values) != len(_FIELDS):
            raise ValueError("not a signature")
        return Person(**dict(zip(_FIELDS, values, strict=True)))
    except cbor2.CBORDecodeError as error:
        raise ValueError("not a signature") from error


def comparable(name: str) -> str:
    """A name as it is compared with others: without case, composition and doubled spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
