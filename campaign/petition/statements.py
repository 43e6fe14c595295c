"""SQL run directly on the driver: SQLAlchemy's own work would take longer than the database's."""

from __future__ import annotations

import re
from functools import lru_cache
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
        return self._cursor.fetchone() if _gives_rows(statement) else None

    def many(self, statement: str, values: list[dict[str, Any]]) -> list[Any]:
        """All rows that the statement returns with each of the values, which stand in its one `VALUES (…)`.

        They are the rows of one statement: asking takes longer than what the database does.
        """
        if not values:
            return []
        numbered = ({f"{key}_{n}": value for key, value in row.items()} for n, row in enumerate(values))
        together = {key: value for row in numbered for key, value in row.items()}
        self._run(_with_rows(statement, len(values)), together)
        return list(self._cursor.fetchall()) if _gives_rows(statement) else []

    def every(self, statement: str, values: dict[str, Any]) -> list[Any]:
        """All rows of the statement's result."""
        self._run(statement, values)
        return list(self._cursor.fetchall())

    def _run(self, statement: str, values: dict[str, Any]) -> None:
        self._cursor.execute(_for_psycopg(statement) if self._psycopg else statement, _FLAGS | values)


def _gives_rows(statement: str) -> bool:
    return statement.startswith("SELECT") or "RETURNING" in statement


@lru_cache(maxsize=1_000)
def _for_psycopg(statement: str) -> str:
    """The statement with its parameters in psycopg's style."""
    return re.sub(r":(\w+)", r"%(\1)s", statement)


@lru_cache(maxsize=1_000)
def _with_rows(statement: str, rows: int) -> str:
    """The statement with so many rows of values, whose parameters are numbered from 0."""
    before, row, after = re.split(r"VALUES (\([^()]*\))", statement)
    numbered = (re.sub(r":(?!yes\b|no\b)(\w+)", rf":\1_{n}", row) for n in range(rows))
    return f"{before}VALUES {', '.join(numbered)}{after}"
