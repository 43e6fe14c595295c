"""SQLAlchemy on APSW, so that everything that the site writes to SQLite passes through a VFS that notes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import apsw
from sqlalchemy import Engine, StaticPool, create_engine, event

from campaign import sqlite
from campaign.database import PATIENCE

#: As much of the driver's interface (PEP 249) as SQLAlchemy asks for.
_DRIVER = SimpleNamespace(
    paramstyle="qmark",
    sqlite_version_info=tuple(map(int, apsw.sqlite_lib_version().split("."))),
    sqlite_version=apsw.sqlite_lib_version(),
    Binary=bytes,
    **{
        f"{kind}Error": apsw.Error
        for kind in (
            "", "Interface", "Database", "Operational", "Integrity", "Programming", "Internal", "Data", "NotSupported",
        )
    },
)  # fmt: skip


class _Cursor:
    """Runs a statement to its end at once, as SQLAlchemy's driver may."""

    arraysize, rowcount, lastrowid = 1, -1, 0

    def __init__(self, connection: apsw.Connection) -> None:
        self._cursor = connection.cursor()
        self._cursor.exec_trace = self._before
        self._rows: list[Any] = []
        self.description: list[tuple[Any, ...]] | None = None

    def _before(self, cursor: apsw.Cursor, _statement: str, _values: object) -> bool:
        columns = cursor.get_description()
        self.description = [(name, None, None, None, None, None, None) for name, *_ in columns] or None
        return True

    def execute(self, statement: str, values: Any = ()) -> _Cursor:
        self._rows = list(self._cursor.execute(statement, values))
        return self

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]]) -> _Cursor:
        for values in rows:
            self.execute(statement, values)
        return self

    def fetchone(self) -> Any:
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size: int = 1) -> list[Any]:
        rows, self._rows = self._rows[:size], self._rows[size:]
        return rows

    def fetchall(self) -> list[Any]:
        rows, self._rows = self._rows, []
        return rows

    def close(self) -> None:
        self._rows = []


class _Connection:
    isolation_level = None

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def cursor(self) -> _Cursor:
        return _Cursor(self._connection)

    def execute(self, statement: str) -> _Cursor:
        return self.cursor().execute(statement)

    def create_function(self, *_given: Any, **_named: Any) -> None:
        """SQLAlchemy adds REGEXP, which nothing here uses."""

    def commit(self) -> None:
        self._end("COMMIT")

    def rollback(self) -> None:
        self._end("ROLLBACK")

    def close(self) -> None:
        self._connection.close()

    def _end(self, statement: str) -> None:
        if self._connection.in_transaction:
            self._connection.execute(statement)


def engine(path: Path, vfs: str, synchronous: str = "") -> Engine:
    """The site's engine with its own settings, on one connection; `synchronous` replaces that setting."""

    def connect() -> _Connection:
        connection = apsw.Connection(str(path), vfs=vfs)
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")  # the shared memory of others would not be noted
        return _Connection(connection)

    def prepare(connection: Any, _record: object) -> None:
        sqlite.set_up(connection, PATIENCE)
        connection.execute("PRAGMA wal_autocheckpoint=40")  # often, so that cuts meet it
        if synchronous:
            connection.execute(f"PRAGMA synchronous={synchronous}")

    made = create_engine("sqlite://", module=_DRIVER, creator=connect, poolclass=StaticPool)
    event.listen(made, "connect", prepare)
    event.listen(made, "begin", sqlite.begin)
    return made
