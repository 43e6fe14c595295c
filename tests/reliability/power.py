"""R3: a power cut. What was not synced to the disk is gone, cut off, torn or out of order.

One run is recorded: every write, truncation and sync of SQLite's files, by a VFS of APSW, and every
acknowledgement between them. Then the disk is put together again as it may have been at any moment:
each file as of its last sync, and of what was written to it since none, a part, or torn pieces.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import apsw

from campaign.petition.ledger import Ledger
from campaign.petition.links import Confirmation

SCHEMA = """
CREATE TABLE signature (id INTEGER PRIMARY KEY, campaign_id INTEGER, sealed BLOB, counted BOOLEAN, erase_on DATE);
CREATE TABLE seen (campaign_id INTEGER, slot INTEGER, records INTEGER, owed BOOLEAN, erase_on DATE,
  PRIMARY KEY (campaign_id, slot));
CREATE TABLE gone (id INTEGER PRIMARY KEY, campaign_id INTEGER, voided BOOLEAN);
CREATE TABLE log_pending (id INTEGER PRIMARY KEY, campaign_id INTEGER, what INTEGER, day DATE);
CREATE TABLE public_name (id INTEGER PRIMARY KEY, campaign_id INTEGER, name TEXT, country TEXT, shown BOOLEAN,
  erase_on DATE);
CREATE TABLE signature_tally (campaign_id INTEGER, day DATE, country TEXT, way TEXT, shard INTEGER, count INTEGER,
  PRIMARY KEY (campaign_id, day, country, way, shard));
CREATE TABLE index_tally (campaign_id INTEGER, day DATE, country TEXT, shard INTEGER, waiting INTEGER, sharing INTEGER,
  beside INTEGER, PRIMARY KEY (campaign_id, day, country, shard));
"""


@dataclass
class Trace:
    """What happened, in order: (kind, file, offset or size, bytes)."""

    events: list[tuple[str, str, int, bytes]] = field(default_factory=list)


class RecordingFile(apsw.VFSFile):
    """A file that notes what SQLite does to it."""

    def __init__(self, trace: Trace, filename: Any, flags: list[int]) -> None:
        name = filename.filename() if isinstance(filename, apsw.URIFilename) else filename
        self.trace, self.name = trace, Path(name).name if name else ""
        super().__init__("", filename, flags)

    def xWrite(self, data: bytes, offset: int) -> None:
        self.trace.events.append(("write", self.name, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:
        self.trace.events.append(("truncate", self.name, size, b""))
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:
        """The disk is put together from the trace: this machine's own does not have to be waited for."""
        self.trace.events.append(("sync", self.name, 0, b""))


class RecordingVFS(apsw.VFS):
    """The machine's own VFS, with its files noted."""

    def __init__(self, name: str, trace: Trace) -> None:
        self.trace = trace
        super().__init__(name, "")

    def xDelete(self, name: str, sync: bool) -> None:
        super().xDelete(name, False)
        self.trace.events.append(("delete", Path(name).name, 0, b""))

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:
        return RecordingFile(self.trace, name, flags)


class Engine:
    """As much of SQLAlchemy's engine as the ledger uses, on APSW."""

    dialect = SimpleNamespace(
        name="sqlite", dbapi=SimpleNamespace(OperationalError=apsw.Error, InterfaceError=apsw.Error)
    )

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def execution_options(self, **_options: Any) -> Engine:
        return self

    @contextmanager
    def begin(self) -> Iterator[Engine]:
        self._connection.execute("BEGIN IMMEDIATE")
        yield self
        if self._connection.in_transaction:
            self._connection.execute("COMMIT")

    @property
    def connection(self) -> apsw.Connection:
        """The driver's connection, which the ledger asks for a cursor."""
        return self._connection


@dataclass
class Cuts:
    """What the cuts came to."""

    cuts: int = 0
    commits: int = 0
    lost: int = 0
    damaged: int = 0


