"""Adding to a row that is a number: a single statement, so that two at once count as two."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from sqlalchemy import Connection


def add(connection: Connection, table: Any, row: Mapping[str, object], number: int = 1) -> None:
    """So many more in the row with this key, in the caller's transaction; it is made if it is not there."""
    # In memory already, since the engine is one of it; the other one's takes 15 ms to import.
    dialect = import_module(f"sqlalchemy.dialects.{connection.dialect.name}")
    statement = dialect.insert(table).values(**row, count=number)
    increment = {"count": table.count + statement.excluded.count}
    connection.execute(statement.on_conflict_do_update(index_elements=list(row), set_=increment))
