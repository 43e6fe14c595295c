"""python -m campaign people, audit: invite and list organisers, and verify the audit."""

from __future__ import annotations

import os
import sys

import click
from sqlalchemy.orm import Session

from campaign import clock, email_address
from campaign.cli.database import AUTHOR, confirmed, in_campaign
from campaign.database import transaction
from campaign.messages import Message
from campaign.people import audit, invitations, members
from campaign.people.members import Action, Guest
from campaign.people.roles import ROLES
from campaign.petition import consequences
from campaign.settings import read


@click.command()
@click.argument("name", metavar="NAME", help="The organiser's name.")
@click.argument("email", metavar="EMAIL", help="The organiser's e-mail address.")
@click.option("--role", type=click.Choice(list(ROLES)), default="editor", help="The role (default editor).")
@click.option("--languages", default="", metavar="ru,kk", help="The languages of a translator.")
@click.option("--now", is_flag=True, help="Invite one more owner without asking the owners.")
@in_campaign
def invite(session: Session, slug: str, name: str, email: str, role: str, languages: str, now: bool) -> int:  # noqa: PLR0913, PLR0917
    """Print a link with which somebody joins the campaign.

    The link works once, within 48 hours. For one more owner, the owners are informed.
    """
    try:
        address = email_address.parse(email).shown
    except ValueError as error:
        raise ValueError(f"“{email}” is not an e-mail address: {error}") from None
    guest = Guest(name, address, role, tuple(filter(None, languages.split(","))))
    with transaction(session):
        if role == "owner" and any(member.role == "owner" for _, member in members.members(session, slug)):
            lines = consequences.of_owner(session, slug, audit.campaign_of(session, slug), address)
            confirmed(session, slug, now, Message("an owner was invited"), lines)
        token = members.invite(session, slug, guest, Action(AUTHOR, clock.now(), agreed=now))
    port = int(os.environ.get("PORT") or 8000)
    print(f"{name} joins {slug} as {role} here, once, within 48 hours:")
    print(invitations.link(read().public_url, "en", token, port))
    return 0


@click.command()
@in_campaign
def list_people(session: Session, slug: str) -> int:
    """List the organisers of a campaign."""
    for person, member in members.members(session, slug):
        print(f"{member.role:<10} {person.name} <{person.email}> {member.languages}".rstrip())
    return 0


@click.command()
@in_campaign
def verify_audit(session: Session, slug: str) -> int:
    """Check that no row was changed or removed.

    Exit code 1: a row was.
    """
    campaign = audit.campaign_of(session, slug)
    broken = audit.broken_at(session, campaign)
    if broken is not None:
        print(
            f"{slug}: the audit is broken at row {broken}: a row was changed or taken out.", file=sys.stderr
        )
        return 1
    print(
        f"{slug}: {len(audit.rows(session, campaign))} rows, whole.",
        f"Head: {audit.head(session, campaign).hex()}",
    )
    return 0
