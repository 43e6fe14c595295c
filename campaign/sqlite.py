"""What SQLite needs: its settings for each connection, and waiting for the one writer that there may be."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

#: Seconds between two tries to become the writer. SQLite itself sleeps for longer each time, up to 100 ms
#: (sqlite3.c, sqliteDefaultBusyCallback), while processes that write by turns hold the lock for 3 ms each.
_RETRY = 0.0005

#: Seconds for which emptying the log waits for connections that still read: nobody can write meanwhile.
_READERS = 0.1


def set_up(connection: sqlite3.Connection, patience: float, foreign_keys: str = "ON") -> None:
    """Every commit is durable, deleted data is overwritten, and the driver leaves BEGIN to us.

    `patience`: seconds for which a statement waits for a lock.
    """
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={int(patience * 1000)}",
        "secure_delete=ON",
        f"foreign_keys={foreign_keys}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def begin(connection: Any) -> None:
    """Begin a transaction. A writer takes its lock at once, so that it never has to stop halfway."""
    if not connection.get_execution_options().get("writes", False):
        connection.exec_driver_sql("BEGIN")
        return
    driver: sqlite3.Connection = connection.connection.dbapi_connection
    with _waiting_for(driver, 0) as patience:
        if not _begun(driver, time.monotonic() + patience):
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # raises SQLAlchemy's error


def empty_log(connection: Any) -> None:
    """Write the log (WAL) into the database and cut it to nothing, so that it keeps no old page.

    While a connection still reads an older state, that is left to the next time.
    """
    driver: sqlite3.Connection = connection.connection.dbapi_connection
    with _waiting_for(driver, _READERS):
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def _waiting_for(driver: sqlite3.Connection, seconds: float) -> Iterator[float]:
    """Let statements wait so long for a lock, then as long as before, which is what this yields (seconds)."""
    (before,) = driver.execute("PRAGMA busy_timeout").fetchone()
    driver.execute(f"PRAGMA busy_timeout={int(seconds * 1000)}")
    try:
        yield before / 1000
    finally:
        driver.execute(f"PRAGMA busy_timeout={before}")


def _begun(driver: sqlite3.Connection, end: float) -> bool:
    """Begin as the writer as soon as no other process is; whether that was so before the `end`."""
    while time.monotonic() < end:
        try:
            driver.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                return False
            time.sleep(_RETRY)
        else:
            return True
    return False
