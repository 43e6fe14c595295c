"""Adding to a row that is a number: a single statement, so that two at once count as two."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite


def add(connection: Connection, table: Any, row: Mapping[str, object], number: int = 1) -> None:
    """So many more in the row with this key, in the caller's transaction; it is made if it is not there."""
    insert: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).values(**row, count=number)
    increment = {"count": table.count + statement.excluded.count}
    connection.execute(statement.on_conflict_do_update(index_elements=list(row), set_=increment))
