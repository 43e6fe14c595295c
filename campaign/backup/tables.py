"""All rows of the database as plain data, and back into an empty one, on either engine.

Not a copy of SQLite's file or of pg_dump: those would have the waiting e-mails and what was deleted, need the
tools of the same version, and fit one engine only. Rows are in the order of their keys, so that nothing tells
in which order people signed. It is read in one transaction, while the site goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import cbor2
import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from campaign.backup.sealed_file import BackupError, Entry
from campaign.database import is_ours
from campaign.signatures.manifest import Sum
from campaign.untrusted import cbor_value

#: Tables without anything to restore: waiting e-mails, whose keys are in no backup; messages to webhooks,
#: which are old by then; who is signed in; keys, which must not lie beside the signatures; and what is
#: counted again.
LEFT_OUT = frozenset(
    {
        "alembic_version",
        "mail",
        "webhook_delivery",
        "sign_in",
        "spent_challenge",
        "server_key",
        "public_count",
    }
)

#: Rows and bytes of one entry.
ROWS, BYTES = 5_000, 8 * 1024 * 1024

_PREFIX = "tables/"


@dataclass(slots=True)
class Sums:
    """What a database holds, in numbers that two databases can be compared by."""

    rows: dict[str, int] = field(default_factory=dict)
    signatures: dict[int, Sum] = field(default_factory=dict)
    tally: int = 0

    def add(self, table: str, row: Mapping[str, Any]) -> None:
        """Add a row."""
        self.rows[table] = self.rows.get(table, 0) + 1
        if table == "signature":
            self.signatures.setdefault(row["campaign_id"], Sum()).add(row["id"], row["sealed"])
        elif table == "signature_tally":
            self.tally += row["count"]

    def plain(self) -> dict[str, Any]:
        """The same as JSON has it; equal for equal databases."""
        signatures = {str(key): f"{sum_.records} {sum_.hex}" for key, sum_ in sorted(self.signatures.items())}
        return {"rows": dict(sorted(self.rows.items())), "signatures": signatures, "tally": self.tally}


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees the database as it was when it began, whatever others write."""
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with engine.connect() as connection:
        yield connection
        connection.rollback()


def reflected(connection: Connection) -> sa.MetaData:
    """Our tables as the database has them, at whatever migration it is."""
    tables = sa.MetaData()
    tables.reflect(connection, only=lambda name, _: is_ours(name, "table", None) and name not in LEFT_OUT)
    return tables


def dumped(connection: Connection, sums: Sums) -> Iterator[Entry]:
    """Every row of every table, in entries of some thousand; adds all of them to `sums`."""
    for table in reflected(connection).sorted_tables:
        query = table.select().order_by(*table.primary_key.columns)
        streamed = connection.execution_options(stream_results=True, yield_per=1_000)
        rows: list[dict[str, Any]] = []
        number = size = 0
        for found in streamed.execute(query):
            row = dict(found._mapping)
            sums.add(table.name, row)
            rows.append(row)
            size += sum(len(value) for value in row.values() if isinstance(value, bytes | str))
            if len(rows) >= ROWS or size >= BYTES:
                number += 1
                yield _entry(table.name, number, rows)
                rows, size = [], 0
        if rows:
            yield _entry(table.name, number + 1, rows)


def _entry(table: str, number: int, rows: list[dict[str, Any]]) -> Entry:
    names = list(rows[0])
    values = [[_plain(row[name]) for name in names] for row in rows]
    return Entry(f"{_PREFIX}{table}/{number:06}", cbor2.dumps([names, values]))


def _plain(value: Any) -> Any:
    """A value that CBOR has without tags: days and times as text, times in UTC."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def rows_of(entry: Entry) -> tuple[str, list[dict[str, Any]]] | None:
    """The table of an entry and its rows; None for another kind of entry. Raises BackupError."""
    if not entry.name.startswith(_PREFIX):
        return None
    table = entry.name.removeprefix(_PREFIX).partition("/")[0]
    try:
        names, values = cbor_value(entry.body)
        return table, [dict(zip(names, row, strict=True)) for row in values]
    except (ValueError, TypeError):
        raise BackupError(f"The rows of {table} can’t be read.") from None


class Loader:
    """Puts rows into empty tables, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._tables = reflected(connection).tables

    def add(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert rows. Raises BackupError for a table that this version does not have."""
        if table not in self._tables:
            raise BackupError(f"The backup has a table that is not known here: {table}.")
        target = self._tables[table]
        readers = {column.name: _reader(column.type) for column in target.columns}
        values = [
            {name: value if value is None else readers[name](value) for name, value in row.items()}
            for row in rows
        ]
        self._connection.execute(target.insert(), values)

    def finish(self) -> None:
        """Let numbers that PostgreSQL gives out go on after those that were restored."""
        if self._connection.dialect.name != "postgresql":
            return
        for table in self._tables.values():
            for column in table.primary_key.columns:
                sequence = self._connection.scalar(
                    sa.text("SELECT pg_get_serial_sequence(:table, :column)"),
                    {"table": f'"{table.name}"', "column": column.name},
                )
                if sequence:
                    highest = sa.select(
                        sa.func.setval(sequence, sa.func.coalesce(sa.func.max(column), 0) + 1, False)
                    )
                    self._connection.execute(highest)


def _reader(kind: sa.types.TypeEngine[Any]) -> Callable[[Any], Any]:
    """What makes a column's value of plain data."""
    if isinstance(kind, sa.DateTime):
        return datetime.fromisoformat
    if isinstance(kind, sa.Date):
        return date.fromisoformat
    return bool if isinstance(kind, sa.Boolean) else lambda value: value


def sums_of(connection: Connection) -> Sums:
    """The sums of a database, by reading all of it."""
    sums = Sums()
    for _entry in dumped(connection, sums):
        """Only the sums are wanted."""
    return sums
