"""The one place where signatures are written: each change is all or nothing, and may run twice.

The tally changes with the record, so that the two never differ: `compare` must find 0. Confirmations
that come at the same moment share one transaction, since waiting for the disk is what takes longest;
each is answered when that transaction is on the disk.
"""

from __future__ import annotations

import hashlib
import hmac
import random
import re
import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from campaign.petition.links import Confirmation, Withdrawal

#: Most records of one slot: a mailbox that signs ten thousand times stores three.
MOST_OF_A_SLOT = 3

#: Most confirmations in one transaction.
TOGETHER = 64

#: Rows over which PostgreSQL spreads one day's tally, so that writers seldom wait for each other.
SHARDS = 16

#: How a signature came.
ONLINE, PAPER = "online", "paper"


class Outcome(StrEnum):
    """What became of pressing a button."""

    COUNTED = "counted"
    AGAIN = "again"
    WITHDRAWN = "withdrawn"
    NOTHING = "nothing"


class BusyError(Exception):
    """The database could not take it just now: the disk is full, or another held it for too long."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The tally and the records that it should count; `difference` must be 0."""

    tally: int
    records: int

    @property
    def difference(self) -> int:
        return self.tally - self.records


@dataclass(slots=True)
class Job:
    """One confirmation that waits for its transaction. `name_id`: where the name to show is kept."""

    campaign: int
    link: Confirmation
    today: date
    name_id: int
    outcome: Outcome = Outcome.NOTHING
    fault: BaseException | None = None
    done: threading.Event = field(default_factory=threading.Event)

    @property
    def values(self) -> dict[str, Any]:
        return {"id": self.link.record, "campaign": self.campaign, "slot": self.link.slot}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the tally: on which day, from which country ('' where nobody knows), in which way."""

    day: date
    country: str
    way: str = ONLINE


@dataclass(frozen=True, slots=True)
class PaperSignature:
    """One row of a sheet, ready to be counted. `slot` names the mailbox, or name and town."""

    record: int
    slot: int
    country: str
    sealed: bytes


_INSERT = (
    "INSERT INTO signature (id, campaign_id, sealed, counted) VALUES (:id, :campaign, :sealed, :yes)"
    " ON CONFLICT (id) DO NOTHING RETURNING id"
)
_GONE = "SELECT 1 FROM gone WHERE id = :id"
_TAKE = (
    "INSERT INTO seen (campaign_id, slot, records, owed) VALUES (:campaign, :slot, 1, :no)"
    " ON CONFLICT (campaign_id, slot) DO UPDATE SET records = seen.records + 1 RETURNING records"
)
_DOUBT = "UPDATE signature SET counted = :no WHERE id = :id"
_TALLY = (
    "INSERT INTO signature_tally (campaign_id, day, country, way, shard, count)"
    " VALUES (:campaign, :day, :country, :way, :shard, :by)"
    " ON CONFLICT (campaign_id, day, country, way, shard)"
    " DO UPDATE SET count = signature_tally.count + excluded.count"
)
_NAME = (
    "INSERT INTO public_name (id, campaign_id, name, country, shown)"
    " VALUES (:name_id, :campaign, :name, :country, :no) ON CONFLICT (id) DO NOTHING"
)
_REMOVE = "DELETE FROM signature WHERE id = :id AND campaign_id = :campaign RETURNING counted"
_BURY = (
    "INSERT INTO gone (id, campaign_id, voided) VALUES (:id, :campaign, :voided) ON CONFLICT (id) DO NOTHING"
)
_LEAVE = (
    "UPDATE seen SET records = records - 1 WHERE campaign_id = :campaign AND slot = :slot"
    " RETURNING records, owed"
)
_EMPTY = "DELETE FROM seen WHERE campaign_id = :campaign AND slot = :slot"
_OWE = "UPDATE seen SET owed = :yes WHERE campaign_id = :campaign AND slot = :slot"
_UNNAME = "DELETE FROM public_name WHERE id = :name_id"
_SETTLE = (
    "UPDATE signature SET counted = :yes WHERE id = :id AND campaign_id = :campaign AND counted = :no"
    " RETURNING id"
)
_PAY = "UPDATE seen SET owed = :no WHERE campaign_id = :campaign AND owed = :yes RETURNING slot"

_FLAGS = {"yes": True, "no": False}


class Ledger:
    """Writes signatures on an engine. One transaction at a time in a process."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(writes=True)
        self._shards = 1 if engine.dialect.name == "sqlite" else SHARDS
        # Our statements go to the driver itself, whose errors SQLAlchemy does not wrap.
        driver: Any = engine.dialect.dbapi
        self._busy = (OperationalError, driver.OperationalError)
        self._turn = threading.Lock()
        self._waiting: list[Job] = []

    def confirm(self, campaign: int, link: Confirmation, today: date, name_id: int = 0) -> Outcome:
        """Write the sealed record, take its slot, count it.

        The second time it is AGAIN; after a withdrawal WITHDRAWN, and nothing is written.
        Raises BusyError, and then nothing is written either.
        """
        job = Job(campaign, link, today, name_id)
        self._waiting.append(job)  # a list takes it whole, whichever thread comes first
        with self._turn:
            if not job.done.is_set():
                self._write_waiting()
        if isinstance(job.fault, self._busy):
            raise BusyError(type(job.fault).__name__) from job.fault
        if job.fault is not None:
            raise job.fault
        return job.outcome

    def _write_waiting(self) -> None:
        """Take what waits and write it in one transaction; whoever has the turn does it for all."""
        jobs, self._waiting[:TOGETHER] = self._waiting[:TOGETHER], []
        try:
            with self._engine.begin() as connection:
                self._write(_Statements(connection), jobs)
        except Exception as error:
            for job in jobs:
                job.fault = error
        finally:
            for job in jobs:
                job.done.set()

    def _write(self, run: _Statements, jobs: list[Job]) -> None:
        """In three steps, each in the order of its keys, so that two processes never wait for each other."""
        fresh = self._insert(run, sorted(jobs, key=lambda job: job.link.record))
        first = self._take(run, sorted(fresh, key=lambda job: (job.campaign, job.link.slot)))
        counted = Counter((job.campaign, job.today, job.link.country) for job in first)
        for (campaign, day, country), number in sorted(counted.items()):
            self._count(run, campaign, Entry(day, country), number)
        for job in fresh:
            if job.link.shown and job.outcome is Outcome.COUNTED:
                shown = {"name_id": job.name_id, "name": job.link.shown, "country": job.link.country}
                run(_NAME, job.values | shown)

    def _insert(self, run: _Statements, jobs: list[Job]) -> list[Job]:
        """Those whose record is new. A withdrawal that came in between is seen once the row is ours."""
        rows = run.many(_INSERT, [job.values | {"sealed": job.link.sealed} for job in jobs])
        new = [job for job, row in zip(jobs, rows, strict=True) if row is not None]
        gone = run.many(_GONE, [job.values for job in new])
        for job in jobs:
            job.outcome = Outcome.AGAIN
        for job, row in zip(new, gone, strict=True):
            job.outcome = Outcome.WITHDRAWN if row else Outcome.COUNTED
            if row:
                run(_REMOVE, job.values)
        return [job for job in new if job.outcome is Outcome.COUNTED]

    def _take(self, run: _Statements, jobs: list[Job]) -> list[Job]:
        """Take each record's slot; those that are the first there, and so count."""
        rows = run.many(_TAKE, [job.values for job in jobs])
        for job, (records,) in zip(jobs, rows, strict=True):
            if records > MOST_OF_A_SLOT:
                run(_LEAVE, job.values)
                run(_REMOVE, job.values)
                job.outcome = Outcome.AGAIN
            elif records > 1:
                run(_DOUBT, job.values)
        return [job for job, (records,) in zip(jobs, rows, strict=True) if records == 1]

    def withdraw(self, campaign: int, link: Withdrawal, today: date, name_id: int = 0) -> Outcome:
        """Take a record back, with its slot and the shown name; −1 in today's tally.

        WITHDRAWN now, AGAIN if it was before, NOTHING if it was never confirmed: then it never
        can be any more. Raises BusyError, and then nothing is written.
        """
        try:
            return self._withdraw(campaign, link, today, name_id)
        except self._busy as error:
            raise BusyError(type(error).__name__) from error

    def _withdraw(self, campaign: int, link: Withdrawal, today: date, name_id: int) -> Outcome:
        about = {"id": link.record, "campaign": campaign, "slot": link.slot, "name_id": name_id}
        with self._turn, self._engine.begin() as connection:
            run = _Statements(connection)
            row = run(_REMOVE, about)
            if row is None and run(_GONE, about):
                return Outcome.AGAIN
            run(_BURY, about | {"voided": False})
            if row is None:
                return Outcome.NOTHING
            counted = bool(row[0])
            left, owed = run(_LEAVE, about) or (0, False)
            if left <= 0:
                run(_EMPTY, about)
            if counted and left > 0:
                run(_OWE, about)
            elif counted or (owed and left <= 0):
                self._count(run, campaign, Entry(today, link.country), -1)
            run(_UNNAME, about)
        return Outcome.WITHDRAWN

    def bring_in(self, connection: Connection, campaign: int, rows: list[PaperSignature], today: date) -> int:
        """Write the names of a sheet, in the caller's transaction; how many are possible doubles.

        A taken slot makes a name doubtful and never keeps it out: trustees settle it.
        """
        run = _Statements(connection)
        doubtful = 0
        for row in sorted(rows, key=lambda row: row.record):
            run(_INSERT, {"id": row.record, "campaign": campaign, "sealed": row.sealed})
        counted: Counter[str] = Counter()
        for row in sorted(rows, key=lambda row: row.slot):
            about = {"id": row.record, "campaign": campaign, "slot": row.slot}
            if run(_TAKE, about)[0] > 1:
                run(_DOUBT, about)
                doubtful += 1
            else:
                counted[row.country] += 1
        for country, number in sorted(counted.items()):
            self._count(run, campaign, Entry(today, country, PAPER), number)
        return doubtful

    def void(self, connection: Connection, campaign: int, record: int, entry: Entry) -> bool:
        """Take out a record that trustees found void, in the caller's transaction; whether it was there."""
        run, about = _Statements(connection), {"id": record, "campaign": campaign}
        row = run(_REMOVE, about)
        if row is None:
            return False
        run(_BURY, about | {"voided": True})
        if row[0]:
            self._count(run, campaign, entry, -1)
        return True

    def settle(self, connection: Connection, campaign: int, record: int, entry: Entry) -> bool:
        """Count a possible duplicate that trustees found genuine; whether it was not counted before."""
        run = _Statements(connection)
        settled = run(_SETTLE, {"id": record, "campaign": campaign}) is not None
        if settled:
            self._count(run, campaign, entry, 1)
        return settled

    def pay(self, connection: Connection, campaign: int, today: date) -> None:
        """After trustees settled what was doubtful, no slot owes a count any more: each is a record again."""
        run = _Statements(connection)
        owed = run.every(_PAY, {"campaign": campaign})
        if owed:
            self._count(run, campaign, Entry(today, ""), -len(owed))

    def _count(self, run: _Statements, campaign: int, entry: Entry, by: int) -> None:
        shard = random.randrange(self._shards)  # noqa: S311  it spreads, it hides nothing
        about = {
            "campaign": campaign,
            "day": entry.day.isoformat(),
            "country": entry.country,
            "way": entry.way,
        }
        run(_TALLY, about | {"shard": shard, "by": by})


