"""campaign deploy init: the files with which a server runs the site."""

from __future__ import annotations

from pathlib import Path

import click

from campaign.cli.errors import errors_in_words
from campaign.deploy.writing import Plan, write


@click.command()
@click.argument("folder", type=Path, metavar="FOLDER", help="The folder to write into.")
@click.option("--domain", required=True, metavar="HOST", help="The site's host, such as letters.example.org.")
@click.option("--onion", is_flag=True, help="With a second address as an onion service (Tor).")
@click.option("--postgres", is_flag=True, help="With PostgreSQL and Redis instead of SQLite.")
@click.option("--machines", type=int, default=1, metavar="N", help="For so many machines (default 1).")
@click.option("--replace", is_flag=True, help="Replace files that are there; they are kept as ….old.")
@errors_in_words
def init(folder: Path, domain: str, onion: bool, postgres: bool, machines: int, replace: bool) -> int:  # noqa: PLR0913, PLR0917
    """Write units, proxy, container and settings files to a folder.

    Nothing is installed: README.txt in the folder says which file goes where. Exit code 2: a file is there
    with another content, and nothing was written.
    """
    written = write(folder, Plan(domain, onion, postgres, machines), replace)
    print("\n".join(f"{folder / path}" for path in written) or "Every file is there already, as it is to be.")
    if written:
        print(f"\nNext: read {folder / 'README.txt'}, and fill in {folder / 'campaign.env'}.")
    return 0
