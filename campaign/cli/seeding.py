"""The application with its database ready, and publishing a pack from a folder."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import click
from flask import Flask
from sqlalchemy.orm import Session

from campaign import folders, migrating
from campaign.application import create_app
from campaign.cli.starting import checked_settings
from campaign.database import db, durable
from campaign.editions import dates, drafts, store
from campaign.editions.edition_cache import EditionCache, sound_pack
from campaign.editions.store import Authorship
from campaign.messages import Message
from campaign.pack import photographs
from campaign.pack.files import parse, read_folder
from campaign.pack.findings import Finding, PackError
from campaign.people import audit
from campaign.petition import administration, consequences
from campaign.photographs import photo_store
from campaign.services import service
from campaign.setting_values import SettingsError
from campaign.settings import Settings


@click.command()
@click.argument("pack", type=Path, metavar="FOLDER", help="The pack's folder, or the name of a shipped one.")
def load(pack: Path) -> int:
    """Publish a pack from a folder as a new edition.

    Exit code 1: the pack is broken. 2: a setting is wrong.
    """
    try:
        prepare(shipped(pack))
    except PackError as error:
        print(error, file=sys.stderr)
        return 1
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def shipped(pack: Path) -> Path:
    """The folder of a pack; one that comes with the program can be named without a folder."""
    own = folders.SEEDS / pack
    return own if len(pack.parts) == 1 and not pack.exists() and own.is_dir() else pack


def prepare(seed: Path | None, workers: int = 1, new: bool = True) -> Flask:
    """The application, with its tables ready and the seed published if it is new.

    `workers` is the number of processes that will serve it; unless `new`, the site must exist.

    Raises PackError or SettingsError.
    """
    app = create_app(checked_settings(workers, new), load=False)
    with app.app_context():
        migrating.make_ready(service(Settings, app).production)
        if service(Settings, app).production and (reason := durable(db.engine)):
            raise SettingsError(f"A power cut would lose signatures: {reason}.")
        if seed is not None:
            publish_seed(seed)
        service(EditionCache, app).load()
    return app


def for_worker(app: Flask | None = None) -> Flask:
    """The application of the mail worker, with its tables ready and every edition in memory.

    `app`: one that this process has already. Raises SettingsError.
    """
    app = app or create_app(checked_settings(new=False), load=False)
    with app.app_context():
        migrating.make_ready(service(Settings, app).production)
        refuse_trials(app)
        service(EditionCache, app).load()
    return app


def refuse_trials(app: Flask) -> None:
    """In production, raises SettingsError where a petition has a trial key: anybody opens its signatures."""
    if service(Settings, app).production and (trials := administration.trial_keys_of(db.session)):
        raise SettingsError(
            f"This database was used to try things out ({', '.join(sorted(trials))} has a trial key), so it "
            "never serves a site in production. Export the campaign, and import it into an empty database."
        )


def publish_seed(folder: Path) -> None:
    """Publish the folder's pack, unless organisers have published since then. Raises PackError."""
    try:
        _publish(folder)
    except PackError as error:
        root = folder.as_posix().rstrip("/")
        raise PackError(
            Finding(f"{root}/{f.path}", f.line, f.level, f.text) for f in error.findings
        ) from None


def _publish(folder: Path) -> None:
    files = read_folder(folder)
    slug = parse(files).slug
    if not _is_new(folder, slug, files):
        return
    sound_pack(files)
    if lines := date_changes(db.session, slug, files):
        print(f"{folder} was not loaded, since this can’t be undone:", *lines, sep="\n  ", file=sys.stderr)
        print("Publish it with “pack import” and “pack publish --now”.", file=sys.stderr)
        return
    pictures = photo_store.brought(db.session, slug, files, photographs.in_folder(folder))
    authorship = Authorship(store.FROM_DISK, f"Loaded from {folder.name}")
    with store.writing(db.session, slug, make=True) as campaign:
        published = store.publish(db.session, slug, files, authorship)
        if published:
            photo_store.add_all(db.session, campaign.id, pictures)
    if published:
        print(f"Published edition {published} of {slug}.")


def date_changes(session: Session, slug: str, files: Mapping[str, str]) -> list[Message]:
    """What the files' dates would do for ever to signatures that exist, in numbers."""
    before = store.files_of(session, slug, store.newest(session).get(slug, 0))
    if not before:
        return []
    campaign = audit.campaign_of(session, slug)
    return consequences.of_dates(session, campaign, dates.read(before), dates.read(files))


def _is_new(folder: Path, slug: str, files: dict[str, str]) -> bool:
    """Whether the folder differs from the newest edition and publishing it would lose no organiser's work."""
    if day := store.ended(db.session).removed.get(slug):
        print(f"{slug} was removed on {day}: {folder} was not loaded.", file=sys.stderr)
        return False
    number = store.newest(db.session).get(slug, 0)
    newest = store.edition(db.session, slug, number)
    if newest and newest.author != store.FROM_DISK:
        return False
    published = store.files_of(db.session, slug, number)
    if number and published == files:
        return False  # it was checked when it was published
    if number and drafts.draft(db.session, slug).files != published:
        print(f"{slug} has changes that are not published yet: {folder} was not loaded.", file=sys.stderr)
        return False
    return True
