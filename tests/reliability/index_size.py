"""The index at every size, through the real ledger: the public total against the truth, and nothing dropped.

People are put in at random slots, as their addresses would be, in bulk; one in a hundred signs a second time,
and somebody sends a flood from one address. Then real confirmations follow.
"""

from __future__ import annotations

import random
import secrets
import statistics
import time
from array import array
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from campaign import clock
from campaign.petition.comparison import compare
from campaign.petition.estimate import SLOTS
from campaign.petition.ledger import Ledger
from campaign.petition.links import Confirmation
from campaign.petition.public_counts import count
from tests.reliability import house

SIZES = (1_000, 100_000, 1_000_000, 6_000_000, 10_000_000)

FLOOD = 100_000

#: An attacker who has the disk and the key tries this many e-mail addresses, of which this many signed.
TRIED, SIGNED = 12_000_000, 1_000


@dataclass(frozen=True)
class Simulation:
    """What came of one size. `confirming`: median seconds of a confirmation."""

    people: int
    total: int
    dropped: int
    difference: int
    slots: int
    confirming: float

    @property
    def error(self) -> float:
        """The public total against the truth, as a share."""
        return self.total / self.people - 1

    @property
    def precision(self) -> float:
        """The share of the addresses that seem to have signed and did, of those that somebody tries."""
        return SIGNED / (SIGNED + (TRIED - SIGNED) * self.slots / SLOTS)


def simulated(folder: Path, people: int, chance: random.Random, confirmations: int = 2_000) -> Simulation:
    """Fill a site with so many people, confirm more, and look."""
    engine = house.built(folder).engine()
    with engine.connect() as connection:
        campaign = int(connection.execute(text("SELECT id FROM campaign")).scalar_one())
    stored = _fill(engine, campaign, people, chance)
    ledger, spent = Ledger(engine), []
    for _ in range(confirmations):
        link = Confirmation(
            40_000_000, secrets.randbits(63), chance.getrandbits(24), "FR", "en", 1, bytes(128)
        )
        begun = time.perf_counter()
        ledger.confirm(campaign, link, clock.today())
        spent.append(time.perf_counter() - begun)
    with Session(engine) as session:
        total = count(session, datetime.now(UTC))["trees"].total
        records = int(session.scalar(text("SELECT count(*) FROM signature")) or 0)
        slots = int(session.scalar(text("SELECT count(*) FROM seen")) or 0)
        difference = compare(session.connection(), campaign).difference
    engine.dispose()
    return Simulation(
        people + confirmations,
        total,
        stored + confirmations - records,
        difference,
        slots,
        statistics.median(spent),
    )


def _fill(engine: Engine, campaign: int, people: int, chance: random.Random) -> int:
    """Store people, second signatures and a flood as the ledger would have; how many records."""
    slots = array("L", bytes(array("L").itemsize * SLOTS))
    for person in range(people):
        slot = chance.getrandbits(24)
        slots[slot] += 1 + (person % 100 == 1) + (FLOOD if person == 0 else 0)
    records, filled = sum(slots), sum(1 for number in slots if number)
    ids = sorted(chance.getrandbits(62) for _ in range(records))
    day, waiting = clock.today().isoformat(), records - filled
    with engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.execute("PRAGMA synchronous=OFF")
        raw.execute("BEGIN")
        raw.executemany(
            "INSERT INTO signature (id, campaign_id, sealed, counted) VALUES (?, ?, ?, ?)",
            ((record, campaign, bytes(128), place < filled) for place, record in enumerate(ids)),
        )
        raw.executemany(
            "INSERT INTO seen (campaign_id, slot, records, owed) VALUES (?, ?, ?, 0)",
            ((campaign, slot, number) for slot, number in enumerate(slots) if number),
        )
        raw.execute(
            "INSERT INTO signature_tally (campaign_id, day, country, way, shard, count)"
            " VALUES (?, ?, 'FR', 'online', 0, ?)",
            (campaign, day, filled),
        )
        raw.execute(
            "INSERT INTO index_tally (campaign_id, day, country, shard, waiting, sharing, beside)"
            " VALUES (?, ?, 'FR', 0, ?, ?, 0)",
            (campaign, day, waiting, waiting),
        )
        raw.execute("COMMIT")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.invalidate()
    return records
