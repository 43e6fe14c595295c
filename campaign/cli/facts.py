"""python -m campaign facts: every statement of a pack with its sources."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from campaign.pack.claims import as_markdown, claims
from campaign.pack.files import parse, read_folder


@click.command()
@click.argument("pack", type=Path, metavar="FOLDER", help="The pack's folder, such as seeds/my-campaign.")
@click.option(
    "--language",
    default="",
    metavar="LANGUAGE",
    help="The language of the table; the first of the pack unless given.",
)
def facts(pack: Path, language: str) -> int:
    """Print every statement of a pack with its sources.

    As a Markdown table. A statement is a fact, or a line with a number, a quotation, a law or a source.

    Exit code 0: each has a source. 1: some have none.
    """
    if not pack.is_dir():
        raise ValueError(f"There is no folder {pack}.")
    content = parse(read_folder(pack))
    code = language or content.languages[0]
    if code not in content.languages:
        raise ValueError(f"There is no language “{code}”. Choose one of: {', '.join(content.languages)}.")
    sys.stdout.write(as_markdown(content, code))
    unsourced = [claim.place for claim in claims(content, code) if not claim.bases]
    if unsourced:
        print(f"Without a source: {', '.join(unsourced)}", file=sys.stderr)
    return 1 if unsourced else 0
