"""Records and their entries in the public log: salts, digests, openings, and whether both agree."""

from __future__ import annotations

import hmac
from hashlib import sha256

from sqlalchemy import Connection, text

from campaign.petition.server_keys import ServerKeys
from campaign.signatures import manifest
from campaign.transparency_log.sampling import Opening


def openings(connection: Connection, campaign: int, keys: ServerKeys, indices: list[int]) -> list[Opening]:
    """What opens these entries, for trustees: records and salts. Entries without a record are left out."""
    query = text("SELECT id, entry FROM log_entry WHERE campaign_id = :c")
    wanted, key = set(indices), keys.log_salt_key()
    streamed = connection.execution_options(stream_results=True, yield_per=10_000)
    rows = streamed.execute(query, {"c": campaign})
    return [Opening(int(entry), int(id_), salt(key, int(id_))) for id_, entry in rows if entry in wanted]


def salt(key: bytes, record: int) -> bytes:
    """The salt of a record's entry."""
    return hmac.new(key, b"campaign/log/salt/1" + record.to_bytes(8), sha256).digest()


def digest(record: int, sealed: bytes) -> bytes:
    """The digest of a sealed record, as the manifest adds it up."""
    return manifest.digest(record, sealed).to_bytes(32)


def difference(connection: Connection, campaign: int) -> int:
    """By how much the records differ from what the log says is live, with what waits: it must be 0."""

    def count(query: str) -> int:
        return int(connection.execute(text(query), {"c": campaign}).scalar() or 0)

    records = count("SELECT count(*) FROM signature WHERE campaign_id = :c")
    logged = count("SELECT count(*) FROM log_entry WHERE campaign_id = :c AND removal IS NULL")
    entering = count("SELECT count(*) FROM log_pending WHERE campaign_id = :c AND what = 1")
    leaving = count("SELECT count(*) FROM log_pending WHERE campaign_id = :c AND what > 1")
    return logged + entering - leaving - records
