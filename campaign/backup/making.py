"""Making a backup while the site runs: the database and scans in one file, the server's keys in another.

Together the index's key and the table of slots would let somebody test whether an address signed, so the
keys are sealed to another recipient, in another file, which belongs in another place. The keys of waiting
e-mails, and those that live in memory, are in neither.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Engine, text

from campaign import clock, migrating
from campaign.backup import sealed_file, tables
from campaign.backup.sealed_file import BackupError, Entry
from campaign.backup.tables import Sums
from campaign.key_store import KeyStore
from campaign.petition.journal import BACKUP, Journal
from campaign.petition.status import Petitions
from campaign.services import service
from campaign.settings import Settings
from campaign.untrusted import json_value
from campaign.whole_files import write_whole

#: The layout of the files; a program that does not know it refuses to restore.
FORMAT = 1

HEAD, END = "head.json", "end.json"

#: The last checkpoint of a campaign's public log: no key, and always a file.
CHECKPOINT = "log-newest"

#: In the data folder: when the last backup was made, for the doctor.
NOTE = "backup.json"

_MOST_JSON = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class BackupResult:
    """What a backup holds. `keys` is how many keys are in the second file, -1 without one."""

    signatures: int
    rows: int
    keys: int


def make(
    app: Flask, path: Path, to: Sequence[str], keys_path: Path | None, keys_to: Sequence[str]
) -> BackupResult:
    """Write and verify a backup, and note it. Raises BackupError or OSError; then there is no file."""
    if set(to) & set(keys_to):
        raise BackupError("The keys need another recipient: anyone who opens both files can test addresses.")
    engine, settings = service(Engine, app), service(Settings, app)
    with engine.connect() as connection:
        service(Journal, app).catch_up(connection)
    keys = list(_key_entries(app))
    sums = Sums()
    with tables.snapshot(engine) as connection:
        head = _head(engine, keys)
        service(Journal, app).note([(BACKUP, head["made"])])
        entries = _closed(_database_entries(head, connection, sums, settings.data), sums)
        sealed_file.write(path, to, entries, verified)
    if keys_path is not None:
        try:
            sealed_file.write(keys_path, keys_to, _closed(iter(keys), Sums()), verified)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    note = {"made": head["made"], "to": list(to), "verified": True}
    write_whole(settings.data / NOTE, (json.dumps(note) + "\n").encode())
    signatures = sum(amount.records for amount in sums.signatures.values())
    return BackupResult(signatures, sum(sums.rows.values()), len(keys) if keys_path else -1)


def _head(engine: Engine, keys: Iterable[Entry]) -> dict[str, Any]:
    present = migrating.versions(engine).present
    if not present:
        raise BackupError("The database has no tables: there is nothing to back up.")
    return {
        "format": FORMAT,
        "made": clock.now().isoformat(timespec="seconds"),
        "migration": present,
        "engine": engine.dialect.name,
        "keys": {entry.name: fingerprint(entry.body) for entry in keys},
    }


def fingerprint(key: bytes) -> str:
    """What tells a key from others without telling the key: 64 bits of a hash of 32 random bytes or more."""
    return hashlib.sha256(b"campaign/key/" + key).hexdigest()[:16]


def _database_entries(head: dict[str, Any], connection: Any, sums: Sums, data: Path) -> Iterator[Entry]:
    yield Entry(HEAD, json.dumps(head).encode())
    yield from tables.dumped(connection, sums)
    for scan in sorted(data.glob("petition/*/scans/*.scan")):  # from before they were in the database
        yield Entry(f"scans/{scan.parent.parent.name}/{scan.name}", scan.read_bytes())


def _closed(entries: Iterator[Entry], sums: Sums) -> Iterator[Entry]:
    """The entries, and a last one by which it is known that all of them are there."""
    digests = {}
    for entry in entries:
        digests[entry.name] = entry.digest
        yield entry
    yield Entry(END, json.dumps({"entries": digests, "sums": sums.plain()}).encode())


def verified(entries: Iterator[Entry]) -> None:
    """Read a file through. Raises BackupError if it is not what was written."""
    for _entry in checked(entries):
        """Reading is the check."""


def checked(entries: Iterator[Entry]) -> Iterator[Entry]:
    """The entries but the last, which is compared with them. Raises BackupError if they differ."""
    digests: dict[str, str] = {}
    sums, end = Sums(), None
    for entry in entries:
        if entry.name == END:
            end = json_value(entry.body.decode(), _MOST_JSON)
            continue
        digests[entry.name] = entry.digest
        if (found := tables.rows_of(entry)) is not None:
            for row in found[1]:
                sums.add(found[0], row)
        yield entry
    if end is None or end["entries"] != digests or end["sums"] != sums.plain():
        raise BackupError("The backup is not complete: its sums differ from what it holds.")


def head_of(entry: Entry) -> dict[str, Any]:
    """The head of a backup. Raises BackupError for another file, or for one of another layout."""
    head = json_value(entry.body.decode(), _MOST_JSON) if entry.name == HEAD else {}
    if head.get("format") != FORMAT:
        raise BackupError("This is not the file of a database, or it was made by a newer program.")
    return dict(head)


def _key_entries(app: Flask) -> Iterator[Entry]:
    """The server's keys that must outlive the machine, by name, and the site's secrets."""
    store = service(KeyStore, app)  # type: ignore[type-abstract]
    with service(Engine, app).connect() as connection:
        slugs = [row.slug for row in connection.execute(text("SELECT slug FROM campaign ORDER BY slug"))]
    for slug in slugs:
        names = {*store.names(f"petition/{slug}/"), *store.names(f"petition/{slug}/sheets/")}
        for name in sorted(names - {f"petition/{slug}/{CHECKPOINT}"}):
            if (key := store.read(name)) is not None:
                yield Entry(name, key)
        checkpoint = service(Petitions, app).server_keys(slug).newest_checkpoint
        if checkpoint.exists():
            yield Entry(f"petition/{slug}/{CHECKPOINT}", checkpoint.read_bytes())
    for name, secret in sorted(service(Settings, app).secrets.items()):
        yield Entry(f"secrets/{name}", secret)