def record(folder: Path, commits: int, synchronous: str, name: str) -> Trace:
    """Confirm so many signatures, and note everything."""
    trace = Trace()
    vfs = RecordingVFS(name, trace)
    connection = apsw.Connection(str(folder / "petition.sqlite"), vfs=name)
    connection.execute("PRAGMA locking_mode=EXCLUSIVE")
    for pragma in (
        "journal_mode=WAL",
        f"synchronous={synchronous}",
        "secure_delete=ON",
        "wal_autocheckpoint=40",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    for statement in SCHEMA.strip().split(";\n"):
        connection.execute(statement)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    ledger: Ledger = Ledger(Engine(connection))  # type: ignore[arg-type]
    trace.events.append(("start", "", 0, b""))
    for n in range(1, commits + 1):
        ledger.confirm(1, Confirmation(0, n, n, "FR", "en", 1, bytes(240)), date(2026, 11, 24))
        trace.events.append(("acknowledged", "", n, b""))
    connection.close()
    vfs.unregister()
    return trace


def cut(trace: Trace, many: int, folder: Path, chance: random.Random) -> Cuts:
    """Cut the power at so many moments, and look at what is left each time."""
    start = next(n for n, event in enumerate(trace.events) if event[0] == "start")
    found = Cuts(commits=sum(event[0] == "acknowledged" for event in trace.events))
    for moment in sorted(chance.sample(range(start + 1, len(trace.events)), many)):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        acknowledged = _disk_at(trace, moment, folder, chance)
        found.cuts += 1
        lost, damaged = _look(folder / "petition.sqlite", acknowledged)
        found.lost += lost
        found.damaged += damaged
    return found


def _disk_at(trace: Trace, moment: int, folder: Path, chance: random.Random) -> int:
    """Put the files together as they may be after a cut; the number of the last acknowledgement before it."""
    for name, content in left(trace.events[:moment], {}, chance).items():
        (folder / name).write_bytes(content)
    return max((place for kind, _, place, _ in trace.events[:moment] if kind == "acknowledged"), default=0)


def left(
    events: list[tuple[str, str, int, bytes]], before: dict[str, bytes], chance: random.Random
) -> dict[str, bytes]:
    """The files as they may be if the power is cut after these events; `before` they had been synced."""
    sure = {name: bytearray(content) for name, content in before.items()}
    loose: dict[str, list[tuple[str, int, bytes]]] = {}
    deleted: dict[str, bytearray] = {}
    for kind, name, place, data in events:
        if kind == "sync":
            deleted.pop(name, None)
            for act in loose.pop(name, []):
                _apply(sure.setdefault(name, bytearray()), act)
        elif kind == "delete":
            deleted[name] = sure.pop(name, bytearray())
            loose.pop(name, None)
        elif kind in {"write", "truncate"}:
            loose.setdefault(name, []).append((kind, place, data))
    for name, acts in loose.items():
        for act in _survivors(acts, chance):
            _apply(sure.setdefault(name, bytearray()), act)
    # When SQLite closes, it does not wait until the name of its log is gone: the log may be there again.
    logs = {name: content for name, content in deleted.items() if content and name.endswith("-wal")}
    sure |= {name: content for name, content in logs.items() if chance.random() < 0.5}
    return {name: bytes(content) for name, content in sure.items()}


def _survivors(acts: list[tuple[str, int, bytes]], chance: random.Random) -> list[tuple[str, int, bytes]]:
    """What of the writes since the last sync reached the disk: none, the first of them, or torn pieces of any."""
    way = chance.choice(("none", "first", "torn"))
    if way == "none":
        return []
    if way == "first":
        return acts[: chance.randrange(len(acts) + 1)]
    kept = []
    for kind, place, data in acts:
        if chance.random() < 0.5:
            continue
        torn = kind == "write" and chance.random() < 0.5
        end = (
            chance.randrange(0, len(data) + 1, 512) if torn and len(data) >= 512 else 0 if torn else len(data)
        )
        kept.append((kind, place, data[:end]))
    chance.shuffle(kept)
    return kept


def _apply(content: bytearray, act: tuple[str, int, bytes]) -> None:
    kind, place, data = act
    if kind == "truncate":
        del content[place:]
        return
    if len(content) < place:
        content.extend(bytes(place - len(content)))
    content[place : place + len(data)] = data


def _look(path: Path, acknowledged: int) -> tuple[int, int]:
    """How many acknowledged signatures are not there, and whether the file or its sums are wrong."""
    connection = sqlite3.connect(path)
    try:
        if connection.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            return 0, 1
        stored = {row[0] for row in connection.execute("SELECT id FROM signature")}
        counted = connection.execute("SELECT coalesce(sum(count), 0) FROM signature_tally").fetchone()[0]
        slots = connection.execute("SELECT count(*) FROM seen").fetchone()[0]
        return len(set(range(1, acknowledged + 1)) - stored), int(not counted == len(stored) == slots)
    except sqlite3.DatabaseError:
        return acknowledged, 1
    finally:
        connection.close()
