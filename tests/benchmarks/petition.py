"""The petition's figures: confirmations a second, and whether they stay as quick when millions are stored."""

from __future__ import annotations

import http.client
import random
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from campaign import clock
from campaign.petition.public_counts import count
from tests.benchmarks import load
from tests.reliability import house, links

#: Clients at once; as many requests wait as a process works on.
CLIENTS = 32

#: Signatures stored before, in the three sites that are compared.
SIZES = (1_000, 100_000, 6_000_000)


def confirmations(url: str = "", many: int = 8_000) -> load.Measured:
    """A load of confirmations through the real server with two processes, each link once."""
    with tempfile.TemporaryDirectory() as folder:
        site = house.built(Path(folder) / "data", url)
        token = links.form_token(site.data, "confirm/trees")
        fresh = links.made(site.server_keys, site.key.public, many + 500)
        server = house.Server(site, workers=2)
        try:
            paths = [link.confirm for link in fresh]
            mark = b"/petition/done/confirmed"
            load.load(server.port, load.posts(server.port, paths[:500], token), mark, CLIENTS)
            return load.load(server.port, load.posts(server.port, paths[500:], token), mark, CLIENTS)
        finally:
            server.kill()


class Filled:
    """A site with so many signatures stored, and its server."""

    def __init__(self, folder: Path, size: int) -> None:
        self.site = house.built(folder / f"data{size}")
        self.engine = self.site.engine()
        fill(self.engine, size)
        self.token = links.form_token(self.site.data, "confirm/trees")
        self.server = house.Server(self.site)
        self.spent: dict[str, list[float]] = {"page": [], "count": [], "confirm": []}

    def round(self, number: int) -> None:
        """Some of each, one after another."""
        fresh = links.made(self.site.server_keys, self.site.key.public, 60, slot=2**23 + number * 60)
        body = urlencode({"form_token": self.token})
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        for link in fresh:
            self._timed("page", connection, "GET", "/en/trees/petition")
            self._timed("confirm", connection, "POST", link.confirm, body)
        connection.close()
        with Session(self.engine) as session:
            for _ in range(5):
                begun = time.perf_counter()
                count(session, datetime.now(UTC))
                self.spent["count"].append(time.perf_counter() - begun)

    def _timed(
        self, what: str, connection: http.client.HTTPConnection, method: str, path: str, body: str = ""
    ) -> None:
        head = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        begun = time.perf_counter()
        connection.request(method, path, body or None, head)
        answer = connection.getresponse()
        answer.read()
        self.spent[what].append(time.perf_counter() - begun)
        assert answer.status == (303 if body else 200)

    def median(self, what: str) -> float:
        return statistics.median(self.spent[what])


def fill(engine: Engine, size: int) -> None:
    """Store so many signatures as confirmations would have: records, slots and a year of tallies."""
    chance = random.Random(size)
    # In their order, as they lie in the end: a table that grew at random takes long to make.
    records = sorted(chance.getrandbits(62) for _ in range(size))
    with engine.connect() as connection:
        campaign = connection.execute(text("SELECT id FROM campaign")).scalar_one()
        connection.commit()
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.execute("PRAGMA synchronous=OFF")
        for start in range(0, size, 100_000):
            rows = range(start, min(start + 100_000, size))
            raw.execute("BEGIN")
            raw.executemany(
                "INSERT OR IGNORE INTO signature (id, campaign_id, sealed, counted) VALUES (?, ?, ?, 1)",
                ((records[n], campaign, b"x" * 179) for n in rows),
            )
            raw.executemany(
                "INSERT OR IGNORE INTO seen (campaign_id, slot, records, owed) VALUES (?, ?, 1, 0)",
                ((campaign, n) for n in rows),
            )
            raw.execute("COMMIT")
        days = [(clock.today() - timedelta(days=n)).isoformat() for n in range(1, 366)]
        raw.execute("BEGIN")
        raw.executemany(
            "INSERT INTO signature_tally VALUES (?, ?, ?, 'online', 0, ?)",
            ((campaign, day, country, size // 14_600) for day in days for country in COUNTRIES),
        )
        raw.execute("COMMIT")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        raw.execute("PRAGMA synchronous=FULL")
        connection.invalidate()


COUNTRIES = [f"{a}{b}" for a in "ABCDE" for b in "KLMNOPQR"]


def flatness(sizes: tuple[int, ...] = SIZES, rounds: int = 12) -> dict[int, dict[str, float]]:
    """Median seconds of a page, the count and a confirmation by how many are stored, measured in turn."""
    with tempfile.TemporaryDirectory() as folder:
        sites = {size: Filled(Path(folder), size) for size in sizes}
        try:
            for number in range(rounds):
                for site in sites.values():
                    site.round(number)
            return {size: {what: site.median(what) for what in site.spent} for size, site in sites.items()}
        finally:
            for site in sites.values():
                site.server.kill()
                site.engine.dispose()
