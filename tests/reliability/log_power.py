"""Nights of the public log in which the power is cut: what was not synced is gone, of SQLite and of plain files.

A site signs, withdraws and appends its days. At a random moment of each day the disk is put together as it may
be after a cut (power.py, recorded_files.py). The site starts again from that, and runs the same night, in which
the power may be cut again. A new site begins now and then, so that first nights are cut as well.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import apsw
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from campaign.petition import log_records, log_tiles, public_log
from campaign.petition.journal import Journal, hashed
from campaign.petition.ledger import Ledger
from campaign.petition.links import Confirmation, Withdrawal
from campaign.petition.public_log import LogStoppedError, PublicLog
from campaign.petition.server_keys import ServerKeys
from campaign.services import service
from campaign.transparency_log import checkpoints, entries, monitor, notes
from campaign.transparency_log.checkpoints import Checkpoint
from campaign.transparency_log.merkle import ProofError, check_consistency, consistency_proof, root
from campaign.transparency_log.notes import Note, Verifier
from campaign.transparency_log.tiles import TileNodes
from tests.conftest import published
from tests.petition.conftest import TODAY, opened
from tests.reliability import recorded_engine
from tests.reliability.power import RecordingVFS, Trace
from tests.reliability.recorded_files import Disk, Recorder, left_of

_DATABASE = "petition.sqlite"
_DATABASES = (_DATABASE, f"{_DATABASE}-wal")
_ORIGIN = "example.org/log/trees"


@dataclass
class PowerCuts:
    """What the cuts came to. `gone`: what was acknowledged or published and is not there any more.

    `forks`: checkpoints that do not begin with an earlier one. `between`: cuts after a checkpoint was signed and
    before it was published. `stopped`: why a site did not go on, and the cuts ended there.
    """

    cuts: int = 0
    nights: int = 0
    sites: int = 0
    checkpoints: int = 0
    between: int = 0
    forks: int = 0
    gone: int = 0
    different: int = 0
    stopped: str = ""
    largest: int = 0

    @property
    def hold(self) -> bool:
        return (self.forks, self.gone, self.different, self.stopped) == (0, 0, 0, "")


@dataclass
class Site:
    """What is on the disk of a site, and what others know of it."""

    campaign: int
    disk: Disk
    day: date = TODAY
    live: set[int] = field(default_factory=set)
    doubtful: set[int] = field(default_factory=set)
    withdrawn: set[int] = field(default_factory=set)
    published: list[str] = field(default_factory=list)
    signed: set[str] = field(default_factory=set)


@dataclass
class Run:
    """A run of a site from its disk, noted."""

    site: Site
    engine: Engine
    keys: ServerKeys
    journal: Journal
    trace: Trace

    def day(self, chance: random.Random) -> None:
        """People sign, and now and then somebody withdraws."""
        ledger, campaign, live = Ledger(self.engine, self.journal), self.site.campaign, sorted(self.site.live)
        for _ in range(chance.randrange(12)):
            record = chance.getrandbits(62)
            self._note("asked", record)
            ledger.confirm(
                campaign, Confirmation(0, record, record, "FR", "en", 1, bytes(240)), self.site.day
            )
            self._note("confirmed", record)
        if live and chance.random() < 0.3:
            record = chance.choice(live)
            self._note("asked", record)
            ledger.withdraw(campaign, Withdrawal(record, record, "FR", 1), self.site.day)
            self._note("withdrawn", record)

    def night(self) -> None:
        """Append the day. What this returns is published: pages, feeds and witnesses have it."""
        note = PublicLog(self.engine, self.site.campaign, self.keys, _ORIGIN).run(self.site.day)
        assert note is not None
        self.trace.events.append(("published", "", 0, note.whole.encode()))

    def _note(self, kind: str, record: int) -> None:
        self.trace.events.append((kind, "", record, b""))


def cut(
    folder: Path,
    nights: int,
    chance: random.Random,
    lives: tuple[int, ...] = (10, 50, 150),
    synchronous: str = "",
) -> PowerCuts:
    """Cut the power in each of so many nights. `lives`: after how many of them a new site begins."""
    together, public_log.TOGETHER = public_log.TOGETHER, 16  # many transactions, and cuts between them
    try:
        campaign, template = _template(folder)
        found = PowerCuts()
        while found.nights < nights and not found.stopped:
            site = Site(campaign, Disk({_DATABASE: template}))
            found.sites += 1
            for _ in range(chance.choice(lives)):
                if found.nights < nights and not found.stopped:
                    _night(site, folder / "disk", found, chance, synchronous)
            found.checkpoints += len(site.published)
        return found
    finally:
        public_log.TOGETHER = together


def _template(folder: Path) -> tuple[int, bytes]:
    """A campaign with a key, and SQLite's file with it."""
    petition = opened(published(folder / "data"))
    campaign, engine = petition.campaign, service(Engine, petition.app)
    engine.dispose()
    (path,) = (folder / "data").glob("*.sqlite*")
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.close()
    return campaign, path.read_bytes()


