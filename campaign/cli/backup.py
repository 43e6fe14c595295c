"""python -m campaign backup, restore: everything in one encrypted file, and back into an empty place."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from campaign.application import create_app
from campaign.backup import making, restoring, sealed_file
from campaign.backup.restoring import Report
from campaign.backup.sealed_file import BackupError
from campaign.cli.database import with_database
from campaign.cli.errors import errors_in_words
from campaign.cli.starting import checked_settings
from campaign.petition.forgetting import catch_up
from campaign.petition.journal import Journal
from campaign.petition.status import Petitions
from campaign.services import service


@click.command()
@click.argument("file", type=Path, metavar="FILE", help="The file to write.")
@click.option(
    "--to", required=True, multiple=True, metavar="AGE1", help="Who can open it: an age recipient. Repeat it."
)
@click.option("--keys", type=Path, metavar="FILE", help="A second file to write, with the server's keys.")
@click.option(
    "--keys-to", multiple=True, metavar="AGE1", help="Who can open the keys: another recipient than of --to."
)
@with_database
def backup(
    _session: Session, file: Path, to: tuple[str, ...], keys: Path | None, keys_to: tuple[str, ...]
) -> int:
    """Write all that the site has into one encrypted file.

    The site may run meanwhile. The file is opened and compared before it gets its name. Exit code 1: it
    could not be made.
    """
    if bool(keys) != bool(keys_to):
        raise BackupError("--keys and --keys-to belong together.")
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    made = making.make(app, file, to, keys, keys_to)
    print(f"{file}: {made.signatures} signatures, {made.rows} rows, opened and compared.")
    if keys is None:
        print(
            "Without the server's keys, every link in people's e-mail is dead after a restore: add --keys.",
            file=sys.stderr,
        )
    else:
        print(f"{keys}: {made.keys} keys. Keep it apart from the other file.")
    return 0


@click.command()
@click.argument("file", type=Path, metavar="FILE", help="The file that `backup` wrote.")
@click.option("--identity", required=True, type=Path, metavar="FILE", help="The age identity that opens it.")
@click.option("--keys", type=Path, metavar="FILE", help="The file with the server's keys.")
@click.option("--keys-identity", type=Path, metavar="FILE", help="The age identity that opens the keys.")
@click.option(
    "--journal",
    multiple=True,
    type=Path,
    metavar="FOLDER",
    help="The journal of the site. Repeat it for each.",
)
@click.option("--without-journal", is_flag=True, help="It is lost: what was withdrawn since then comes back.")
@click.option("--new-keys", is_flag=True, help="The keys are lost: make new ones; earlier links are dead.")
@errors_in_words
def restore(file: Path, **given: Any) -> int:
    """Restore a backup into an empty folder and database.

    Then it takes out again what was withdrawn or erased since, by the journal. Exit code 1: the backup
    can't be read, or what was restored differs from it.
    """
    keys, keys_identity = given["keys"], given["keys_identity"]
    if bool(keys) != bool(keys_identity):
        raise BackupError("--keys and --keys-identity belong together.")
    identities = sealed_file.identities(given["identity"])
    data = Path(os.environ.get("CAMPAIGN_DATA") or "instance").resolve()
    restoring.check_empty(data)
    own = os.environ.get("CAMPAIGN_JOURNAL") or data / "journal"
    journals = [Journal(folder.resolve()) for folder in (*given["journal"], Path(own))]
    made = restoring.made_on(file, identities)
    if not given["without_journal"]:
        restoring.check_journals(journals, made)
    entries = restoring.read_keys(keys, sealed_file.identities(keys_identity)) if keys else []
    restoring.write_secrets(data, entries)
    app = create_app(checked_settings(), load=False)
    try:
        report = restoring.restore(app, file, identities, entries, journals)
        if given["new_keys"]:
            _make_keys(app, report)
        catch_up(app)
        return _print(report, data)
    finally:
        service(Engine, app).dispose()


def _make_keys(app: Flask, report: Report) -> None:
    for slug in report.records:
        keys = service(Petitions, app).server_keys(slug)
        if not keys.erased:
            keys.replace()


def _print(report: Report, data: Path) -> int:
    """Say what was restored, what was taken out again, and what is dead."""
    print(f"Restored {report.rows} rows of {report.made:%Y-%m-%d %H:%M} UTC into {data}.")
    for slug, records in report.records.items():
        print(f"{slug}: {records} signatures counted, difference {report.differences[slug]}.")
    for kind, count in report.again.items():
        if count:
            print(f"Taken out again, by the journal: {count} {kind}.")
    slugs = sorted({name.split("/")[1] for name in report.dead})
    for slug in slugs:
        names = [name.rpartition("/")[2] for name in report.dead if name.split("/")[1] == slug]
        print(f"{slug}: not restored: {', '.join(names)}. {_consequence(names)}", file=sys.stderr)
    return int(any(report.differences.values()))


def _consequence(names: list[str]) -> str:
    """What does not work without these keys."""
    said = []
    if any(name.startswith("link-") for name in names):
        said.append("Links to confirm that were sent before are dead.")
    if "withdraw" in names:
        said.append("Links to withdraw that were sent before are dead.")
    if "index" in names:
        said.append("Who signs again is not recognised.")
    if "withdraw" in names or any(name.startswith("link-") for name in names):
        said.append("Nobody can sign until the keys are there, or new ones are made.")
    return " ".join(said)
