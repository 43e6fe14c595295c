"""python -m campaign trustees page: one HTML file with which a trustee works without commands."""

from __future__ import annotations

import hashlib
from pathlib import Path

import click

from campaign.cli.errors import errors_in_words
from campaign.trustees.page import making
from campaign.whole_files import write_whole


@click.command()
@click.argument("out", type=Path, metavar="FILE", help="The page to write, such as trustees.html.")
@errors_in_words
def page(out: Path) -> int:
    """Write a page that makes keys and opens lists, offline.

    Trustees open it in a browser, on a computer without a network. The same version writes the same
    bytes: two people compare the SHA-256 that is printed.
    """
    body = making.page().encode()
    write_whole(out, body)
    print(f"{out}: open it in a browser, on a computer without a network.")
    print(f"SHA-256 {hashlib.sha256(body).hexdigest()}")
    return 0
