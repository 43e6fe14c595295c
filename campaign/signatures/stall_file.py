"""A batch of signatures from a device at a stall, as a file: `campaign.html` writes it, the server reads it.

A line `campaign-stall-1`, a line of JSON (the head), then each record: length (2 bytes) and sealed bytes, in
an order that says nothing. The records are sealed one by one to the trustees' key (sealing.py), so that
neither the device nor the server can read one; the head has what the server must know of all of them.
"""

from __future__ import annotations

import hashlib
import re
import struct
from dataclasses import dataclass
from datetime import date

from campaign.signatures.sealing import SUITE, SealError, epoch_of
from campaign.untrusted import UnreadableError, json_value

MAGIC = b"campaign-stall-1\n"

#: Records of one batch, bytes of a record, of the head, and of a whole file.
MOST_RECORDS, MOST_RECORD, MOST_HEAD = 3_000, 2_000, 2_000
MOST_BYTES = 2 * 1024 * 1024

#: The version of the signer's form that a batch may name.
FORM = 1

_SIZE = struct.Struct(">H")
_TEXTS = {
    "campaign": r"[a-z0-9-]{1,80}",
    "key": r"[0-9a-f]{4}( [0-9a-f]{4}){7}",
    "batch": r"[0-9a-f]{32}",
    "receipt": r"[2-9A-HJ-NP-Z]{5}-[2-9A-HJ-NP-Z]{5}",
    "sha256": r"[0-9a-f]{64}",
    "day": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
}
_NUMBERS = {"epoch": 65_535, "edition": 1_000_000, "count": MOST_RECORDS, "form": 1_000}


class StallFileError(ValueError):
    """A file that is not one whole batch. `reason` is strange, half or altered."""

    def __init__(self, reason: str, there: int = 0, count: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.there, self.count = reason, there, count


@dataclass(frozen=True, slots=True)
class StallHead:
    """What a batch says of itself: `key` is the fingerprint of the key of `epoch`, `day` the device's day.

    `receipt` is the code that the server repeats when it has the whole batch.
    """

    campaign: str
    epoch: int
    key: str
    edition: int
    batch: str
    count: int
    day: date
    form: int
    receipt: str
    sha256: str


@dataclass(frozen=True, slots=True)
class StallFile:
    """A whole batch. `check` is the number that the second person compares with the device."""

    head: StallHead
    records: tuple[bytes, ...]
    digest: str

    @property
    def check(self) -> str:
        """The hash of the file in eight groups of four digits."""
        return check_number(self.digest)


def check_number(digest: str) -> str:
    """The beginning of a file's hash in eight groups of four digits."""
    return " ".join(digest[start : start + 4] for start in range(0, 32, 4))


def read(body: bytes) -> StallFile:
    """The batch in a file. Raises StallFileError."""
    if len(body) > MOST_BYTES:
        raise StallFileError("strange")
    if not body.startswith(MAGIC):
        raise StallFileError("strange")
    end = body.find(b"\n", len(MAGIC), len(MAGIC) + MOST_HEAD)
    if end < 0:
        raise StallFileError("altered" if len(body) < len(MAGIC) + MOST_HEAD else "strange")
    head = _head(body[len(MAGIC) : end])
    inside = body[end + 1 :]
    records = _records(inside, head.count)
    if hashlib.sha256(inside).hexdigest() != head.sha256:
        raise StallFileError("altered")
    if len(set(records)) < len(records):
        raise StallFileError("altered")
    if any(not _is_record(sealed, head.epoch) for sealed in records):
        raise StallFileError("strange")
    return StallFile(head, tuple(records), hashlib.sha256(body).hexdigest())


def _head(line: bytes) -> StallHead:
    try:
        values = json_value(line.decode(), MOST_HEAD, depth=1)
    except (UnreadableError, UnicodeDecodeError):
        raise StallFileError("strange") from None
    if not isinstance(values, dict) or values.keys() != _TEXTS.keys() | _NUMBERS.keys():
        raise StallFileError("strange")
    texts = all(
        isinstance(values[name], str) and re.fullmatch(form, values[name]) for name, form in _TEXTS.items()
    )
    numbers = all(type(values[name]) is int and 1 <= values[name] <= most for name, most in _NUMBERS.items())
    if not texts or not numbers or values["form"] != FORM:
        raise StallFileError("strange")
    try:
        return StallHead(**values | {"day": date.fromisoformat(values["day"])})
    except ValueError:
        raise StallFileError("strange") from None


def _records(inside: bytes, count: int) -> list[bytes]:
    """The records; there must be as many as the head says, and nothing after them."""
    records: list[bytes] = []
    place = 0
    while place < len(inside):
        if len(records) == count:
            raise StallFileError("altered")
        front = inside[place : place + _SIZE.size]
        size = _SIZE.unpack(front)[0] if len(front) == _SIZE.size else 0
        sealed = inside[place + _SIZE.size : place + _SIZE.size + size]
        if not size or len(sealed) < size:
            break
        records.append(sealed)
        place += _SIZE.size + size
    if len(records) < count:
        raise StallFileError("half", len(records), count)
    return records


def _is_record(sealed: bytes, epoch: int) -> bool:
    """Whether it has the form of a sealed record of that key, without a correction."""
    try:
        return len(sealed) <= MOST_RECORD and sealed[0] == SUITE and epoch_of(sealed) == epoch
    except SealError:
        return False