class _Statements:
    """Runs our few statements by the driver itself: between them stands no work but the database's."""

    def __init__(self, connection: Connection) -> None:
        self._cursor: Any = connection.connection.cursor()
        self._psycopg = connection.dialect.name != "sqlite"

    def __call__(self, statement: str, values: dict[str, Any]) -> Any:
        """The first row of what the statement gives, or None."""
        self._run(statement, values)
        return self._cursor.fetchone() if "RETURNING" in statement or statement[0] == "S" else None

    def many(self, statement: str, values: list[dict[str, Any]]) -> list[Any]:
        """The first row, or None, of the statement with each of the values, in one journey to the server."""
        if not self._psycopg or len(values) < 2:
            return [self(statement, one) for one in values]
        given = [_FLAGS | one for one in values]
        self._cursor.executemany(_for_psycopg(statement), given, returning=True)
        rows = [self._cursor.fetchone()]
        while self._cursor.nextset():
            rows.append(self._cursor.fetchone())
        return rows

    def every(self, statement: str, values: dict[str, Any]) -> list[Any]:
        """All rows of what the statement gives."""
        self._run(statement, values)
        return list(self._cursor.fetchall())

    def _run(self, statement: str, values: dict[str, Any]) -> None:
        self._cursor.execute(_for_psycopg(statement) if self._psycopg else statement, _FLAGS | values)


_PSYCOPG: dict[str, str] = {}


def _for_psycopg(statement: str) -> str:
    """The statement with names as psycopg writes them."""
    if statement not in _PSYCOPG:
        _PSYCOPG[statement] = re.sub(r":(\w+)", r"%(\1)s", statement)
    return _PSYCOPG[statement]


def compare(connection: Connection, campaign: int) -> Comparison:
    """The tally beside the records, by counting all of them: once a night, never on a page."""
    about = {"campaign": campaign, "yes": True}

    def total(query: str) -> int:
        return int(connection.execute(text(query), about).scalar() or 0)

    return Comparison(
        total("SELECT sum(count) FROM signature_tally WHERE campaign_id = :campaign"),
        total("SELECT count(*) FROM signature WHERE campaign_id = :campaign AND counted = :yes")
        + total("SELECT count(*) FROM seen WHERE campaign_id = :campaign AND owed = :yes"),
    )


def name_id(withdraw_key: bytes, record: int) -> int:
    """Where a signer's shown name is kept. Without the key nothing leads from the record to it."""
    found = hmac.new(withdraw_key, b"name" + record.to_bytes(8), hashlib.sha256).digest()
    return int.from_bytes(found[:8]) >> 1
