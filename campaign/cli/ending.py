"""python -m campaign pack archive, remove: a campaign ends."""

from __future__ import annotations

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.cli.database import AUTHOR, announcer, confirmed, with_database
from campaign.database import transaction
from campaign.editions.edition_cache import day_in_campaign
from campaign.editions.models import Campaign
from campaign.editions.store import RemovedError
from campaign.mail.outbox import Outbox
from campaign.messages import Message
from campaign.petition import consequences, removal
from campaign.petition.erasure import erase_links
from campaign.petition.owner_mail import Announcement
from campaign.petition.status import Petitions
from campaign.services import service

slug_argument = click.argument("slug", metavar="CAMPAIGN", help="The campaign's slug.")


@click.command()
@slug_argument
@click.option("--undo", is_flag=True, help="Reopen it.")
@with_database
def archive_pack(session: Session, slug: str, undo: bool) -> int:
    """Let a campaign be read only, or reopen it.

    Nobody can write or sign there any more; signatures stay until the day that was promised.
    """
    with transaction(session):
        campaign = _campaign(session, slug)
        lines = [] if undo else consequences.of_archive(session, campaign)
        removal.archive(session, slug, AUTHOR, None if undo else day_in_campaign(session, slug))
        subject = Message("the campaign was reopened") if undo else Message("the campaign was archived")
        announcer().announce(session, slug, Announcement(AUTHOR, subject, lines))
    print(f"{slug} is open again." if undo else f"{slug} is in the archive:")
    for line in lines:
        print(f"  {line}")
    return 0


@click.command()
@slug_argument
@click.option("--now", is_flag=True, help="Do it. Without this, only what would happen is printed.")
@with_database
def remove_pack(session: Session, slug: str, now: bool) -> int:
    """Remove a campaign for good, with all signatures.

    What happens to the signatures is printed first, in numbers. Owners and trustees get an e-mail.
    """
    with transaction(session):
        lines = consequences.of_removal(session, _campaign(session, slug))
        confirmed(session, slug, now, Message("the campaign was removed"), lines)
        removal.remove(session, slug, AUTHOR, day_in_campaign(session, slug))
    erase_links(service(Outbox), slug, service(Petitions).server_keys(slug))
    print(f"{slug} was removed:")
    for line in lines:
        print(f"  {line}")
    return 0


def _campaign(session: Session, slug: str) -> Campaign:
    """The campaign. Raises LookupError if there is none or it was removed."""
    campaign = session.scalars(select(Campaign).where(Campaign.slug == slug)).one_or_none()
    if campaign is None:
        raise LookupError(f"There is no campaign “{slug}” here.")
    if campaign.removed is not None:
        raise RemovedError(slug, campaign.removed)
    return campaign
