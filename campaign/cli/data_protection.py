"""python -m campaign data-protection: drafts of the documents that the law asks of a controller."""

from __future__ import annotations

from pathlib import Path

import click

from campaign import clock
from campaign.cli.errors import errors_in_words
from campaign.cli.paper import pack_option
from campaign.pack.files import parse, read_folder
from campaign.site.data_protection import documents
from campaign.whole_files import write_whole


@click.command()
@pack_option
@click.option("--out", required=True, type=Path, metavar="FOLDER", help="The folder to write into.")
@errors_in_words
def data_protection(pack: Path, out: Path) -> int:
    """Write drafts of documents for data protection.

    They are the record of processing, the impact assessment and the list of processors.
    Exit code 2: a file of that name is there already.
    """
    content = parse(read_folder(pack))
    made = documents(content, clock.today(content.time_zone))
    there = [name for name in made if (out / name).exists()]
    if there:
        raise click.UsageError(f"{out / there[0]} is there already: choose another folder.")
    out.mkdir(parents=True, exist_ok=True)
    for name, text in made.items():
        write_whole(out / name, text.encode())
    print(f"{out}: {', '.join(made)}. Complete what stands between ‹ and ›.")
    return 0
