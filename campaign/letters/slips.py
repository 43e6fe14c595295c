"""A return slip: what a letter was, sealed and signed by the server, and held by its writer alone.

It says which office, in which language, on which day, with which demands and from which edition; nobody's
name. The server keeps nothing: who has the code has the record. It comes back when somebody says what
became of the letter, or writes the next one.

A code is a byte of the version and AES-SIV (RFC 5297) of what it holds, with the campaign as associated
data, in base64url: it can't be read, altered or made by anybody else. Demands are three bytes of their keys'
digest, so that the code stays short; one that the campaign has no more is left out.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

#: The first byte of every code.
VERSION = 1

#: Days for which a slip can be used, from the day of its letter.
VALID = timedelta(days=731)

#: Bytes of the number that no other slip has, and of each demand.
NONCE, DEMAND = 9, 3

#: Most demands of a slip, and most bytes of the key of an office.
MOST_DEMANDS, LONGEST_KEY = 60, 80

_EPOCH = date(1970, 1, 1)
_HEAD = struct.Struct(f">{NONCE}sHIBB")


class SlipError(ValueError):
    """A code that is not ours, was altered or cut off, or belongs to another campaign."""


@dataclass(frozen=True, slots=True)
class Slip:
    """What a letter was. `nonce` are the bytes by which an answer to it is counted once."""

    addressee: str
    language: str
    day: date
    demands: tuple[str, ...]
    edition: int
    nonce: bytes

    def expired(self, today: date) -> bool:
        """Whether it is too old to be used."""
        return today - self.day > VALID


def nonce_of(secret: bytes, page: bytes, addressee: str) -> bytes:
    """The number of the slip for a page's letter to an office: the same as long as the page is open."""
    return hmac.digest(secret, b"campaign/slip/nonce/" + page + addressee.encode(), "sha256")[:NONCE]


def seal(secret: bytes, slug: str, slip: Slip) -> bytes:
    """The code of a slip as bytes."""
    key, language = slip.addressee.encode()[:LONGEST_KEY], slip.language.encode()
    head = _HEAD.pack(slip.nonce, (slip.day - _EPOCH).days, slip.edition, len(key), len(language))
    demands = b"".join(_digest(demand) for demand in slip.demands[:MOST_DEMANDS])
    front = bytes((VERSION,))
    return front + AESSIV(_key(secret)).encrypt(head + key + language + demands, [front, slug.encode()])


def unseal(secret: bytes, slug: str, code: bytes, demands: Iterable[str]) -> Slip:
    """What a code holds; `demands` are the keys that the campaign has. Raises SlipError."""
    front = bytes((VERSION,))
    if code[:1] != front:
        raise SlipError("not a slip")
    try:
        body = AESSIV(_key(secret)).decrypt(code[1:], [front, slug.encode()])
    except (InvalidTag, ValueError) as error:
        raise SlipError("altered, cut off, or of another campaign") from error
    nonce, days, edition, key_length, language_length = _HEAD.unpack_from(body)
    rest = body[_HEAD.size :]
    key, rest = rest[:key_length], rest[key_length:]
    language, rest = rest[:language_length], rest[language_length:]
    asked = {rest[start : start + DEMAND] for start in range(0, len(rest), DEMAND)}
    return Slip(
        addressee=key.decode(),
        language=language.decode(),
        day=_EPOCH + timedelta(days=days),
        demands=tuple(demand for demand in demands if _digest(demand) in asked),
        edition=edition,
        nonce=nonce,
    )


def _digest(demand: str) -> bytes:
    return hashlib.sha256(demand.encode()).digest()[:DEMAND]


def _key(secret: bytes) -> bytes:
    return hmac.digest(secret, b"campaign/slip/1", "sha512")
