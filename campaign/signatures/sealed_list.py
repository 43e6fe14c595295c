"""The sealed list as one file: the server writes it, and the trustees' machine reads it as a stream.

A line `campaign-signatures-1`, a line of JSON (the manifest's numbers), then each record: id (8 bytes),
marks (1 byte: 1 counted, 2 wants no more news), length (2 bytes), sealed bytes; in the order of the
ids. The end is 8 bytes of 0xFF and the SHA-256 of everything before it.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from campaign.signatures.manifest import MAX_BODY, Sum, Totals
from campaign.untrusted import json_value, parsing
from campaign.whole_files import whole

MAGIC = b"campaign-signatures-1\n"
_HEAD = struct.Struct(">QBH")
_END = b"\xff" * 8
COUNTED, NO_NEWS = 1, 2


class SealedListError(ValueError):
    """A file that is not a complete export: the reason in one sentence."""

    #: The exit code of a command that raises it: something is wrong with the content.
    status = 1


@dataclass(frozen=True, slots=True)
class Record:
    """One sealed signature of an export."""

    id: int
    counted: bool
    no_news: bool
    sealed: bytes


def write_file(path: Path, totals: Totals, records: Iterable[Record]) -> str:
    """Write records, in the order of their ids, below a head with their totals."""
    running_hash = hashlib.sha256()
    with whole(path, private=True) as part_path, part_path.open("wb") as file:

        def put(part: bytes) -> None:
            running_hash.update(part)
            file.write(part)

        put(MAGIC + json.dumps(asdict(totals), sort_keys=True).encode() + b"\n")
        for record in records:
            marks = (COUNTED if record.counted else 0) | (NO_NEWS if record.no_news else 0)
            put(_HEAD.pack(record.id, marks, len(record.sealed)) + record.sealed)
        put(_END)
        file.write(running_hash.digest())
    return running_hash.hexdigest()


def head(path: Path) -> Totals:
    """The totals in the file's head. Raises SealedListError."""
    with path.open("rb") as file:
        return _head(file.readline(MAX_BODY), file.readline(MAX_BODY))


def read(path: Path) -> Iterator[Record]:
    """The records as a stream; the sums are checked after the last one.

    Raises SealedListError for a file that was cut off or changed: before the first record if it is
    visible by then, else at the end.
    """
    hash_so_far, total = hashlib.sha256(), Sum()
    with path.open("rb") as file:
        lines = file.readline(MAX_BODY), file.readline(MAX_BODY)
        totals = _head(*lines)
        hash_so_far.update(lines[0] + lines[1])
        while (front := file.read(8)) != _END:
            front += file.read(_HEAD.size - 8)
            if len(front) < _HEAD.size:
                raise SealedListError("The file is cut off.")
            number, marks, size = _HEAD.unpack(front)
            sealed = file.read(size)
            if len(sealed) < size:
                raise SealedListError("The file is cut off.")
            hash_so_far.update(front + sealed)
            total.add(number, sealed)
            yield Record(number, bool(marks & COUNTED), bool(marks & NO_NEWS), sealed)
        hash_so_far.update(_END)
        if file.read(33) != hash_so_far.digest():
            raise SealedListError("The file was changed or cut off: its hash is another one.")
    if (total.records, total.hex) != (totals.records, totals.sum):
        raise SealedListError("The records do not add up to the manifest in the file.")


def file_hash(path: Path) -> str:
    """The hash in the export's last bytes."""
    with path.open("rb") as file:
        file.seek(-32, os.SEEK_END)
        return file.read(32).hex()


def _head(magic: bytes, body: bytes) -> Totals:
    if magic != MAGIC:
        raise SealedListError("This is not an export of signatures.")
    try:
        values = json_value(body.decode(), MAX_BODY, depth=1)
        with parsing():
            return Totals(**values)
    except ValueError:
        raise SealedListError("The head of the file can't be read.") from None
