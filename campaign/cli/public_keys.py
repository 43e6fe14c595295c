"""python -m campaign keys publish, list: the server gets only the public half."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.orm import Session

from campaign.cli.database import AUTHOR, in_campaign, with_database
from campaign.editions.edition_cache import day_in_campaign
from campaign.petition import administration
from campaign.signatures import public_keys


@click.command()
@click.argument("public", type=Path, metavar="FILE.pub", help="The public half of the key.")
@with_database
def publish(session: Session, public: Path) -> int:
    """Seal new signatures to this key from now on."""
    key = public_keys.read_public_line(public.read_text(encoding="utf-8"))
    administration.publish_key(session, key, AUTHOR, day_in_campaign(session, key.slug))
    fingerprint = public_keys.fingerprint(key)
    print(f"Signatures of {key.slug} are sealed to epoch {key.epoch} now. Fingerprint: {fingerprint}")
    return 0


@click.command()
@in_campaign
def list_keys(session: Session, slug: str) -> int:
    """List the public keys of a campaign."""
    keys = administration.keys(session, slug)
    for key, added in keys:
        print(f"epoch {key.epoch}  since {added}  {public_keys.fingerprint(key)}")
    if not keys:
        print(f"{slug} has no key: signing is closed.")
    return 0
