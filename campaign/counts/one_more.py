"""One more in a row of a tally: a single statement, so that two at once count as two."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session


def add_one(session: Session, tally: Any, row: Mapping[str, object]) -> None:
    """Count one more in the tally's row with these values, in the caller's transaction."""
    statement = _insert(session)(tally).values(**row, count=1)
    session.execute(
        statement.on_conflict_do_update(index_elements=list(row), set_={"count": tally.count + 1})
    )


def _insert(session: Session) -> Any:
    """What inserts into this database. The other engine's is not imported: PostgreSQL's takes 15 ms."""
    if session.connection().dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert
    from sqlalchemy.dialects import sqlite

    return sqlite.insert
