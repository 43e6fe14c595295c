"""Migrations: one command changes the tables, every other one says so; each goes up and down with data."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import Engine

from campaign import migrating
from campaign.cli.main import main
from campaign.database import db, is_ours
from campaign.migrating import MigrationError, known
from campaign.services import service
from campaign.settings import Settings, make_secrets

NEWEST = known()[-1]


@pytest.fixture
def empty(request: pytest.FixtureRequest, storage: Flask) -> Iterator[Flask]:
    """An application on a database without tables; they are there again afterwards."""
    with storage.app_context():
        db.migrations().downgrade("base")
    yield storage
    service(Engine, storage).dispose()


def test_the_newest_migration_is_known_without_alembic(storage: Flask) -> None:
    with storage.app_context():
        (head,) = db.migrations().heads()
        assert head.revision == NEWEST
        assert migrating.versions(db.engine) == migrating.Versions(NEWEST, NEWEST)


# each migration, with data in every table

#: Columns whose values a migration changes on purpose, by the migration that does it.
CHANGED = {"0010": {("spent", "until")}}


@pytest.mark.reliability(12)
@pytest.mark.slow
def test_every_migration_keeps_every_row_up_and_down_and_up_again(empty: Flask) -> None:
    """Every table that there is at a version has rows; a new migration is tested without a line here."""
    engine = service(Engine, empty)
    columns: dict[str, dict[str, set[str]]] = {}
    for revision in known():
        before = _rows_of(engine)
        _go(empty, revision)
        _same(engine, before, revision, f"up to {revision}")
        _fill(engine)
        columns[revision] = {name: set(rows[0]) for name, rows in _rows_of(engine).items()}
    for below, revision in reversed(list(itertools.pairwise(known()))):
        before = _rows_of(engine)
        _go(empty, below, down=True)
        assert columns[below] == {name: set(rows[0]) for name, rows in _rows_of(engine).items()}
        _same(engine, {name: before[name] for name in columns[below]}, revision, f"down from {revision}")
    before = _rows_of(engine)
    _go(empty, NEWEST)
    _same(engine, before, NEWEST, "up again from the first to the newest")
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []


def _go(app: Flask, revision: str, down: bool = False) -> None:
    with app.app_context():
        migrations = db.migrations()
        (migrations.downgrade if down else migrations.upgrade)(revision)


def _tables(engine: Engine) -> sa.MetaData:
    """Our tables, without the version's own."""
    found = sa.MetaData()
    found.reflect(engine, only=lambda name, _: is_ours(name, "table", None) and name != "alembic_version")
    return found


#: Values that a column needs because of what the migrations read in it.
FIXED = {("version", "removed"): False}
_NUMBERS = itertools.count(101)


def _fill(engine: Engine) -> None:
    """Two more rows in every table."""
    tables = _tables(engine)
    with engine.execution_options(writes=True).begin() as connection:
        for _ in range(2):
            for table in tables.sorted_tables:
                connection.execute(table.insert(), _row(connection, table))


def _rows_of(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """All rows of every table, by its name."""
    tables = _tables(engine)
    with engine.connect() as connection:
        return {table.name: _rows(connection, table) for table in tables.sorted_tables}


def _rows(connection: sa.Connection, table: sa.Table) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in connection.execute(table.select())]


def _row(connection: sa.Connection, table: sa.Table) -> dict[str, Any]:
    values = {}
    for column in table.columns:
        if column.foreign_keys:
            (key,) = column.foreign_keys
            values[column.name] = connection.execute(sa.select(sa.func.max(key.column))).scalar_one()
        elif (table.name, column.name) in FIXED:
            values[column.name] = FIXED[table.name, column.name]
        else:
            values[column.name] = _value(column.type, next(_NUMBERS))
    return values


def _value(kind: sa.types.TypeEngine[Any], number: int) -> Any:
    """A value of a column's type, another one for each number."""
    for types, value in (
        (sa.Boolean, number % 2 == 0),
        (sa.DateTime, datetime(2026, 1, 1, 12, number % 60, number % 59, tzinfo=UTC)),
        (sa.Date, date.fromordinal(date(2026, 1, 1).toordinal() + number)),
        (sa.Integer, number),
        (sa.LargeBinary, number.to_bytes(4)),
        (sa.String, str(number)[-2:] if getattr(kind, "length", None) in {1, 2} else str(number)),
    ):
        if isinstance(kind, types):
            return value
    raise AssertionError(f"a column of a type that this test does not know: {kind!r}")


def _same(engine: Engine, before: dict[str, list[dict[str, Any]]], revision: str, step: str) -> None:
    """Every row from before is there, with the same values in the columns that both versions have."""
    after = _rows_of(engine)
    for name, rows in before.items():
        changed = {column for table, column in CHANGED.get(revision, ()) if table == name}
        columns = (set(rows[0]) & set(after[name][0])) - changed
        now = [_written(row, columns) for row in after[name]]
        for row in rows:
            assert _written(row, columns) in now, (step, name)


def _written(row: dict[str, Any], columns: set[str]) -> dict[str, str]:
    return {column: re.sub(r"\+00:00$", "", str(row[column])) for column in sorted(columns)}


# the command, and those that do not migrate