def _night(site: Site, folder: Path, found: PowerCuts, chance: random.Random, synchronous: str) -> None:
    """A day and its night, cut once or more; then the night again, to its end."""
    site.day += timedelta(days=chance.choice((1, 1, 1, 3)))
    found.nights += 1
    again = False
    try:
        while not again or chance.random() < 0.3:
            with _running(site, folder, synchronous) as run:
                if not again:
                    run.day(chance)
                run.night()
            _cut(site, run.trace.events[: chance.randrange(1, len(run.trace.events) + 1)], chance)
            found.cuts += 1
            found.between += not site.signed <= set(site.published)
            _look(site, folder, found, after_cut=True)
            again = True
        with _running(site, folder, synchronous) as run:
            run.night()
    except (LogStoppedError, OSError, LookupError, apsw.Error, DBAPIError) as error:
        found.stopped = f"{type(error).__name__}: {error}"
        return
    _cut(site, run.trace.events, chance)
    _look(site, folder, found, after_cut=False)


@contextmanager
def _running(site: Site, folder: Path, synchronous: str) -> Iterator[Run]:
    """Start a site from its disk, in an empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    site.disk.write(folder)
    trace = Trace()
    vfs = RecordingVFS("night", trace)
    keys = ServerKeys(folder, folder / "volatile", "trees")
    engine = recorded_engine.engine(folder / _DATABASE, "night", synchronous)
    try:
        with Recorder(trace, folder, site.disk).watching():
            yield Run(site, engine, keys, Journal(folder / "journal"), trace)
    finally:
        engine.dispose()
        vfs.unregister()


def _cut(site: Site, events: list[tuple[str, str, int, bytes]], chance: random.Random) -> None:
    """Cut the power after these events: what is left on the disk, and what others were told before."""
    site.disk = left_of(events, site.disk, _DATABASES, chance)
    asked = None
    for kind, _name, place, data in events:
        if kind == "asked":
            asked = place
        elif kind == "confirmed":
            site.live.add(place)
            asked = None
        elif kind == "withdrawn":
            site.live.discard(place)
            site.withdrawn.add(place)
            asked = None
        elif kind == "published" and data.decode() not in site.published:
            site.published.append(data.decode())
        elif kind == "write" and data.startswith(f"{_ORIGIN}\n".encode()):
            site.signed.add(data.decode())
    site.doubtful = set() if asked is None else {asked}


def _look(site: Site, folder: Path, found: PowerCuts, after_cut: bool) -> None:
    """Compare what is on the disk with what others were told."""
    shutil.rmtree(folder)
    folder.mkdir()
    site.disk.write(folder)
    engine = create_engine(f"sqlite:///{folder / _DATABASE}")
    try:
        with engine.connect() as connection:
            if connection.exec_driver_sql("PRAGMA integrity_check").scalar() != "ok":
                found.different += 1
                return
            _look_at_records(site, connection, found)
            _look_at_log(site, connection, found, after_cut)
    except (DBAPIError, LookupError):  # a damaged file, or a tree without its tiles
        found.different += 1
    finally:
        engine.dispose()
    newest = site.disk.files.get("petition/trees/log-newest", b"").decode()
    if site.published and (not newest or _size(newest) < _size(site.published[-1])):
        found.gone += 1


def _size(note: str) -> int:
    return checkpoints.read(notes.read(note)).size


def _look_at_records(site: Site, connection: Connection, found: PowerCuts) -> None:
    stored = set(connection.execute(text("SELECT id FROM signature")).scalars())
    found.gone += len((stored ^ site.live) - site.doubtful)
    journal = b"".join(body for name, body in site.disk.files.items() if name.startswith("journal/")).decode()
    found.gone += sum(hashed(record) not in journal for record in site.withdrawn)
    site.live, site.doubtful = stored, set()
    tally = connection.execute(text("SELECT coalesce(sum(count), 0) FROM signature_tally")).scalar()
    found.different += tally != len(stored) or log_records.difference(connection, site.campaign) != 0


def _look_at_log(site: Site, connection: Connection, found: PowerCuts, after_cut: bool) -> None:
    notes_there = set(connection.execute(text("SELECT note FROM log_checkpoint")).scalars())
    found.gone += len(set(site.published) - notes_there)
    tree = public_log.state(connection, site.campaign)
    if tree is None or tree.size == 0:
        found.gone += len(site.signed)
        return
    tiles = log_tiles.Tiles(connection, site.campaign)
    nodes = TileNodes(tree.size, cache(tiles))
    whole = Checkpoint(_ORIGIN, tree.size, root(nodes, tree.size))
    for note in sorted({*site.signed, *site.published, *notes_there}):
        found.forks += not _begins(whole, nodes, notes.read(note), tree.key)
    try:
        report = monitor.check(whole, lambda number, wide: entries.bundled(tiles.bundle(number, wide)))
        found.different += report.sums != tree.sums or (not after_cut and report.sums.live != len(site.live))
    except (monitor.LogError, LookupError):
        found.forks += 1
    found.largest = max(found.largest, tree.size)


def _begins(whole: Checkpoint, nodes: TileNodes, note: Note, key: Verifier) -> bool:
    """Whether the tree begins with an older checkpoint that its key signed, by a consistency proof."""
    old = checkpoints.read(note)
    try:
        proof = consistency_proof(nodes, old.size, whole.size)
        check_consistency((old.size, old.root), (whole.size, whole.root), proof)
    except (ProofError, LookupError, ValueError):
        return False
    return bool(note.signers([key]))
