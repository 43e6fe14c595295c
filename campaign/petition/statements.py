"""SQL run directly on the driver: SQLAlchemy's own work would take longer than the database's."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Connection

_FLAGS = {"yes": True, "no": False}


class Statements:
    """Runs our few statements directly on the driver, so that only the database's own work takes time."""

    def __init__(self, connection: Connection) -> None:
        self._cursor: Any = connection.connection.cursor()
        self._psycopg = connection.dialect.name != "sqlite"

    def __call__(self, statement: str, values: dict[str, Any]) -> Any:
        """The first row of the statement's result, or None."""
        self._run(statement, values)
        return self._cursor.fetchone() if "RETURNING" in statement or statement[0] == "S" else None

    def many(self, statement: str, values: list[dict[str, Any]]) -> list[Any]:
        """The first row, or None, of the statement with each of the values, in one round trip."""
        if not self._psycopg or len(values) < 2:
            return [self(statement, row_values) for row_values in values]
        parameters = [_FLAGS | row_values for row_values in values]
        self._cursor.executemany(_for_psycopg(statement), parameters, returning=True)
        rows = [self._cursor.fetchone()]
        while self._cursor.nextset():
            rows.append(self._cursor.fetchone())
        return rows

    def every(self, statement: str, values: dict[str, Any]) -> list[Any]:
        """All rows of the statement's result."""
        self._run(statement, values)
        return list(self._cursor.fetchall())

    def _run(self, statement: str, values: dict[str, Any]) -> None:
        self._cursor.execute(_for_psycopg(statement) if self._psycopg else statement, _FLAGS | values)


_PSYCOPG: dict[str, str] = {}


def _for_psycopg(statement: str) -> str:
    """The statement with its parameters in psycopg's style."""
    if statement not in _PSYCOPG:
        _PSYCOPG[statement] = re.sub(r":(\w+)", r"%(\1)s", statement)
    return _PSYCOPG[statement]
