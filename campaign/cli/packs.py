"""python -m campaign pack: packs into and out of the site's database, and published."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.orm import Session

from campaign.cli.database import AUTHOR, confirmed, with_database, with_new_database
from campaign.cli.seeding import date_changes
from campaign.database import transaction
from campaign.editions import drafts, store
from campaign.editions.edition_cache import sound_pack
from campaign.editions.store import Authorship
from campaign.messages import Message
from campaign.pack import photographs
from campaign.pack.archive import MOST_BYTES, unpacked, write_folder, write_zip
from campaign.pack.files import parse, read_folder
from campaign.photographs import photo_store
from campaign.whole_files import write_whole


@click.command()
@click.argument("source", type=Path, metavar="FOLDER|ZIP", help="The pack.")
@click.option("--note", default="", metavar="NOTE", help="The reason, for the history.")
@with_new_database
def import_pack(session: Session, source: Path, note: str) -> int:
    """Save a folder or a ZIP file as the campaign's draft."""
    files, pictures = _read(source)
    slug = parse(files).slug
    new_pictures = photo_store.brought(session, slug, files, pictures)
    authorship = Authorship(AUTHOR, note or f"From {source.name}")
    with store.writing(session, slug, make=True) as campaign:
        changed = drafts.become(session, slug, files, authorship)
        photo_store.add_all(session, campaign.id, new_pictures)
    print(f"{slug}: {changed} {'file' if changed == 1 else 'files'} changed in the draft.")
    if changed:
        print(f"To publish: python -m campaign pack publish {slug}")
    return 0


def _read(source: Path) -> tuple[dict[str, str], dict[str, bytes]]:
    """The texts and the photographs of a folder or a ZIP file."""
    if source.is_dir():
        return read_folder(source), photographs.in_folder(source)
    if not source.is_file():
        raise ValueError(f"There is no folder or file {source}.")
    if source.stat().st_size > MOST_BYTES:
        raise ValueError(f"{source} has more than {MOST_BYTES:,} bytes.")
    return unpacked(source.read_bytes())


@click.command()
@click.argument("slug", metavar="CAMPAIGN", help="The campaign's slug.")
@click.argument("out", type=Path, metavar="FOLDER|FILE.zip", help="The folder or file to write.")
@click.option("--edition", type=int, default=0, metavar="N", help="Which edition (default: the newest).")
@click.option("--draft", is_flag=True, help="Include the changes that are not published yet.")
def export_pack(slug: str, out: Path, edition: int, draft: bool) -> int:
    """Write a campaign as a folder or as a ZIP file.

    A name that ends in .zip makes a ZIP file.
    """
    if edition and draft:
        raise click.UsageError("Choose either --edition or --draft.", click.get_current_context())
    return _export(slug, out, edition, draft)


@with_database
def _export(session: Session, slug: str, out: Path, edition: int, draft: bool) -> int:
    number = edition or store.newest(session).get(slug, 0)
    files = drafts.draft(session, slug).files if draft else store.files_of(session, slug, number)
    if not files:
        edition_text = f"edition {edition} of " if edition else ""
        raise LookupError(f"There is no {edition_text}campaign “{slug}” here.")
    pictures = photo_store.of_files(session, slug, files)
    if out.suffix == ".zip":
        write_whole(out, write_zip(files, pictures))
    else:
        write_folder(files, out, pictures)
    print(f"{out}: {len(files) + len(pictures)} files.")
    return 0


@click.command()
@click.argument("slug", metavar="CAMPAIGN", help="The campaign's slug.")
@click.option("--note", default="", metavar="NOTE", help="What is new, for the history.")
@click.option("--now", is_flag=True, help="Also if signatures or the index are erased on other days.")
@with_database
def publish_pack(session: Session, slug: str, note: str, now: bool) -> int:
    """Publish the draft as the next edition.

    Nothing is published while the checker finds an error. A change of the days on which the petition
    closes or signatures are erased is named first, and owners and trustees get an e-mail.
    """
    draft = drafts.draft(session, slug)
    if not draft.files:
        raise LookupError(f"There is no campaign “{slug}” here.")
    sound_pack(draft.files)
    with transaction(session):
        lines = date_changes(session, slug, draft.files)
        confirmed(session, slug, now, Message("dates of the petition were changed"), lines)
        number = drafts.publish(session, slug, draft.mark, Authorship(AUTHOR, note))
    print(f"Published edition {number} of {slug}." if number else "There is nothing new to publish.")
    return 0
