"""The public log of a petition: what the ledger noted enters it when its day is over; then it is signed.

Entries are appended in pieces, each in one transaction with the tree's size and tiles, so that a crash leaves
a tree that goes on where it stopped. A checkpoint is signed only after the whole day is on the disk, and only
if the tree begins with the last one that was signed here, which is also a file beside the keys: neither a
database that was restored from an old backup nor one that was changed gets another signature.
"""

from __future__ import annotations

import secrets
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, text

from campaign.petition import log_lost
from campaign.petition.log_pieces import Piece
from campaign.petition.log_tiles import Tiles
from campaign.petition.server_keys import ServerKeys
from campaign.transparency_log import checkpoints, notes, policies
from campaign.transparency_log.checkpoints import Checkpoint
from campaign.transparency_log.entries import Sums
from campaign.transparency_log.merkle import consistency_proof, root
from campaign.transparency_log.notes import Note, NoteError, Signer, Verifier
from campaign.transparency_log.policies import NONE, Policy, PolicyError
from campaign.transparency_log.tiles import WIDTH, TileNodes
from campaign.transparency_log.witness import Request
from campaign.whole_files import make_folder, write_whole

#: Records in one transaction: with more of them, confirmations would have to wait for SQLite's lock.
TOGETHER = 16 * WIDTH


class LogStoppedError(ValueError):
    """The log can't go on: what the database has is not what was signed. Nothing was written."""


@dataclass(frozen=True, slots=True)
class TreeState:
    """The tree as the database has it."""

    key: Verifier
    size: int = 0
    day: date | None = None
    sums: Sums = field(default_factory=Sums)
    policy: str = ""


_WAITING = (
    "SELECT log_pending.id, what, sealed, entry, removal FROM log_pending"
    " LEFT JOIN signature ON signature.id = log_pending.id"
    " LEFT JOIN log_entry ON log_entry.id = log_pending.id"
    " WHERE log_pending.campaign_id = :campaign AND log_pending.day <= :day"
    " ORDER BY log_pending.id LIMIT :most"
)
_ADD_CHECKPOINT = (
    "INSERT INTO log_checkpoint (campaign_id, size, day, note) VALUES (:campaign, :size, :day, :note)"
    " ON CONFLICT (campaign_id, size) DO NOTHING"
)
_TREE = (
    "SELECT log_key, size, day, signatures, withdrawn, excluded, policy FROM log_tree WHERE campaign_id = :c"
)


