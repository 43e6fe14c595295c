"""python -m campaign signatures export, forget: the sealed signatures on the server."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from campaign.cli.database import AUTHOR, in_campaign
from campaign.editions.edition_cache import day_in_campaign
from campaign.people import audit
from campaign.petition import erasure, export
from campaign.petition.journal import Journal
from campaign.petition.server_keys import KeysMissingError
from campaign.petition.status import Petitions
from campaign.services import service
from campaign.signatures import sealed_list


@click.command()
@click.argument("out", type=Path, metavar="FILE", help="The file to write.")
@in_campaign
def export_list(session: Session, slug: str, out: Path) -> int:
    """Write all sealed signatures to one file."""
    campaign = audit.campaign_of(session, slug)
    digest = export.write(service(Engine), slug, campaign, out, day_in_campaign(session, slug))
    head = sealed_list.head(out)
    print(f"{out}: {head.records} sealed records of {slug}, {head.gone} withdrawn or void.")
    print(f"Sum of the records {head.sum}\nSHA-256 {digest}")
    return 0


@click.command()
@click.argument("ids", type=Path, metavar="FILE", help="The ids that `person find` printed, one a line.")
@in_campaign
def forget(session: Session, slug: str, ids: Path) -> int:
    """Remove records by their ids."""
    numbers = [int(line, 16) for line in ids.read_text(encoding="utf-8").split()]
    try:
        key = service(Petitions).server_keys(slug).withdraw_key()
    except KeysMissingError:
        # Erasing must not wait for keys. Only what is shown is found by one.
        key = b""
        print("The server's keys are missing: shown names and reasons were not looked for.", file=sys.stderr)
    removed = erasure.forget(session, slug, numbers, AUTHOR, day_in_campaign(session, slug))
    if key:
        erasure.forget_shown(session, key, numbers, service(Journal))
    with service(Engine).connect() as connection:
        service(Journal).catch_up(connection)
    print(f"{removed} of {len(numbers)} records were there and are taken out.")
    return 0
