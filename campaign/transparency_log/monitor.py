"""What anybody can check who reads a whole log: the tree, and that its entries make sense.

Memory has a bit for each entry; commitments are compared in a temporary file.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date

from campaign.transparency_log import entries
from campaign.transparency_log.checkpoints import Checkpoint
from campaign.transparency_log.entries import EntryError, EntryKind, Sums
from campaign.transparency_log.merkle import leaf_hash
from campaign.transparency_log.tiles import ENTRIES, WIDTH, Growth, width

#: Gives a bundle of entries: number, and how many entries are wanted.
Bundles = Callable[[int, int], bytes]


class LogError(ValueError):
    """A log that is not what its checkpoint says, or whose entries contradict each other."""


@dataclass(frozen=True, slots=True)
class LogReport:
    """What a whole log says: its sums, and the last day that ended; None if none did."""

    sums: Sums
    day: date | None


class _Reader:
    """Goes through the entries once."""

    def __init__(self, size: int, known: sqlite3.Connection) -> None:
        self.sums = Sums()
        self.day: date | None = None
        self._live, self._known = bytearray(size // 8 + 1), known
        known.execute("CREATE TABLE commitment (hash BLOB PRIMARY KEY) WITHOUT ROWID")

    def read(self, index: int, data: bytes) -> None:
        """One entry. Raises LogError."""
        try:
            entry = entries.read(data)
        except EntryError as error:
            raise LogError(f"Entry {index}: {error}.") from error
        if entry.kind is EntryKind.DAY:
            self._read_day(index, entry)
            return
        if entry.kind is EntryKind.SIGNATURE:
            row = self._known.execute(
                "INSERT INTO commitment VALUES (?) ON CONFLICT DO NOTHING RETURNING 1", (entry.commitment,)
            ).fetchone()
            if row is None:
                raise LogError(f"Entry {index}: the same signature is in the log twice.")
            self._live[index >> 3] |= 1 << (index & 7)
        else:
            self._take_away(index, entry.index)
        self.sums = self.sums.adding(entry.kind)

    def is_live(self, index: int) -> bool:
        """Whether an entry is a signature that nobody took away."""
        return bool(self._live[index >> 3] & 1 << (index & 7))

    def _take_away(self, index: int, other: int) -> None:
        if other >= index or not self.is_live(other):
            raise LogError(f"Entry {index} takes away entry {other}, which is no signature or gone already.")
        self._live[other >> 3] &= ~(1 << (other & 7))

    def _read_day(self, index: int, entry: entries.Entry) -> None:
        if entry.sums != self.sums:
            raise LogError(f"Entry {index}: the sums of {entry.day} are not those of the entries before it.")
        if self.day is not None and entry.day <= self.day:
            raise LogError(f"Entry {index}: {entry.day} does not follow {self.day}.")
        self.day = entry.day


def check(checkpoint: Checkpoint, bundles: Bundles) -> LogReport:
    """Read every entry of a log and compare it with its checkpoint. Raises LogError."""
    reader = _read(checkpoint, bundles)
    return LogReport(reader.sums, reader.day)


def live(checkpoint: Checkpoint, bundles: Bundles) -> array[int]:
    """The entries of signatures that nobody took away, after the same checks. Raises LogError."""
    reader = _read(checkpoint, bundles)
    return array("Q", (index for index in range(checkpoint.size) if reader.is_live(index)))


def _read(checkpoint: Checkpoint, bundles: Bundles) -> _Reader:
    growth = Growth(0, lambda _level, _number, _wide: b"")
    with closing(sqlite3.connect("")) as known:
        reader = _Reader(checkpoint.size, known)
        for number in range(-(-checkpoint.size // WIDTH)):
            wide = width(ENTRIES, number, checkpoint.size)
            try:
                bundle = list(entries.unbundled(bundles(number, wide)))
            except EntryError as error:
                raise LogError(f"Bundle {number}: {error}.") from error
            if len(bundle) != wide:
                raise LogError(f"Bundle {number} has {len(bundle)} entries instead of {wide}.")
            for place, entry in enumerate(bundle):
                reader.read(number * WIDTH + place, entry)
            growth.extend(map(leaf_hash, bundle))
            for _changed in growth.changed():
                pass
    if growth.root() != checkpoint.root:
        raise LogError("The entries are not those of the checkpoint: its root is another one.")
    return reader
