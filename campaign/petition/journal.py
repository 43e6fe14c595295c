"""What was withdrawn or erased, noted outside of the database, so that no restored backup brings it back.

    <journal>/<year>-<month>.log    a line for each: what it is, and a hash

Only hashes: a record has 63 random bits, and so has a reason; a shown name has 63 of a keyed hash. The
journal alone tells nothing, and a backup is needed to find what a line is about. A withdrawal is on the disk
before the signer reads that it is done. What trustees and nights erase follows within a minute (`catch_up`).
The folder should be on another disk than the database, or be copied: see the handbook.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Connection, text

from campaign import clock
from campaign.whole_files import make_folder, sync_folder

#: What a line can be about: a record that its signer withdrew, or that was taken out by trustees; a name
#: that was shown; a reason that was taken back or refused, or those of one signer; a signer who wants no
#: news; a photograph; a campaign whose signatures were erased, or that was removed (by their slugs); and that
#: a backup was made (its time), from which on the journal is needed.
WITHDRAWN, VOIDED, NAME, REASON, NO_NEWS, PHOTOGRAPH, ERASED, REMOVED, BACKUP = KINDS = (
    "withdrawn", "voided", "name", "reason", "no-news", "photograph", "erased", "removed", "backup",
)  # fmt: skip

#: Days for which a line is kept, and so for which a backup may be kept; and the newest months, which stay
#: whatever the clock says.
KEPT, MONTHS = timedelta(days=400), 14


def hashed(value: int | str) -> str:
    """What stands for a record, a name or a photograph in the journal: 128 bits."""
    plain = value.to_bytes(8) if isinstance(value, int) else value.encode()
    return hashlib.sha256(b"campaign/journal/" + plain).hexdigest()[:32]


class Journal:
    """The lines in a folder. Lines may be there twice: reading them makes a set."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._noted: set[tuple[str, str]] | None = None

    def note(self, lines: Iterable[tuple[str, str]]) -> None:
        """Write lines of a kind and a hash, on the disk when it returns. Raises OSError."""
        new = "".join(f"{kind} {value}\n" for kind, value in lines)
        if not new:
            return
        path = self.folder / f"{clock.today():%Y-%m}.log"
        is_new = not path.exists()
        if is_new:
            make_folder(self.folder)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(handle, new.encode())
            os.fsync(handle)
        finally:
            os.close(handle)
        if is_new:
            sync_folder(self.folder)

    def withdraw(self, record: int, name: int, signer: int) -> None:
        """A record is withdrawn, and so are the name and the reason that were shown for it."""
        self.note([(WITHDRAWN, hashed(record)), (NAME, hashed(name)), (REASON, hashed(signer))])

    def lines(self) -> Iterator[tuple[str, str]]:
        """Every line; one that a crash cut off is left out."""
        for path in sorted(self.folder.glob("[0-9]*-[0-9]*.log")):
            for line in path.read_text(encoding="ascii", errors="replace").splitlines():
                kind, _space, value = line.partition(" ")
                if kind in KINDS and (len(value) == 32 or kind in {ERASED, REMOVED, BACKUP}):
                    yield kind, value

    def was_withdrawn(self, record: int) -> bool:
        """Whether a record was withdrawn before this process started, though the database may not know."""
        if self._noted is None:
            with self._lock:
                if self._noted is None:
                    self._noted = {line for line in self.lines() if line[0] == WITHDRAWN}
        return bool(self._noted) and (WITHDRAWN, hashed(record)) in self._noted

    def catch_up(self, connection: Connection) -> int:
        """Note what the database has removed and the journal has not; how many lines were new."""
        noted = set(self.lines())
        missing = [line for line in removed(connection) if line not in noted]
        self.note(missing)
        return len(missing)

    def forget_old(self, today: date) -> int:
        """Delete the months of which no backup may be left; how many."""
        old = f"{today - KEPT:%Y-%m}"
        paths = sorted(self.folder.glob("[0-9]*-[0-9]*.log"))[:-MONTHS]
        gone = [path for path in paths if path.stem < old]
        for path in gone:
            path.unlink()
        return len(gone)


def removed(connection: Connection) -> Iterator[tuple[str, str]]:
    """A line for each thing that the database knows to be removed."""
    for record, voided in connection.execute(text("SELECT id, voided FROM gone")):
        yield VOIDED if voided else WITHDRAWN, hashed(int(record))
    for (record,) in connection.execute(text("SELECT id FROM no_news")):
        yield NO_NEWS, hashed(int(record))
    query = "SELECT campaign.slug FROM campaign {} WHERE {}"
    for kind, join, condition in (
        (ERASED, "JOIN petition_state ON petition_state.campaign_id = campaign.id", "erased IS NOT NULL"),
        (REMOVED, "", "removed IS NOT NULL"),
    ):
        for (slug,) in connection.execute(text(query.format(join, condition))):
            yield kind, str(slug)
