"""python -m campaign counts give: the signed counts of another server, brought by hand."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.orm import Session

from campaign import outgoing
from campaign.cli.database import AUTHOR, in_campaign
from campaign.editions.edition_cache import day_in_campaign
from campaign.petition import other_servers
from campaign.petition.other_servers import PROBLEMS, OtherServerError


@click.command()
@click.argument(
    "file", type=Path, metavar="FILE", help="What the other server gives at /log/<campaign>/count."
)
@in_campaign
def give(session: Session, slug: str, file: Path) -> int:
    """Take the signed counts of another server from a file.

    The server must be named at the desk, on the page “Signatures”. Use this where they
    can't be fetched.
    """
    with file.open("rb") as opened:
        body = opened.read(outgoing.MOST + 1)
    try:
        count = other_servers.give(session, slug, AUTHOR, body, day_in_campaign(session, slug))
    except OtherServerError as error:
        raise ValueError(PROBLEMS[str(error)]) from None
    print(f"{count.name}: {count.people} up to {count.day}.")
    return 0
