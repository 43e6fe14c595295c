"""Storage on both engines: SQLite always, PostgreSQL where one runs on this machine."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask

#: A server that lets the tests make and drop databases. CI has one, so there it must answer.
POSTGRES = os.environ.get("CAMPAIGN_TEST_POSTGRES", "postgresql://127.0.0.1/postgres")


def _reachable() -> bool:
    try:
        psycopg.connect(POSTGRES, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.fixture(params=["sqlite", "postgresql"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application on an empty database of each engine."""
    from tests.conftest import published

    if request.param == "sqlite":
        yield published(tmp_path)
        return
    if not _reachable():
        if os.environ.get("CI"):
            pytest.fail("CI needs PostgreSQL: set CAMPAIGN_TEST_POSTGRES")
        pytest.skip("no PostgreSQL on this machine (CAMPAIGN_TEST_POSTGRES)")
    name = f"campaign_test_{secrets.token_hex(6)}"
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    app = published(tmp_path, CAMPAIGN_DATABASE_URL=POSTGRES.rsplit("/", 1)[0] + f"/{name}")
    yield app
    from campaign.database import db

    with app.app_context():
        db.engine.dispose()
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
