"""The one place where signatures are written: each change is one transaction, and may run twice.

The tally changes with the record, so that the two never differ: `compare` must find 0.
"""

from __future__ import annotations

import hashlib
import hmac
import random
import threading
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Date, Engine, bindparam, text

from campaign.petition.links import Confirmation, Withdrawal

#: Most records of one slot: a mailbox that signs ten thousand times stores three.
MOST_OF_A_SLOT = 3

#: Rows over which PostgreSQL spreads one day's tally, so that writers seldom wait for each other.
SHARDS = 16

ONLINE = "online"


class Outcome(StrEnum):
    """What became of pressing a button."""

    COUNTED = "counted"
    AGAIN = "again"
    WITHDRAWN = "withdrawn"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The tally and the records that it should count; `difference` must be 0."""

    tally: int
    records: int

    @property
    def difference(self) -> int:
        return self.tally - self.records


_INSERT = text(
    "INSERT INTO signature (id, campaign_id, sealed, counted) VALUES (:id, :campaign, :sealed, :counted)"
    " ON CONFLICT (id) DO NOTHING RETURNING id"
)
_GONE = text("SELECT 1 FROM gone WHERE id = :id")
_TAKE = text(
    "INSERT INTO seen (campaign_id, slot, records, owed) VALUES (:campaign, :slot, 1, :owed)"
    " ON CONFLICT (campaign_id, slot) DO UPDATE SET records = seen.records + 1 RETURNING records"
)
_MARK = text("UPDATE signature SET counted = :counted WHERE id = :id")
_TALLY = text(
    "INSERT INTO signature_tally (campaign_id, day, country, way, shard, count)"
    " VALUES (:campaign, :day, :country, :way, :shard, :by)"
    " ON CONFLICT (campaign_id, day, country, way, shard)"
    " DO UPDATE SET count = signature_tally.count + excluded.count"
).bindparams(bindparam("day", type_=Date))
_NAME = text(
    "INSERT INTO public_name (id, campaign_id, name, country, shown)"
    " VALUES (:id, :campaign, :name, :country, :shown) ON CONFLICT (id) DO NOTHING"
)
_REMOVE = text("DELETE FROM signature WHERE id = :id AND campaign_id = :campaign RETURNING counted")
_BURY = text(
    "INSERT INTO gone (id, campaign_id, voided) VALUES (:id, :campaign, :voided) ON CONFLICT (id) DO NOTHING"
)
_LEAVE = text(
    "UPDATE seen SET records = records - 1 WHERE campaign_id = :campaign AND slot = :slot"
    " RETURNING records, owed"
)
_EMPTY = text("DELETE FROM seen WHERE campaign_id = :campaign AND slot = :slot")
_OWE = text("UPDATE seen SET owed = :owed WHERE campaign_id = :campaign AND slot = :slot")
_UNNAME = text("DELETE FROM public_name WHERE id = :id")


class Ledger:
    """Writes signatures on an engine. One writer at a time in a process: SQLite has room for no more."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(writes=True)
        sqlite = engine.dialect.name == "sqlite"
        self._turn: AbstractContextManager[Any] = threading.Lock() if sqlite else nullcontext()
        self._shards = 1 if sqlite else SHARDS

    def confirm(self, campaign: int, link: Confirmation, today: date, name_id: int = 0) -> Outcome:
        """Write the sealed record, take its slot, count it; all or nothing.

        `name_id` is where the name to show is kept, see `name_id`. The second time, it is AGAIN;
        after a withdrawal WITHDRAWN, and nothing is written. Raises SQLAlchemy's OperationalError
        when the disk is full or the database stays locked.
        """
        about = {"id": link.record, "campaign": campaign, "slot": link.slot}
        with self._turn, self._engine.begin() as connection:
            new = connection.execute(_INSERT, {**about, "sealed": link.sealed, "counted": True}).first()
            if new is None:
                return Outcome.AGAIN
            if connection.execute(_GONE, about).first():
                connection.rollback()
                return Outcome.WITHDRAWN
            records = connection.execute(_TAKE, {**about, "owed": False}).scalar_one()
            if records > MOST_OF_A_SLOT:
                connection.rollback()
                return Outcome.AGAIN
            if records > 1:
                connection.execute(_MARK, {**about, "counted": False})
            else:
                self._count(connection, campaign, today, link.country, 1)
            if link.shown:
                values = {"id": name_id, "campaign": campaign, "name": link.shown, "shown": False}
                connection.execute(_NAME, {**values, "country": link.country})
        return Outcome.COUNTED

    def withdraw(self, campaign: int, link: Withdrawal, today: date, name_id: int = 0) -> Outcome:
        """Take a record back, with its slot and the shown name; −1 in today's tally.

        WITHDRAWN now, AGAIN if it was before, NOTHING if it was never confirmed: then it never
        can be any more.
        """
        about = {"id": link.record, "campaign": campaign, "slot": link.slot}
        with self._turn, self._engine.begin() as connection:
            counted = connection.execute(_REMOVE, about).scalar()
            if counted is None and connection.execute(_GONE, about).first():
                return Outcome.AGAIN
            connection.execute(_BURY, {**about, "voided": False})
            if counted is None:
                return Outcome.NOTHING
            left, owed = connection.execute(_LEAVE, about).one_or_none() or (0, False)
            if left <= 0:
                connection.execute(_EMPTY, about)
            if counted and left > 0:
                connection.execute(_OWE, {**about, "owed": True})
            elif counted or (owed and left <= 0):
                self._count(connection, campaign, today, link.country, -1)
            connection.execute(_UNNAME, {"id": name_id})
        return Outcome.WITHDRAWN

    def void(self, connection: Connection, campaign: int, record: int, country: str, today: date) -> bool:
        """Take out a record that trustees found void, in the caller's transaction; whether it was there."""
        about = {"id": record, "campaign": campaign}
        counted = connection.execute(_REMOVE, about).scalar()
        if counted is None:
            return False
        connection.execute(_BURY, {**about, "voided": True})
        if counted:
            self._count(connection, campaign, today, country, -1)
        return True

    def settle(self, connection: Connection, campaign: int, record: int, country: str, today: date) -> bool:
        """Count a possible duplicate that trustees found genuine; whether it was not counted before."""
        settled = connection.execute(
            text("UPDATE signature SET counted = :yes WHERE id = :id AND campaign_id = :campaign"
                 " AND counted = :no RETURNING id"),
            {"id": record, "campaign": campaign, "yes": True, "no": False},
        ).first()  # fmt: skip
        if settled is not None:
            self._count(connection, campaign, today, country, 1)
        return settled is not None

    def pay(self, connection: Connection, campaign: int, today: date) -> None:
        """After trustees settled what was doubtful, no slot owes a count any more: each is a record again."""
        owed = connection.execute(
            text("UPDATE seen SET owed = :no WHERE campaign_id = :campaign AND owed = :yes RETURNING slot"),
            {"campaign": campaign, "yes": True, "no": False},
        ).all()
        if owed:
            self._count(connection, campaign, today, "", -len(owed))

    def _count(self, connection: Connection, campaign: int, day: date, country: str, by: int) -> None:
        values = {"campaign": campaign, "day": day, "country": country, "way": ONLINE, "by": by}
        shard = random.randrange(self._shards)  # noqa: S311  it spreads, it hides nothing
        connection.execute(_TALLY, {**values, "shard": shard})


def compare(connection: Connection, campaign: int) -> Comparison:
    """The tally beside the records, by counting all of them: once a night, never on a page."""
    about = {"campaign": campaign, "yes": True, "way": ONLINE}

    def total(query: str) -> int:
        return int(connection.execute(text(query), about).scalar() or 0)

    return Comparison(
        total("SELECT sum(count) FROM signature_tally WHERE campaign_id = :campaign AND way = :way"),
        total("SELECT count(*) FROM signature WHERE campaign_id = :campaign AND counted = :yes")
        + total("SELECT count(*) FROM seen WHERE campaign_id = :campaign AND owed = :yes"),
    )


def name_id(withdraw_key: bytes, record: int) -> int:
    """Where a signer's shown name is kept. Without the key nothing leads from the record to it."""
    found = hmac.new(withdraw_key, b"name" + record.to_bytes(8), hashlib.sha256).digest()
    return int.from_bytes(found[:8]) >> 1
