"""python -m campaign scans: the sealed scans of sheets, opened offline."""

from __future__ import annotations

from pathlib import Path

import click

from campaign.cli.errors import errors_in_words
from campaign.cli.sealed_options import identity_option, keys_by_epoch, keys_option
from campaign.paper import numbers
from campaign.paper import scans as sealed_scans
from campaign.whole_files import write_private


@click.command()
@click.argument("file", type=Path, metavar="FILE", help="The file that the desk gave out.")
@keys_option
@identity_option
@click.option("--campaign", required=True, metavar="SLUG", help="The campaign's slug.")
@click.option("--out", required=True, type=Path, metavar="FOLDER", help="The folder for the scans.")
@errors_in_words
def scans(file: Path, key: tuple[Path, ...], identity: Path | None, campaign: str, out: Path) -> int:
    """Open the sealed scans of sheets, offline."""
    keys = keys_by_epoch(key, identity)
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    out.chmod(0o700)  # a folder that was there before may be open to others
    count = 0
    for count, scan in enumerate(sealed_scans.opened(file, keys), 1):
        number = numbers.written(campaign, numbers.of_key(scan.sheet))
        write_private(out / f"{number}-{count}.{scan.kind}", scan.body)
    print(f"{count} scans in {out}.")
    return 0