def run(app: Flask, monkeypatch: pytest.MonkeyPatch, *words: str, **more: str) -> int:
    """Run a command on the application's database."""
    settings = service(Settings, app)
    environment = {
        "CAMPAIGN_DATA": str(settings.data),
        "CAMPAIGN_DATABASE_URL": settings.database_url,
        "CAMPAIGN_VOLATILE": str(settings.data / "memory"),
        **more,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return main(list(words))


@pytest.mark.slow
def test_migrate_goes_up_and_down_and_says_where_it_is(
    empty: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = known()[-2]
    table = [
        (["--check"], 1, "no tables yet: run “python -m campaign migrate”"),
        (["--down"], 2, "no tables yet"),
        (["--to", before], 0, f"from migration none to {before}"),
        (["--check"], 1, f"is at migration {before}, this program needs {NEWEST}: run"),
        ([], 0, f"from migration {before} to {NEWEST}"),
        ([], 0, f"at migration {NEWEST} already"),
        (["--check"], 0, "as this program needs it"),
        (["--to", "2"], 2, "Migration 0002 is older"),
        (["--down"], 0, f"from migration {NEWEST} to {before}"),
        (["--down", "--to", NEWEST], 2, "leave out --down"),
        (["--down", "--to", "3"], 0, f"from migration {before} to 0003"),
        (["--to", "9999"], 2, "There is no migration 9999"),
        (["--to", "x"], 2, "There is no migration 000x"),
        ([], 0, f"from migration 0003 to {NEWEST}"),
    ]
    for words, code, says in table:
        assert run(empty, monkeypatch, "migrate", *words) == code, words
        said = capsys.readouterr()
        assert says in said.out + said.err, words
        assert (said.out + said.err).count("\n") == 1, words


#: Commands that use the database.
COMMANDS = (["serve", "--port", "1"], ["mail", "work"], ["mail", "send"], ["people", "list", "--campaign", "trees"],
            ["audit", "verify"], ["signatures", "export", "list.campaign"])  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_in_production_no_other_command_changes_the_tables(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.conftest import published

    app = published(tmp_path)
    production(app)
    before = known()[-2]
    with app.app_context():
        db.migrations().downgrade(before)
        assert run(app, monkeypatch, *words, **PRODUCTION) == 2
        said = capsys.readouterr().err
        assert said.count("\n") == 1 and "run “python -m campaign migrate”" in said
        assert migrating.versions(db.engine).present == before


PRODUCTION = {"CAMPAIGN_PRODUCTION": "yes", "CAMPAIGN_PUBLIC_URL": "https://letters.example.org"}


def production(app: Flask) -> None:
    """What a site has before it starts in production."""
    data = service(Settings, app).data
    data.chmod(0o700)
    make_secrets({"CAMPAIGN_DATA": str(data)})


@pytest.mark.reliability(12)
@pytest.mark.slow
@pytest.mark.parametrize("settings", [{}, PRODUCTION], ids=["development", "production"])
def test_an_older_program_says_in_one_line_that_the_database_is_newer(
    settings: dict[str, str],
    storage: Flask,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    production(storage)
    _version(storage, "9998")
    try:
        for words in (
            ["people", "list", "--campaign", "trees"],
            ["mail", "work"],
            ["migrate"],
            ["migrate", "--down"],
        ):
            assert run(storage, monkeypatch, *words, **settings) == 2, words
            said = capsys.readouterr().err
            assert said.count("\n") == 1
            assert f"migration 9998, which is newer than this program ({NEWEST})" in said
            assert f"migrate --down --to {NEWEST}" in said
        assert run(storage, monkeypatch, "migrate", "--check", **settings) == 1
    finally:
        _version(storage, NEWEST)


def _version(app: Flask, number: str) -> None:
    with service(Engine, app).execution_options(writes=True).begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :number"), {"number": number})


@pytest.mark.slow
def test_on_ones_own_machine_a_command_brings_the_tables_up_to_date(
    storage: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with storage.app_context():
        db.migrations().downgrade(known()[-2])
    assert run(storage, monkeypatch, "mail", "send") == 0
    with storage.app_context():
        assert migrating.versions(db.engine).problem == ""


@pytest.mark.reliability(12)
def test_a_migration_that_fails_leaves_the_database_as_it_was(
    storage: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with storage.app_context():
        db.migrations().downgrade(known()[-3])
        # The last migration meets a table that it wants to make.
        engine = db.engine
        before = _schema(engine)
        script = db.migrations().script_directory.get_revision(NEWEST)
        monkeypatch.setattr(script.module, "upgrade", _broken)
        with pytest.raises(sa.exc.DBAPIError):
            migrating.change(NEWEST)
        db.session.close()
    engine.dispose()
    assert _schema(engine) == before
    monkeypatch.undo()
    with storage.app_context():
        assert migrating.change(NEWEST).problem == ""


def _broken() -> None:
    from alembic import op

    op.execute("CREATE TABLE half_done (id INTEGER)")
    op.execute("SELECT nothing FROM nowhere")


def _schema(engine: Engine) -> dict[str, list[str]]:
    tables = _tables(engine).tables
    version = migrating.versions(engine).present
    return {"": [version]} | {
        name: [column.name for column in table.columns] for name, table in tables.items()
    }


def test_a_number_that_is_no_migration_is_refused(storage: Flask) -> None:
    with storage.app_context(), pytest.raises(MigrationError, match="There is no migration 12"):
        migrating.change("12")
