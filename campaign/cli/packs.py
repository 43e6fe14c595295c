"""python -m campaign pack: packs in and out of the site's database, and published."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from campaign.cli.common import AUTHOR, with_database


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of `pack`."""
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    coming = actions.add_parser("import", help="a folder or a ZIP becomes the campaign's draft")
    coming.add_argument("source", type=Path, metavar="FOLDER|ZIP")
    coming.add_argument("--note", default="", help="why, for the history")
    coming.set_defaults(command=with_database(_import))
    going = actions.add_parser("export", help="write a campaign as a folder, or as a ZIP by the suffix")
    going.add_argument("slug", metavar="CAMPAIGN")
    going.add_argument("out", type=Path, metavar="FOLDER|FILE.zip")
    which = going.add_mutually_exclusive_group()
    which.add_argument("--edition", type=int, default=0, metavar="N", help="default: the newest")
    which.add_argument("--draft", action="store_true", help="with what is not published yet")
    going.set_defaults(command=with_database(_export))
    out = actions.add_parser(
        "publish", help="make the draft the next edition, unless the checker finds an error"
    )
    out.add_argument("slug", metavar="CAMPAIGN")
    out.add_argument("--note", default="", help="what is new, for the history")
    out.set_defaults(command=with_database(_publish))


def _import(options: argparse.Namespace, session: Any) -> int:
    from campaign.editions import drafts
    from campaign.editions.store import Authorship
    from campaign.pack import photographs
    from campaign.pack.archive import MOST_BYTES, unpacked
    from campaign.pack.files import parse, read_folder
    from campaign.photographs import photo_store

    if options.source.is_dir():
        files, pictures = read_folder(options.source), photographs.in_folder(options.source)
    elif not options.source.is_file():
        raise ValueError(f"There is no folder or file {options.source}.")
    elif options.source.stat().st_size > MOST_BYTES:
        raise ValueError(f"{options.source} has more than {MOST_BYTES:,} bytes.")
    else:
        files, pictures = unpacked(options.source.read_bytes())
    slug = parse(files).slug
    new = photo_store.brought(session, slug, files, pictures)
    by = Authorship(AUTHOR, options.note or f"From {options.source.name}")
    changed = drafts.become(session, slug, files, by, photo_store.adding(session, new))
    print(f"{slug}: {changed} {'file' if changed == 1 else 'files'} changed in the draft.")
    if changed:
        print(f"To publish: python -m campaign pack publish {slug}")
    return 0


def _export(options: argparse.Namespace, session: Any) -> int:
    from campaign.editions import drafts, store
    from campaign.pack.archive import write_folder, write_zip
    from campaign.photographs import photo_store
    from campaign.whole_files import write_whole

    newest = store.newest(session).get(options.slug, 0)
    if options.draft:
        files = drafts.draft(session, options.slug).files
    else:
        files = store.files_of(session, options.slug, options.edition or newest)
    if not files:
        which = f"edition {options.edition} of " if options.edition else ""
        raise LookupError(f"There is no {which}campaign “{options.slug}” here.")
    pictures = photo_store.of_files(session, options.slug, files)
    if options.out.suffix == ".zip":
        write_whole(options.out, write_zip(files, pictures))
    else:
        write_folder(files, options.out, pictures)
    print(f"{options.out}: {len(files) + len(pictures)} files.")
    return 0


def _publish(options: argparse.Namespace, session: Any) -> int:
    from campaign.editions import drafts
    from campaign.editions.edition_cache import sound_pack
    from campaign.editions.store import Authorship

    draft = drafts.draft(session, options.slug)
    if not draft.files:
        raise LookupError(f"There is no campaign “{options.slug}” here.")
    sound_pack(draft.files)
    number = drafts.publish(session, options.slug, draft.mark, Authorship(AUTHOR, options.note))
    print(f"Published edition {number} of {options.slug}." if number else "There is nothing new to publish.")
    return 0
