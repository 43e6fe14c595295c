"""A public log that is longer than the database: what a restored backup lacks comes back from a copy.

Others have seen these entries, and the log can only go on after them. The records of some of them are gone:
see log_lost.py. A record that the copy says is withdrawn, and that the backup brought back, is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, Engine, text

from campaign.petition import log_lost, public_log
from campaign.petition.log_lost import LostEntries
from campaign.petition.log_pieces import Piece
from campaign.petition.log_records import Salts, digest
from campaign.petition.log_tiles import Tiles
from campaign.petition.public_log import LogStoppedError, TreeState
from campaign.petition.server_keys import ServerKeys
from campaign.transparency_log import checkpoints, entries, monitor
from campaign.transparency_log.checkpoints import Checkpoint
from campaign.transparency_log.entries import Entry, EntryKind
from campaign.transparency_log.merkle import root
from campaign.transparency_log.notes import Note
from campaign.transparency_log.sources import Source
from campaign.transparency_log.tiles import WIDTH, TileNodes, width
from campaign.whole_files import write_whole

_RECORDS = text(
    "SELECT log_pending.id, sealed FROM log_pending JOIN signature ON signature.id = log_pending.id"
    " WHERE log_pending.campaign_id = :campaign AND what = 1"
)
_ENTRIES = text(
    "SELECT log_entry.id, entry, signature.id IS NOT NULL AS is_there FROM log_entry"
    " LEFT JOIN signature ON signature.id = log_entry.id"
    " WHERE log_entry.campaign_id = :campaign AND entry = :entry"
)
_STATEMENTS = {
    "entered": text("INSERT INTO log_entry (id, campaign_id, entry) VALUES (:id, :campaign, :entry)"),
    "left": text("UPDATE log_entry SET removal = :entry WHERE id = :id"),
    "done": text("DELETE FROM log_pending WHERE id = :id"),
}


@dataclass
class Recovery:
    """What came back: how many entries, those without a record, and records that must be taken out (ids)."""

    entries: int = 0
    lost: dict[bytes, int] = field(default_factory=dict)
    withdrawn: list[int] = field(default_factory=list)
    day: date | None = None


def recover(engine: Engine, campaign: int, keys: ServerKeys, source: Source) -> Recovery:
    """Append what a copy of the log has beyond the database. Raises LogStoppedError, LogError, OSError."""
    note = source.checkpoint()
    found = Recovery()
    with engine.execution_options(writes=True).begin() as connection:
        tree = _checked_tree(connection, campaign, note, source)
        checkpoint = checkpoints.read(note)
        report = monitor.check(checkpoint, source.bundle)
        piece = Piece(connection, campaign, tree, keys.log_salt_key())
        _Recovering(connection, campaign, keys, found).read(tree, checkpoint, source, piece)
        piece.write(report.day, report.sums)
        # As when it was signed first: the file is never older than what anybody has seen.
        write_whole(keys.newest_checkpoint, note.whole.encode())
        public_log.add_checkpoint(connection, campaign, checkpoint.size, report.day, note.whole)
        if found.lost and report.day:
            found.day = report.day + log_lost.PATIENCE
            log_lost.write(keys.log_lost, LostEntries(found.day, found.lost))
    keys.log_restored.unlink(missing_ok=True)
    return found


def _checked_tree(connection: Connection, campaign: int, note: Note, source: Source) -> TreeState:
    """The tree, if the copy is a longer one of the same log. Raises LogStoppedError."""
    tree, checkpoint = public_log.state(connection, campaign), checkpoints.read(note)
    if tree is None or not note.signers([tree.key]):
        raise LogStoppedError("This log has not signed the checkpoint of that copy.")
    if checkpoint.size <= tree.size:
        raise LogStoppedError(
            "The database has every entry of that copy: run `log resume` with its checkpoint."
        )
    own = root(TileNodes(tree.size, Tiles(connection, campaign)), tree.size)
    if root(TileNodes(checkpoint.size, source.tile), tree.size) != own:
        raise LogStoppedError("That copy is of another history than this database: do not go on.")
    return tree


class _Recovering:
    """Finds the records of entries, and what each entry does to them."""

    def __init__(self, connection: Connection, campaign: int, keys: ServerKeys, found: Recovery) -> None:
        self._connection, self._campaign, self._found = connection, campaign, found
        salts = Salts(keys.log_salt_key())
        rows = connection.execute(_RECORDS, {"campaign": campaign})
        self._records = {
            entries.commitment(salts(int(record)), digest(int(record), bytes(sealed))): int(record)
            for record, sealed in rows
        }

    def read(self, tree: TreeState, checkpoint: Checkpoint, source: Source, piece: Piece) -> None:
        """All entries that the database lacks."""
        for index, body in _beyond(tree.size, checkpoint, source):
            entry = entries.read(body)
            if entry.kind is EntryKind.SIGNATURE:
                self._enter(index, entry)
            elif entry.kind is not EntryKind.DAY:
                self._leave(index, entry.index)
            piece.append([body])
            self._found.entries += 1

    def _enter(self, index: int, entry: Entry) -> None:
        record = self._records.get(entry.commitment)
        if record is None:
            self._found.lost[entry.commitment] = index
            return
        self._run("entered", record, index)
        self._run("done", record, index)

    def _leave(self, index: int, other: int) -> None:
        self._found.lost = {key: lost for key, lost in self._found.lost.items() if lost != other}
        row = self._connection.execute(_ENTRIES, {"campaign": self._campaign, "entry": other}).first()
        if row is None:
            return
        self._run("left", row.id, index)
        self._run("done", row.id, index)
        if row.is_there:
            self._found.withdrawn.append(int(row.id))

    def _run(self, what: str, record: int, entry: int) -> None:
        self._connection.execute(
            _STATEMENTS[what], {"id": record, "campaign": self._campaign, "entry": entry}
        )


def _beyond(size: int, checkpoint: Checkpoint, source: Source) -> Iterator[tuple[int, bytes]]:
    """The entries from `size` on, with their places."""
    for number in range(size // WIDTH, -(-checkpoint.size // WIDTH)):
        bundle = entries.unbundled(source.bundle(number, width(-1, number, checkpoint.size)))
        for place, body in enumerate(bundle):
            if (index := number * WIDTH + place) >= size:
                yield index, body
