"""python -m campaign pack po-export, po-import: a draft's texts out for translators, and back."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.orm import Session

from campaign import clock
from campaign.cli.database import AUTHOR, with_database
from campaign.desk.content import translation_files
from campaign.desk.draft_snapshot import DraftSnapshot
from campaign.editions import drafts
from campaign.editions.reviews import ReviewState
from campaign.editions.store import Authorship
from campaign.pack.files import parse_draft
from campaign.pack.language_states import states_of
from campaign.pack.translation.comparison import Comparison
from campaign.pack.translation.po import MOST_BYTES, read_po
from campaign.whole_files import write_whole


@click.command()
@click.argument("slug", metavar="CAMPAIGN", help="The campaign's slug.")
@click.argument("language", metavar="LANGUAGE", help="The language to translate into, such as es.")
@click.argument("out", type=Path, metavar="FILE.po", help="The file to write.")
@with_database
def po_export(session: Session, slug: str, language: str, out: Path) -> int:
    """Write the draft's texts for translators (PO).

    Each entry has the source, where it appears, what its marks stand for, and its state. An entry is
    fuzzy if its source has changed since it was translated.
    """
    write_whole(out, translation_files.written(_draft(session, slug, language), language))
    print(f"{out}: the texts of {slug} in {language}.")
    return 0


@click.command()
@click.argument("slug", metavar="CAMPAIGN", help="The campaign's slug.")
@click.argument("language", metavar="LANGUAGE", help="The language of the translations, such as es.")
@click.argument("source", type=Path, metavar="FILE.po", help="The translated file.")
@click.option("--save", is_flag=True, help="Save the changes in the draft.")
@with_database
def po_import(session: Session, slug: str, language: str, source: Path, save: bool) -> int:
    """Bring translations back into the draft.

    Prints what the translated file would change, and saves it with --save.

    Entries that can't be taken are listed with the reason; the others are taken.
    """
    draft = _draft(session, slug, language)
    if source.stat().st_size > MOST_BYTES:
        raise ValueError(f"{source} has more than {MOST_BYTES:,} bytes.")
    read = read_po(source.read_bytes())
    if read.language not in {"", language}:
        raise ValueError(f"{source} is in {read.language}, not in {language}.")
    result = translation_files.read(draft, language, read.entries)
    _print(result)
    if save and (result.changes or result.confirmed):
        by = ReviewState("draft", AUTHOR, clock.today())
        translation_files.save(draft, result, Authorship(AUTHOR, f"From {source.name}"), by)
        print("Saved in the draft.")
    elif result.changes or result.confirmed:
        print("Nothing is saved yet. To save it: --save")
    return 0


def _draft(session: Session, slug: str, language: str) -> DraftSnapshot:
    draft = drafts.draft(session, slug)
    if not draft.files:
        raise LookupError(f"There is no campaign “{slug}” here.")
    source, *others = states_of(draft.files).at_desk
    if language not in others:
        raise LookupError(
            f"The texts are in {source}, and are translated into {', '.join(others) or 'none'}."
        )
    return DraftSnapshot(slug, draft, parse_draft(draft.files)[0])


def _print(result: Comparison) -> None:
    for change in result.changes:
        print(f"{change.place.name}\n- {_line(change.old)}\n+ {_line(change.new)}")
        for words, marks in (("Its source also has", change.lost), ("Its source has no", change.added)):
            if marks:
                print(f"  {words}: {' '.join(marks)}")
    for refused in result.refused:
        print(f"Not taken: {refused.name}: {refused.why}")
    print(
        f"{len(result.changes)} changed, {len(result.confirmed)} confirmed, {result.same} the same, "
        f"{result.empty} not translated, {len(result.refused)} not taken."
    )


def _line(text: str) -> str:
    return text.replace("\n", "\n  ")
