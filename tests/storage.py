"""Storage on both engines: SQLite always, PostgreSQL where one runs on this machine."""

from __future__ import annotations

import os
import secrets
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.pool import Pool

from campaign.mail.worker import Queue
from campaign.services import service

#: A server that lets the tests make and drop databases. CI has one, so there it must answer.
POSTGRES = os.environ.get("CAMPAIGN_TEST_POSTGRES", "postgresql://127.0.0.1/postgres")


#: Connections that engines have opened.
_OPEN: weakref.WeakSet[psycopg.Connection[Any]] = weakref.WeakSet()


@event.listens_for(Pool, "connect")
def _opened(connection: object, _record: object) -> None:
    if isinstance(connection, psycopg.Connection):
        _OPEN.add(connection)


def _close_left(database: str) -> None:
    """Close connections of applications that nobody stopped: psycopg would complain in some later test."""
    for connection in list(_OPEN):
        if not connection.closed and connection.info.dbname == database:
            connection.close()


def _reachable() -> bool:
    try:
        psycopg.connect(POSTGRES, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def postgres_database() -> Iterator[str]:
    """The address of a new, empty database on PostgreSQL, dropped at the end.

    Whatever starts a server or a worker takes one of its own: a worker empties the outbox of every
    test that shares its database.
    """
    if not _reachable():
        if os.environ.get("CI"):
            pytest.fail("CI needs PostgreSQL: set CAMPAIGN_TEST_POSTGRES")
        pytest.skip("no PostgreSQL on this machine (CAMPAIGN_TEST_POSTGRES)")
    name = f"campaign_test_{secrets.token_hex(6)}"
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield POSTGRES.rsplit("/", 1)[0] + f"/{name}"
    finally:
        _close_left(name)
        with psycopg.connect(POSTGRES, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a database that the tests of one process share, one after the other."""
    with postgres_database() as address:
        yield address


@pytest.fixture
def own_postgres() -> Iterator[str]:
    """The address of a database that one test has to itself."""
    with postgres_database() as address:
        yield address


_FIRST_AGAIN = """
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false)
FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application on an empty database of each engine."""
    from campaign.database import Base, db
    from tests.conftest import published

    if request.param == "sqlite":
        yield published(tmp_path)
        return
    app = published(tmp_path, CAMPAIGN_DATABASE_URL=request.getfixturevalue("postgres"))
    yield app
    with app.app_context():
        db.session.rollback()
        if "alembic" in app.extensions:
            db.upgrade()  # a test of the migrations may have gone down
        # Emptying row by row: TRUNCATE makes each table's file anew, which takes six times as long.
        tables = [table.name for table in reversed(Base.metadata.sorted_tables)]
        db.session.execute(text(";".join(f'DELETE FROM "{table}"' for table in tables)))
        db.session.execute(text(_FIRST_AGAIN))
        db.session.commit()
        service(Queue, app).close()
        name = str(db.engine.url.database)
        db.engine.dispose()
        _close_left(name)
