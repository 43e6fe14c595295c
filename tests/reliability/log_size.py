"""The public log with as many entries as a very large petition has: time, memory, sizes."""

from __future__ import annotations

import os
import random
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from campaign.petition import log_files, log_records, log_tiles, public_log, receipts
from campaign.petition.ledger import Ledger
from campaign.petition.links import Confirmation, Withdrawal
from campaign.petition.public_log import PublicLog
from campaign.petition.status import Petitions
from campaign.services import service
from campaign.transparency_log import checkpoints, entries, monitor
from campaign.transparency_log.merkle import consistency_proof
from campaign.transparency_log.tiles import TileNodes
from tests.conftest import published
from tests.petition.conftest import opened

FIRST = date(2026, 11, 24)

#: What comes on the night that is measured, beside the withdrawals.
NEW, WITHDRAWN = 20_000, 1_000


@dataclass
class Measures:
    """Seconds (by the clock, and of a core) by what was done, bytes by what was written, and MiB of memory that was used at most."""

    seconds: dict[str, tuple[float, float]] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    grown: int = 0
    live: int = 0

    def of(self, name: str, work: Callable[[], object]) -> object:
        begun, used = time.perf_counter(), time.process_time()
        result = work()
        self.seconds[name] = (time.perf_counter() - begun, time.process_time() - used)
        print(f"  {name}: {self.seconds[name][0]:.3f} s, {self.seconds[name][1]:.3f} s of a core", flush=True)
        return result


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def measured(folder: Path, many: int, chance: random.Random) -> Measures:
    """Fill a petition with so many signatures, and measure two nights, proofs and a copy."""
    petition = opened(published(folder / "data"))
    engine, campaign = service(Engine, petition.app), petition.campaign
    keys = service(Petitions, petition.app).server_keys("trees")
    log = PublicLog(engine, campaign, keys, "example.org/log/trees")
    measures = Measures()
    records: Any = measures.of("filling the database", lambda: _fill(engine, campaign, many, chance))
    before = _peak()
    measures.of(f"first night with {many:,}", lambda: log.run(FIRST))
    _next_day(engine, campaign, records, chance)
    measures.of(
        f"a night with {NEW:,} more and {WITHDRAWN:,} withdrawn", lambda: log.run(FIRST + timedelta(days=1))
    )
    measures.of("a night with nothing", lambda: log.run(FIRST + timedelta(days=2)))
    measures.grown = _peak() - before
    with engine.connect() as connection:
        note = public_log.newest_note(connection, campaign)
        assert note is not None
        checkpoint = checkpoints.read(note)
        found = measures.of("a receipt", lambda: receipts.of_record(connection, campaign, keys, records[-1]))
        assert isinstance(found, receipts.SignersReceipt)
        measures.sizes["a receipt"] = len(found.text)
        tiles = log_tiles.Tiles(connection, campaign)
        nodes = TileNodes(checkpoint.size, tiles)
        measures.of("a proof of growth", lambda: consistency_proof(nodes, many // 3, checkpoint.size))
        measures.of("the page's numbers", lambda: public_log.overview(connection, campaign))
        measures.of("a whole copy", lambda: log_files.write(connection, campaign, folder / "mirror"))
        report = measures.of(
            "reading it whole",
            lambda: monitor.check(
                checkpoint, lambda number, wide: entries.bundled(tiles.bundle(number, wide))
            ),
        )
        assert isinstance(report, monitor.LogReport)
        measures.live = report.sums.live
        tiles_bytes = connection.execute(text("SELECT sum(length(body)) FROM log_tile")).scalar()
        measures.sizes["entries and tiles"] = int(tiles_bytes or 0)
        difference = measures.of(
            "comparing with the records", lambda: log_records.difference(connection, campaign)
        )
        measures.sizes["difference"] = int(str(difference))
    measures.sizes["the database"] = (
        (folder / "data" / "campaign.sqlite").stat().st_size
        if (folder / "data" / "campaign.sqlite").exists()
        else 0
    )
    measures.sizes["files of a copy"] = sum(1 for _ in (folder / "mirror").rglob("*"))
    return measures


def _fill(engine: Engine, campaign: int, many: int, chance: random.Random) -> list[int]:
    """Records as the ledger writes them, without its work; some of their numbers.

    The numbers are spread over all that there are and written in their order, which is the fastest.
    """
    kept: list[int] = []
    step = (1 << 63) // many
    for start in range(0, many, 50_000):
        numbers = range(start, min(start + 50_000, many))
        rows = [
            {"id": number * step + chance.randrange(step), "c": campaign, "sealed": os.urandom(195)}
            for number in numbers
        ]
        _insert(engine, rows, FIRST)
        kept += [int(str(row["id"])) for row in rows[:: max(1, len(rows) // 400)]]
    return kept


def _insert(engine: Engine, rows: list[dict[str, Any]], day: date) -> None:
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(
            text("INSERT INTO signature (id, campaign_id, sealed, counted) VALUES (:id, :c, :sealed, true)"),
            rows,
        )
        connection.execute(
            text("INSERT INTO log_pending (id, campaign_id, what, day) VALUES (:id, :c, 1, :day)"),
            [{"id": row["id"], "c": row["c"], "day": day.isoformat()} for row in rows],
        )


def _next_day(engine: Engine, campaign: int, records: list[int], chance: random.Random) -> None:
    ledger, day = Ledger(engine), FIRST + timedelta(days=1)
    for record in chance.sample(records[:-1], min(WITHDRAWN, len(records) - 1)):
        ledger.withdraw(campaign, Withdrawal(record, 1, "FR", 1), day)
    for slot in range(NEW // 100):
        ledger.confirm(
            campaign, Confirmation(0, chance.getrandbits(63), slot, "FR", "en", 1, bytes(195)), day
        )
    rows = [
        {"id": chance.getrandbits(63), "c": campaign, "sealed": os.urandom(195)}
        for _ in range(NEW - NEW // 100)
    ]
    _insert(engine, rows, day)
