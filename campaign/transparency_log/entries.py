"""The entries of a petition's log, in bytes. None says anything about a person.

    01 commitment (32 bytes)                      a signature
    02 index (8 bytes, big-endian)                its signer withdrew the signature of that entry
    03 index (8 bytes)                            trustees excluded it, or erased it for its signer
    04 day (8 digits) and three sums (8 bytes)    a day has ended: signatures, withdrawn, excluded so far

A commitment is SHA-256(“campaign/log/1”, a line feed, salt, digest), 32 bytes each; the digest is that of the
manifest: SHA-256 of record id and sealed record.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from hashlib import sha256

#: Bytes of a salt and of a digest, which open a commitment.
SALT_BYTES, DIGEST_BYTES = 32, 32

_INDEX = struct.Struct(">BQ")
_DAY = struct.Struct(">B8sQQQ")
_LENGTH = struct.Struct(">H")
_DIGITS = re.compile(rb"[0-9]{8}")


class EntryError(ValueError):
    """Bytes that are not an entry of a petition's log."""


class EntryKind(IntEnum):
    """The first byte of an entry."""

    SIGNATURE = 1
    WITHDRAWN = 2
    EXCLUDED = 3
    DAY = 4


@dataclass(frozen=True, slots=True)
class Sums:
    """How many entries of each kind a log has. `live`: signatures that nobody took away."""

    signatures: int = 0
    withdrawn: int = 0
    excluded: int = 0

    @property
    def live(self) -> int:
        return self.signatures - self.withdrawn - self.excluded

    def adding(self, kind: EntryKind, number: int = 1) -> Sums:
        """The sums after more entries of a kind."""
        return Sums(
            self.signatures + number * (kind is EntryKind.SIGNATURE),
            self.withdrawn + number * (kind is EntryKind.WITHDRAWN),
            self.excluded + number * (kind is EntryKind.EXCLUDED),
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry: `commitment` of a signature, `index` of one that is taken away, `day` and `sums` of a day."""

    kind: EntryKind
    commitment: bytes = b""
    index: int = 0
    day: date = date.min
    sums: Sums = Sums()


def commitment(salt: bytes, digest: bytes) -> bytes:
    """What a signature's entry has: it binds to the sealed record and says nothing about it."""
    return sha256(b"campaign/log/1\n" + salt + digest).digest()


def signature(salt: bytes, digest: bytes) -> bytes:
    """The entry of a signature."""
    return bytes((EntryKind.SIGNATURE,)) + commitment(salt, digest)


def removal(kind: EntryKind, index: int) -> bytes:
    """The entry that takes away the signature of the entry `index`."""
    return _INDEX.pack(kind, index)


def day_end(day: date, sums: Sums) -> bytes:
    """The entry at the end of a day."""
    digits = f"{day:%Y%m%d}".encode()
    return _DAY.pack(EntryKind.DAY, digits, sums.signatures, sums.withdrawn, sums.excluded)


def read(data: bytes) -> Entry:
    """An entry from its bytes. Raises EntryError."""
    try:
        kind = EntryKind(data[0])
        if kind is EntryKind.DAY:
            _kind, digits, *sums = _DAY.unpack(data)
            if not _DIGITS.fullmatch(digits):
                raise EntryError("a day has eight digits")
            return Entry(kind, day=date.fromisoformat(digits.decode()), sums=Sums(*sums))
        if kind is not EntryKind.SIGNATURE:
            return Entry(kind, index=_INDEX.unpack(data)[1])
    except (ValueError, IndexError, struct.error) as error:
        raise EntryError("this is not an entry of a petition's log") from error
    if len(data) != 1 + DIGEST_BYTES:
        raise EntryError("a commitment has 32 bytes")
    return Entry(kind, commitment=data[1:])


def bundled(entries: Iterable[bytes]) -> bytes:
    """Entries as they are served: each after its length in two bytes (C2SP, tlog-tiles)."""
    return b"".join(_LENGTH.pack(len(entry)) + entry for entry in entries)


def unbundled(bundle: bytes) -> Iterator[bytes]:
    """The entries of a bundle. Raises EntryError."""
    at = 0
    while at < len(bundle):
        head = bundle[at : at + _LENGTH.size]
        size = _LENGTH.unpack(head)[0] if len(head) == _LENGTH.size else 0
        entry = bundle[at + _LENGTH.size : at + _LENGTH.size + size]
        if not size or len(entry) != size:
            raise EntryError("the bundle of entries is cut off")
        yield entry
        at += _LENGTH.size + size
