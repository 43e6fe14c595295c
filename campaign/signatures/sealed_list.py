"""The sealed list as one file: what the server gives out, and the trustees' machine reads as a stream.

A line `campaign-signatures-1`, a line of JSON (the manifest's numbers), then each record: id (8 bytes),
marks (1 byte: 1 counted, 2 wants no news any more), length (2 bytes), sealed bytes; in the order of the
ids. At the end stand 8 bytes of 0xFF and the SHA-256 of everything before it.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from campaign.signatures.manifest import Sum, Totals
from campaign.whole_files import whole

MAGIC = b"campaign-signatures-1\n"
_HEAD = struct.Struct(">QBH")
_END = b"\xff" * 8
COUNTED, NO_NEWS = 1, 2


class SealedListError(ValueError):
    """A file that is no whole export: one sentence that says why."""

    #: The exit code of a command that meets it: something is wrong with the content.
    status = 1


@dataclass(frozen=True, slots=True)
class Record:
    """One sealed signature of an export."""

    id: int
    counted: bool
    no_news: bool
    sealed: bytes


def write_file(path: Path, said: Totals, records: Iterable[Record]) -> str:
    """Write records, in the order of their ids, under a head that says what they amount to."""
    sum_of_all = hashlib.sha256()
    with whole(path, private=True) as aside, aside.open("wb") as file:

        def put(part: bytes) -> None:
            sum_of_all.update(part)
            file.write(part)

        put(MAGIC + json.dumps(asdict(said), sort_keys=True).encode() + b"\n")
        for one in records:
            marks = (COUNTED if one.counted else 0) | (NO_NEWS if one.no_news else 0)
            put(_HEAD.pack(one.id, marks, len(one.sealed)) + one.sealed)
        put(_END)
        file.write(sum_of_all.digest())
    return sum_of_all.hexdigest()


def head(path: Path) -> Totals:
    """What the file says that it holds. Raises ExportError."""
    with path.open("rb") as file:
        return _head(file.readline(), file.readline())


def read(path: Path) -> Iterator[Record]:
    """The records as a stream; the sums are checked when the last one was read.

    Raises ExportError for a file that was cut off or changed: before the first record where it
    can be seen by then, else at the end.
    """
    whole, total = hashlib.sha256(), Sum()
    with path.open("rb") as file:
        lines = file.readline(), file.readline(10_000)
        said = _head(*lines)
        whole.update(lines[0] + lines[1])
        while (front := file.read(8)) != _END:
            front += file.read(_HEAD.size - 8)
            if len(front) < _HEAD.size:
                raise SealedListError("The file is cut off.")
            number, marks, size = _HEAD.unpack(front)
            sealed = file.read(size)
            if len(sealed) < size:
                raise SealedListError("The file is cut off.")
            whole.update(front + sealed)
            total.add(number, sealed)
            yield Record(number, bool(marks & COUNTED), bool(marks & NO_NEWS), sealed)
        whole.update(_END)
        if file.read(33) != whole.digest():
            raise SealedListError("The file was changed or cut off: its hash is another one.")
    if (total.records, total.hex) != (said.records, said.sum):
        raise SealedListError("The records do not add up to the manifest in the file.")


def file_hash(path: Path) -> str:
    """The hash that the export's last bytes hold. Raises ExportError."""
    with path.open("rb") as file:
        file.seek(-32, os.SEEK_END)
        return file.read(32).hex()


def _head(magic: bytes, said: bytes) -> Totals:
    if magic != MAGIC:
        raise SealedListError("This is not an export of signatures.")
    try:
        return Totals(**json.loads(said))
    except (ValueError, TypeError):
        raise SealedListError("The head of the file can't be read.") from None
