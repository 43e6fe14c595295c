"""python -m campaign migrate: the only command that changes the tables of a site in production."""

from __future__ import annotations

import sys
import time

import click
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from campaign import migrating
from campaign.application import create_app
from campaign.cli.starting import checked_settings
from campaign.database import db
from campaign.migrating import MigrationError, Versions, known
from campaign.services import service
from campaign.setting_values import SettingsError
from campaign.settings import is_begun


@click.command()
@click.option("--check", is_flag=True, help="Only say what there is and what is needed; 1: they differ.")
@click.option(
    "--to", "target", metavar="NUMBER", help="Up to this migration, such as 14 (default: the newest)."
)
@click.option("--down", is_flag=True, help="Down by one migration, or to that of --to.")
def migrate(check: bool, target: str | None, down: bool) -> int:
    """Make the database's tables, or bring them up to date.

    A new site gets its tables once `secrets` has made its secrets. Exit code 1: with --check,
    the tables are not those of this program; or the database refused it, and is as it was.
    2: a setting or an option is wrong.
    """
    try:
        makes_tables = not (check or down) and is_begun()
        app = create_app(checked_settings(new=makes_tables), load=False)
        try:
            with app.app_context():
                found = migrating.versions(db.engine)
                return _check(found) if check else _change(found, _target(found, target, down))
        finally:
            service(Engine, app).dispose()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    except DBAPIError as error:
        # Not its message: that has values from the tables.
        print(f"The database refused it, and is as it was: {type(error.orig).__name__}.", file=sys.stderr)
        return 1


def _check(found: Versions) -> int:
    if found.problem:
        print(found.problem, file=sys.stderr)
        return 1
    print(f"The database is at migration {found.present}, as this program needs it.")
    return 0


def _target(found: Versions, given: str | None, down: bool) -> str:
    """The migration to go to. Raises MigrationError for one that lies in the other direction."""
    target = given.zfill(4) if given else ""
    if not down:
        if target and target < found.present:
            raise MigrationError(
                f"Migration {target} is older than the database ({found.present}). Going back drops what "
                "newer tables hold: make a backup, then add --down."
            )
        return target or found.needed
    if found.present not in known():
        raise MigrationError(found.problem)
    position = known().index(found.present)
    if not target and position == 0:
        raise MigrationError("The database is at its first migration.")
    if target > found.present:
        raise MigrationError(
            f"Migration {target} is newer than the database ({found.present}): leave out --down."
        )
    return target or known()[position - 1]


def _change(found: Versions, target: str) -> int:
    begun = time.monotonic()
    now = migrating.change(target)
    if now.present == found.present:
        print(f"The database is at migration {now.present} already.")
    else:
        took = time.monotonic() - begun
        print(f"The database went from migration {found.present or 'none'} to {now.present} in {took:.1f} s.")
    return 0
