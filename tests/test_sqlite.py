"""SQLite has one writer at a time: who else wants to write waits, and not for longer than allowed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import OperationalError

from campaign import sqlite

TIMEOUT = "PRAGMA busy_timeout"


def engine(folder: Path, patience: float) -> Engine:
    made = create_engine(f"sqlite:///{folder / 'one.db'}")
    event.listen(made, "connect", lambda connection, _record: sqlite.set_up(connection, patience))
    event.listen(made, "begin", sqlite.begin)
    return made.execution_options(writes=True)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Engine]:
    """The engine of another process, which writes."""
    made = engine(tmp_path, 5)
    with made.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE number (value INTEGER)")
    yield made
    made.dispose()


def test_a_writer_begins_when_the_other_has_ended(other: Engine, tmp_path: Path) -> None:
    waits = threading.Event()

    def write() -> None:
        ours = engine(tmp_path, 30)
        waits.set()
        with ours.begin() as connection:
            connection.exec_driver_sql("INSERT INTO number VALUES (2)")
        ours.dispose()

    thread = threading.Thread(target=write)
    with other.begin() as connection:
        connection.exec_driver_sql("INSERT INTO number VALUES (1)")
        thread.start()
        waits.wait()
    thread.join()
    with other.connect() as connection:
        assert connection.exec_driver_sql("SELECT value FROM number").scalars().all() == [1, 2]


def test_a_writer_gives_up_after_its_patience_and_waits_as_long_the_next_time(
    other: Engine, tmp_path: Path
) -> None:
    ours = engine(tmp_path, 0.2)
    with other.begin():
        for _ in range(2):
            with pytest.raises(OperationalError, match="locked"), ours.begin():
                pass
    with ours.begin() as connection:
        assert connection.exec_driver_sql(TIMEOUT).scalar_one() == 200
    ours.dispose()


def test_readers_do_not_wait_for_a_writer(other: Engine, tmp_path: Path) -> None:
    ours = engine(tmp_path, 0)
    with other.begin() as writing:
        writing.exec_driver_sql("INSERT INTO number VALUES (1)")
        with ours.execution_options(writes=False).connect() as reading:
            assert reading.exec_driver_sql("SELECT count(*) FROM number").scalar_one() == 0
    ours.dispose()
