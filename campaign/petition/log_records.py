"""Records and their entries in the public log: salts, digests, openings, and whether both agree."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from sqlalchemy import Connection, text

from campaign.petition.server_keys import ServerKeys
from campaign.signatures import manifest
from campaign.transparency_log.sampling import Opening


def openings(connection: Connection, campaign: int, keys: ServerKeys, indices: list[int]) -> list[Opening]:
    """What opens these entries, for trustees: records and salts. Entries without a record are left out."""
    wanted = set(indices)
    return [one for one in every_opening(connection, campaign, keys) if one.index in wanted]


def every_opening(connection: Connection, campaign: int, keys: ServerKeys) -> Iterator[Opening]:
    """What opens every entry of a signature; the records of some may be gone."""
    query = text("SELECT id, entry FROM log_entry WHERE campaign_id = :c")
    salts = Salts(keys.log_salt_key())
    streamed = connection.execution_options(stream_results=True, yield_per=10_000)
    for record, entry in streamed.execute(query, {"c": campaign}):
        yield Opening(int(entry), int(record), salts(int(record)))


def salt(key: bytes, record: int) -> bytes:
    """The salt of a record's entry."""
    return Salts(key)(record)


class Salts:
    """The salts of many records: HMAC-SHA-256 of their numbers, with a key of at most 64 bytes.

    RFC 2104 is written out here: the standard library sets OpenSSL up for each message, which takes three
    times as long, and a night may have millions.
    """

    def __init__(self, key: bytes) -> None:
        block = key.ljust(64, b"\0")
        if len(block) > 64:
            raise ValueError("the key of the salts has at most 64 bytes")
        self._inner = bytes(byte ^ 0x36 for byte in block) + b"campaign/log/salt/1"
        self._outer = bytes(byte ^ 0x5C for byte in block)

    def __call__(self, record: int) -> bytes:
        """The salt of a record's entry."""
        return sha256(self._outer + sha256(self._inner + record.to_bytes(8)).digest()).digest()


def digest(record: int, sealed: bytes) -> bytes:
    """The digest of a sealed record, as the manifest adds it up."""
    return manifest.digest_bytes(record, sealed)


def difference(connection: Connection, campaign: int) -> int:
    """By how much the records differ from what the log says is live, with what waits: it must be 0."""

    def count(query: str) -> int:
        return int(connection.execute(text(query), {"c": campaign}).scalar() or 0)

    records = count("SELECT count(*) FROM signature WHERE campaign_id = :c")
    logged = count("SELECT count(*) FROM log_entry WHERE campaign_id = :c AND removal IS NULL")
    entering = count("SELECT count(*) FROM log_pending WHERE campaign_id = :c AND what = 1")
    leaving = count("SELECT count(*) FROM log_pending WHERE campaign_id = :c AND what > 1")
    return logged + entering - leaving - records
