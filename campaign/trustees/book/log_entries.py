"""Which entries of the public log are those of the book's names: each is opened with its salt and compared.

The list that comes of it goes with the book. It does not say whose entry is which: the log says which entry
is withdrawn, and nobody who has the book is to see by whom, or to make somebody withdraw and look.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from campaign.signatures.manifest import Totals
from campaign.transparency_log import checkpoints, entries, monitor, policies, sampling
from campaign.transparency_log.checkpoints import Checkpoint
from campaign.transparency_log.entry_lists import EntryList, ranges
from campaign.transparency_log.merkle import root
from campaign.transparency_log.sources import Source
from campaign.transparency_log.tiles import WIDTH, TileNodes, width
from campaign.trustees.book.choices import BookError


@dataclass(frozen=True, slots=True)
class LogFiles:
    """The log as trustees have it: its address or a copy, whom they trust, and what opens the entries."""

    place: str
    policy: Path
    openings: Path


def listed(people: Path, files: LogFiles, manifest: Totals) -> EntryList:
    """The entries of all names of the book. Raises BookError, NoteError, LogError, SampleError, OSError."""
    source = Source(files.place)
    policy = policies.read(files.policy.read_text(encoding="utf-8"))
    checkpoint = checkpoints.trusted(source.checkpoint(), policy).checkpoint
    _check_begins(source, checkpoint, manifest)
    live = set(monitor.live(checkpoint, source.bundle))
    with closing(sqlite3.connect(people)) as connection, files.openings.open(encoding="utf-8") as file:
        connection.execute("DROP TABLE IF EXISTS opening")
        connection.execute("CREATE TABLE opening (entry INTEGER PRIMARY KEY, id INTEGER, salt BLOB)")
        rows = ((one.index, one.record, one.salt) for one in sampling.each_opening(file, checkpoint.origin))
        try:
            connection.executemany("INSERT INTO opening VALUES (?, ?, ?)", rows)
        except sqlite3.IntegrityError as error:
            raise BookError("The openings give two records the same entry of the log.") from error
        names = int(connection.execute("SELECT count(*) FROM record").fetchone()[0])
        found = ranges(_opened(connection, source, checkpoint, live))
    waiting = names - sum(last - first + 1 for first, last in found)
    return EntryList(checkpoint, names, waiting, found)


def _check_begins(source: Source, checkpoint: Checkpoint, manifest: Totals) -> None:
    """The log of the sealed list has to be the beginning of this one. Raises BookError."""
    size = manifest.log_size
    if size > checkpoint.size:
        raise BookError(
            f"The sealed list knows {size} entries of the log, and this copy has {checkpoint.size}:"
            " get a newer one."
        )
    if size and root(TileNodes(checkpoint.size, source.tile), size).hex() != manifest.log_root:
        raise BookError(
            f"The sealed list names another log at {size} entries than this one. Keep both: the server has"
            " signed two, and that is proof."
        )


def _opened(
    connection: sqlite3.Connection, source: Source, checkpoint: Checkpoint, live: set[int]
) -> Iterator[int]:
    """The entries of the book's records, rising; each commitment is compared. Raises BookError."""
    query = "SELECT entry, salt, digest FROM opening JOIN record USING (id) ORDER BY entry"
    bundle, read = -1, list[bytes]()
    for entry, salt, digest in connection.execute(query):
        if entry not in live:
            raise BookError(
                f"Entry {entry} was withdrawn or excluded after the list was written, or the openings are"
                " wrong: export the list and the openings again."
            )
        number, place = divmod(entry, WIDTH)
        if number != bundle:
            bundle = number
            read = list(entries.unbundled(source.bundle(number, width(-1, number, checkpoint.size))))
        if entries.signature(salt, digest) != read[place]:
            raise BookError(f"The record that is said to be entry {entry} of the log is not.")
        yield entry
