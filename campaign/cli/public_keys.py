"""python -m campaign keys publish, list: the server gets only the public half."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.orm import Session

from campaign.cli.database import AUTHOR, confirmed, in_campaign, with_database
from campaign.database import transaction
from campaign.editions.edition_cache import day_in_campaign
from campaign.messages import Message
from campaign.people import audit
from campaign.petition import administration, consequences
from campaign.petition.administration import KeyProof
from campaign.signatures import public_keys


@click.command()
@click.argument("public", type=Path, metavar="FILE.pub", help="The public half of the key.")
@click.option("--now", is_flag=True, help="Without a proof by the old key, all the same.")
@with_database
def publish(session: Session, public: Path, now: bool) -> int:
    """Seal new signatures to this key from now on.

    After the first key, FILE.pub needs the proof by the old one, which `keys rotate` and `keys prove`
    write. Owners and trustees get an e-mail.
    """
    key, proof = public_keys.read_public(public.read_text(encoding="utf-8"))
    with transaction(session):
        is_first = not administration.keys(session, key.slug)
        if not is_first and not proof:
            lines = consequences.of_key(session, audit.campaign_of(session, key.slug), key)
            confirmed(session, key.slug, now, Message("a key was installed without a proof"), lines)
        day = day_in_campaign(session, key.slug)
        administration.publish_key(session, key, AUTHOR, day, KeyProof(proof, agreed=now and not proof))
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
