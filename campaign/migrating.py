"""The version of the tables: what the database has, what this program needs, and going from one to the other.

A version is the number of a migration. Only `campaign migrate` changes it in production, so that nothing
changes under a program that runs; every other command says in one line what to run.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Engine, inspect, text

from campaign.database import MIGRATIONS, db
from campaign.setting_values import SettingsError

#: PostgreSQL's number for the lock that two who migrate at once wait for.
_LOCK = 0x63616D70

#: Of a database without tables.
NONE = ""


class MigrationError(SettingsError):
    """The tables are not those of this program, or can't be brought there; one line for the operator."""


@dataclass(frozen=True, slots=True)
class Versions:
    """`present`: the migration of the database, '' for one without tables. `needed`: that of this program."""

    present: str
    needed: str

    @property
    def problem(self) -> str:
        """What the operator has to do, in one line; '' for nothing."""
        if self.present == self.needed:
            return ""
        if self.present == NONE:
            return "The database has no tables yet: run “python -m campaign migrate”."
        if self.present in known():
            return (
                f"The database is at migration {self.present}, this program needs {self.needed}: "
                "run “python -m campaign migrate”."
            )
        return (
            f"The database is at migration {self.present}, which is newer than this program ({self.needed}): "
            f"start the newer program, or let it run “python -m campaign migrate --down --to {self.needed}”."
        )


@lru_cache(maxsize=1)
def known() -> tuple[str, ...]:
    """The migrations that this program knows, the oldest first: the numbers that their files begin with."""
    return tuple(sorted(path.name[:4] for path in MIGRATIONS.glob("[0-9][0-9][0-9][0-9]_*.py")))


def versions(engine: Engine) -> Versions:
    """What the database has and what this program needs. Without Alembic, which takes long to load."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return Versions(NONE, known()[-1])
        present = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return Versions(str(present or NONE), known()[-1])


def make_ready(production: bool) -> None:
    """Let the current application use its database, or say why not. Raises MigrationError.

    On one's own machine the tables are brought up to date; in production only `campaign migrate` does so.
    """
    found = versions(db.engine)
    if not found.problem:
        return
    if production or (found.present != NONE and found.present not in known()):
        db.engine.dispose()
        raise MigrationError(found.problem)
    change(found.needed)


def change(target: str) -> Versions:
    """Bring the tables up or down to a migration, all of it or nothing; what there is then.

    Raises MigrationError for a number that this program does not know, or a database that is newer.
    """
    found = versions(db.engine)
    if found.present != NONE and found.present not in known():
        raise MigrationError(found.problem)
    if target not in known():
        raise MigrationError(f"There is no migration {target}. There are: {known()[0]} to {known()[-1]}.")
    with _alone(db.engine):
        found = versions(db.engine)  # another one may have been faster
        if target > found.present:
            db.migrations().upgrade(target)
        elif target < found.present:
            db.migrations().downgrade(target)
    return versions(db.engine)


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    """On PostgreSQL, wait for a process that migrates now; SQLite has one writer in any case."""
    if engine.dialect.name != "postgresql":
        yield
        return
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