class PublicLog:
    """The log of one campaign. `origin`: the name that a new log gets; an old one keeps its own."""

    def __init__(self, engine: Engine, campaign: int, server_keys: ServerKeys, origin: str = "") -> None:
        self._engine, self._campaign, self._keys, self._origin = engine, campaign, server_keys, origin
        self._for_update = " FOR UPDATE" if engine.dialect.name == "postgresql" else ""

    def run(self, through: date) -> Note | None:
        """Append what came up to the end of a day, and sign; the newest checkpoint, None for no log yet.

        It is safe to do this twice, and at the same time in several processes. Raises LogStoppedError.
        """
        if not self._keys.erased:
            self._check_not_restored()
            for day in self._days(through):
                while not self._append_piece(day):
                    pass
            self._sign()
        return newest(self._engine, self._campaign)

    def _check_not_restored(self) -> None:
        if self._keys.log_restored.exists():
            raise LogStoppedError(
                "This site was restored from a backup, and others may have seen a longer log. Get the newest"
                " checkpoint from a witness, a mirror or a trustee's e-mail, and run `log resume` with it."
            )

    def resume(self, note: Note) -> Checkpoint:
        """Go on after a restore, if nobody has a newer checkpoint than this one. Raises LogStoppedError.

        `note` comes from outside; a checkpoint that this log has not signed proves nothing.
        """
        with self._engine.connect() as connection:
            tree = state(connection, self._campaign)
            if tree is None or not note.signers([tree.key]):
                raise LogStoppedError("This log has not signed that checkpoint.")
            seen, nodes = checkpoints.read(note), TileNodes(tree.size, Tiles(connection, self._campaign))
            if seen.size > tree.size:
                raise LogStoppedError(
                    f"Others have seen {seen.size} entries, and this database has {tree.size}: restore a"
                    " newer backup. If there is none, run `log recover` with a copy of the longer log."
                )
            if root(nodes, seen.size) != seen.root:
                raise LogStoppedError("That checkpoint is of another history: do not go on.")
        self._keys.log_restored.unlink(missing_ok=True)
        return seen

    def _check_begins_with_signed(self, connection: Connection, tree: TreeState | None) -> None:
        """Compare the tree with the last checkpoint that was signed here. Raises LogStoppedError."""
        path = self._keys.newest_checkpoint
        if not path.exists():
            return
        try:
            signed = checkpoints.read(notes.read(path.read_text(encoding="utf-8")))
        except (NoteError, UnicodeDecodeError) as error:
            raise LogStoppedError(f"The file {path.name} is damaged: {error}.") from error
        size = tree.size if tree else 0
        if size < signed.size:
            raise LogStoppedError(
                f"The log has {size} entries, and a checkpoint of {signed.size} was signed: this database is"
                " older than that. Restore a newer backup. The log stands still until then."
            )
        if root(TileNodes(size, Tiles(connection, self._campaign)), signed.size) != signed.root:
            raise LogStoppedError(
                f"The first {signed.size} entries are not those whose checkpoint was signed: the database was"
                " changed. The log stands still."
            )

    def _days(self, through: date) -> list[date]:
        """The days that end now, the oldest first: each gets an entry, even if nothing came."""
        with self._engine.execution_options(writes=True).begin() as connection:
            tree = state(connection, self._campaign)
            self._check_begins_with_signed(connection, tree)
            tree = tree or self._begin(connection)
        first = tree.day + timedelta(days=1) if tree.day else through
        return [first + timedelta(days=number) for number in range((through - first).days + 1)]

    def _begin(self, connection: Connection) -> TreeState:
        key = Signer(self._origin, self._keys.log_seed()).verifier
        connection.execute(
            text(
                "INSERT INTO log_tree (campaign_id, log_key, size, signatures, withdrawn, excluded, policy)"
                " VALUES (:campaign, :key, 0, 0, 0, 0, '') ON CONFLICT (campaign_id) DO NOTHING"
            ),
            {"campaign": self._campaign, "key": key.vkey},
        )
        return state(connection, self._campaign) or TreeState(key)

    def _append_piece(self, day: date) -> bool:
        """One transaction: so many entries, and at the end of the day its own; whether the day is over."""
        with self._engine.execution_options(writes=True).begin() as connection:
            tree = state(connection, self._campaign, self._for_update)
            if tree is None or (tree.day and tree.day >= day):
                return True  # another process has done it
            piece = Piece(connection, self._campaign, tree, self._keys.log_salt_key())
            lost = log_lost.read(self._keys.log_lost)
            if rows := self._waiting(connection, day):
                piece.add(rows, lost.indices if lost else {})
            over = len(rows) < TOGETHER
            if over:
                if lost and lost.until == day:
                    piece.exclude(list(lost.indices.values()))
                piece.end(day)
            piece.write(day if over else tree.day)
            return over

    def _waiting(self, connection: Connection, day: date) -> list[Any]:
        """Records that wait, with what is sealed and their entry; in an order that nobody can guess."""
        locked = " FOR UPDATE OF log_pending" if self._for_update else ""
        query = text(_WAITING + locked)
        values = {"campaign": self._campaign, "day": day.isoformat(), "most": TOGETHER}
        return _shuffled(connection.execute(query, values).fetchall())

    def _sign(self) -> None:
        """Sign the tree as it is on the disk, unless its checkpoint is there. Raises LogStoppedError.

        The tree is locked meanwhile: of two processes, none can write an older checkpoint into the file.
        """
        with self._engine.execution_options(writes=True).begin() as connection:
            tree = state(connection, self._campaign, self._for_update)
            if tree is None or tree.day is None or stored_note(connection, self._campaign, tree.size):
                return
            self._check_begins_with_signed(connection, tree)
            nodes = TileNodes(tree.size, Tiles(connection, self._campaign))
            checkpoint = Checkpoint(tree.key.name, tree.size, root(nodes, tree.size))
            signer = Signer(tree.key.name, self._keys.log_seed())
            if signer.verifier != tree.key:
                raise LogStoppedError(
                    "The key that signs the log is another one than that with which it began."
                )
            note = checkpoint.signed(signer).whole
            # First the file: whatever is restored later, it is never older than what anybody has seen.
            newest = self._keys.newest_checkpoint
            make_folder(newest.parent)
            write_whole(newest, note.encode())
            add_checkpoint(connection, self._campaign, tree.size, tree.day, note)


def _shuffled(rows: Sequence[Any]) -> list[Any]:
    """In an order that nobody can guess. Ids are random, too; nobody has to rely on that."""
    places = array("Q", secrets.token_bytes(8 * len(rows)))
    return [rows[number] for number in sorted(range(len(rows)), key=places.__getitem__)]


