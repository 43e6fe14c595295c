"""Entries that are appended to a public log in one transaction, with the tree's size and tiles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, text

from campaign.petition.log_records import Salts, digest
from campaign.petition.log_tiles import Tiles
from campaign.transparency_log import entries
from campaign.transparency_log.entries import EntryKind, Sums
from campaign.transparency_log.merkle import leaf_hash
from campaign.transparency_log.tiles import ENTRIES, WIDTH, Growth

if TYPE_CHECKING:
    from campaign.petition.public_log import TreeState

_WRITE_TILE = (
    "INSERT INTO log_tile (campaign_id, level, number, body) VALUES (:campaign, :level, :number, :body)"
    " ON CONFLICT (campaign_id, level, number) DO UPDATE SET body = excluded.body"
)


class Piece:
    """Entries that are appended in one transaction."""

    def __init__(self, connection: Connection, campaign: int, tree: TreeState, salt_key: bytes) -> None:
        self._connection, self._campaign, self._salts = connection, campaign, Salts(salt_key)
        self._tree, self._sums = tree, tree.sums
        stored = Tiles(connection, campaign)
        self._growth = Growth(tree.size, stored)
        self._first, wide = divmod(tree.size, WIDTH)
        self._entries = stored.bundle(self._first, wide)

    def add(self, rows: list[Any], lost: Mapping[bytes, int]) -> None:
        """Append the entries of records, and note which is whose.

        `lost`: entries by their commitments whose records were lost in a restore; one that comes again has
        its entry already.
        """
        added: list[bytes] = []
        entered, left, first = [], [], self._growth.size
        for record, what, sealed, entry, removal in rows:
            if what == EntryKind.SIGNATURE and sealed is not None and entry is None:
                body = entries.signature(self._salts(record), digest(record, sealed))
                place = lost.get(body[1:]) if lost else None
                entered.append((record, self._campaign, first + len(added) if place is None else place))
                if place is None:
                    added.append(body)
            elif what != EntryKind.SIGNATURE and entry is not None and removal is None:
                left.append({"id": record, "removal": first + len(added)})
                added.append(entries.removal(EntryKind(what), entry))
                self._sums = self._sums.adding(EntryKind(what))
            # else it was erased on its day before it entered, or it never was in the log
        self._sums = self._sums.adding(EntryKind.SIGNATURE, len(added) - len(left))
        self.append(added)
        # In the order of their ids, which is the fastest.
        self._run_plain("INSERT INTO log_entry (id, campaign_id, entry) VALUES (?, ?, ?)", sorted(entered))
        self._run("UPDATE log_entry SET removal = :removal WHERE id = :id", left)
        self._run_plain("DELETE FROM log_pending WHERE id = ?", sorted((row[0],) for row in rows))

    def exclude(self, indices: list[int]) -> None:
        """Take entries out that still have no record: it was lost."""
        query = text("SELECT entry FROM log_entry WHERE campaign_id = :campaign AND entry >= :least")
        values = {"campaign": self._campaign, "least": min(indices, default=0)}
        found = {row.entry for row in self._connection.execute(query, values)}
        gone = [index for index in indices if index not in found]
        self.append([entries.removal(EntryKind.EXCLUDED, index) for index in gone])
        self._sums = self._sums.adding(EntryKind.EXCLUDED, len(gone))

    def end(self, day: date) -> None:
        """Append the entry of a day that is over."""
        self.append([entries.day_end(day, self._sums)])

    def write(self, day: date | None, sums: Sums | None = None) -> None:
        """Write tiles, size and sums; `sums` in place of those that were counted here."""
        self._sums = sums or self._sums
        changed = [(level, number, body) for level, number, body in self._growth.changed() if level]
        for place in range(0, len(self._entries), WIDTH):
            bundle = entries.bundled(self._entries[place : place + WIDTH])
            changed.append((ENTRIES, self._first + place // WIDTH, bundle))
        self._run(
            _WRITE_TILE,
            [
                {"campaign": self._campaign, "level": level, "number": number, "body": body}
                for level, number, body in changed
            ],
        )
        self._run(
            "UPDATE log_tree SET size = :size, day = :day, signatures = :signatures, withdrawn = :withdrawn,"
            " excluded = :excluded WHERE campaign_id = :campaign",
            [
                {
                    "campaign": self._campaign,
                    "size": self._growth.size,
                    "day": day.isoformat() if day else None,
                    "signatures": self._sums.signatures,
                    "withdrawn": self._sums.withdrawn,
                    "excluded": self._sums.excluded,
                }
            ],
        )

    def append(self, added: list[bytes]) -> None:
        """Append entries as they are; the sums are the caller's."""
        self._entries += added
        self._growth.extend(map(leaf_hash, added))

    def _run_plain(self, statement: str, rows: list[tuple[int, ...]]) -> None:
        """A statement with numbers for each `?`, as the driver takes it: SQLAlchemy takes twice as long."""
        if rows:
            marker = "?" if self._connection.dialect.paramstyle == "qmark" else "%s"
            self._connection.exec_driver_sql(statement.replace("?", marker), rows)

    def _run(self, statement: str, values: list[dict[str, Any]]) -> None:
        if values:
            self._connection.execute(text(statement), values)
