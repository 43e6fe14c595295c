"""Reading the tiles of a public log from the database."""

from __future__ import annotations

from sqlalchemy import Connection, text

from campaign.transparency_log import entries
from campaign.transparency_log.merkle import leaf_hash
from campaign.transparency_log.tiles import ENTRIES


class Tiles:
    """The tiles of a log in the database: it gives the beginning of each, as wide as it is asked for."""

    def __init__(self, connection: Connection, campaign: int) -> None:
        self._connection, self._campaign = connection, campaign

    def __call__(self, level: int, number: int, wide: int) -> bytes:
        """Hashes. Raises LookupError if there are fewer."""
        if level == 0:
            return b"".join(map(leaf_hash, self.bundle(number, wide)))
        hashes = self._body(level, number)[: wide * 32]
        if len(hashes) < wide * 32:
            raise LookupError(f"the log has no tile {level}/{number} of {wide} hashes")
        return hashes

    def bundle(self, number: int, wide: int) -> list[bytes]:
        """Entries. Raises LookupError if there are fewer."""
        bundle = list(entries.unbundled(self._body(ENTRIES, number))) if wide else []
        if len(bundle) < wide:
            raise LookupError(f"the log has no bundle {number} of {wide} entries")
        return bundle[:wide]

    def _body(self, level: int, number: int) -> bytes:
        query = text(
            "SELECT body FROM log_tile WHERE campaign_id = :c AND level = :level AND number = :number"
        )
        values = {"c": self._campaign, "level": level, "number": number}
        return bytes(self._connection.execute(query, values).scalar() or b"")