def add_checkpoint(connection: Connection, campaign: int, size: int, day: date | None, note: str) -> None:
    """Store a checkpoint that was signed."""
    values = {"campaign": campaign, "size": size, "day": day.isoformat() if day else None, "note": note}
    connection.execute(text(_ADD_CHECKPOINT), values)


def state(connection: Connection, campaign: int, locked: str = "") -> TreeState | None:
    """The tree of a campaign's log; None if it has none yet."""
    row = connection.execute(text(_TREE + locked), {"c": campaign}).first()
    if row is None:
        return None
    day = date.fromisoformat(row.day) if isinstance(row.day, str) else row.day
    sums = Sums(int(row.signatures), int(row.withdrawn), int(row.excluded))
    return TreeState(notes.read_vkey(row.log_key), int(row.size), day, sums, row.policy)


def newest(engine: Engine, campaign: int) -> Note | None:
    """The newest checkpoint that was signed."""
    with engine.connect() as connection:
        return newest_note(connection, campaign)


def newest_note(connection: Connection, campaign: int) -> Note | None:
    """The newest checkpoint that was signed."""
    query = "SELECT note FROM log_checkpoint WHERE campaign_id = :c ORDER BY size DESC LIMIT 1"
    row = connection.execute(text(query), {"c": campaign}).scalar()
    return notes.read(row) if row else None


def stored_note(connection: Connection, campaign: int, size: int) -> str | None:
    """The checkpoint of a size, with the signatures below it."""
    query = "SELECT note FROM log_checkpoint WHERE campaign_id = :c AND size = :size"
    return connection.execute(text(query), {"c": campaign, "size": size}).scalar()


def policy_text(tree: TreeState) -> str:
    """Whom readers of this log may trust: its key, and its witnesses if there are any."""
    witnesses = tree.policy or f"quorum {NONE}\n"
    return f"log {tree.key.vkey} https://{tree.key.name}\n{witnesses}"


def policy_of(tree: TreeState) -> Policy:
    """The same, read."""
    return policies.read(policy_text(tree))


def request_since(connection: Connection, campaign: int, note: Note, old: int) -> Request | None:
    """What a witness needs that has signed a checkpoint of size `old`; None if the log was never so small."""
    size = checkpoints.read(note).size
    if old > size:
        return None
    proof = consistency_proof(TileNodes(size, Tiles(connection, campaign)), old, size)
    return Request(old, tuple(proof), note)


@dataclass(frozen=True, slots=True)
class Overview:
    """What a page says about a log. `witnesses`: who signed the newest checkpoint, and on which day."""

    origin: str
    size: int
    root: bytes
    day: date
    sums: Sums
    witnesses: tuple[tuple[str, date], ...]


def overview(connection: Connection, campaign: int) -> Overview | None:
    """What a page says about a log; None if it has no checkpoint yet."""
    tree, note = state(connection, campaign), newest_note(connection, campaign)
    if tree is None or tree.day is None or note is None:
        return None
    checkpoint, policy = checkpoints.read(note), policy_of(tree)
    signed = note.signers(policy.witnesses.values())
    witnesses = tuple(
        (name, datetime.fromtimestamp(signed[key.name], UTC).date())
        for name, key in policy.witnesses.items()
        if key.name in signed
    )
    return Overview(checkpoint.origin, checkpoint.size, checkpoint.root, tree.day, tree.sums, witnesses)


def set_witnesses(engine: Engine, campaign: int, witnesses: str) -> Policy:
    """Store the witnesses of a log: a policy without its log. Raises PolicyError, LogStoppedError."""
    with engine.execution_options(writes=True).begin() as connection:
        tree = state(connection, campaign)
        if tree is None:
            raise LogStoppedError("The log begins on the first night after the campaign's key was published.")
        policy = policy_of(replace(tree, policy=witnesses))
        if len(policy.logs) != 1:
            raise PolicyError("Leave out the lines with logs: this log is the only one.")
        connection.execute(
            text("UPDATE log_tree SET policy = :policy WHERE campaign_id = :c"),
            {"policy": witnesses, "c": campaign},
        )
        return policy


def add_signatures(engine: Engine, campaign: int, note: Note) -> None:
    """Store a checkpoint that has more signatures. The caller has checked them."""
    size = checkpoints.read(note).size
    with engine.execution_options(writes=True).begin() as connection:
        stored = stored_note(connection, campaign, size)
        if stored is None or notes.read(stored).text != note.text:
            raise LogStoppedError("This is no checkpoint of this log.")
        whole = notes.read(stored).adding(note.signatures).whole
        connection.execute(
            text("UPDATE log_checkpoint SET note = :note WHERE campaign_id = :c AND size = :size"),
            {"note": whole, "c": campaign, "size": size},
        )
