"""python -m campaign people: the first organisers, who is there, and whether the audit is whole."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from typing import Any

from campaign.cli.common import AUTHOR, campaign_option, in_campaign
from campaign.people.roles import ROLES


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of `people`."""
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    invite = actions.add_parser("invite", help="print a link by which somebody joins, once, within 48 hours")
    invite.add_argument("name", metavar="NAME")
    invite.add_argument("email", metavar="EMAIL")
    invite.add_argument("--role", choices=list(ROLES), default="editor")
    invite.add_argument("--languages", default="", metavar="ru,kk", help="of a translator")
    campaign_option(invite)
    invite.set_defaults(command=in_campaign(_invite))
    who = actions.add_parser("list", help="who organises a campaign")
    campaign_option(who)
    who.set_defaults(command=in_campaign(_list))


def add_audit_options(parser: argparse.ArgumentParser) -> None:
    """The options of `audit`."""
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    verify = actions.add_parser("verify", help="say whether no row of the audit was changed or taken out")
    campaign_option(verify)
    verify.set_defaults(command=in_campaign(_verify))


def link(public_url: str, language: str, token: str, port: int) -> str:
    """The address under which an invitation is accepted."""
    return f"{public_url or f'http://localhost:{port}'}/{language}/desk/join/{token}"


def _invite(options: argparse.Namespace, session: Any, slug: str) -> int:
    from campaign import email_address
    from campaign.people import members
    from campaign.people.members import Action, Guest
    from campaign.settings import read

    try:
        email = email_address.parse(options.email).shown
    except ValueError as error:
        raise ValueError(f"“{options.email}” is not an e-mail address: {error}") from None
    guest = Guest(options.name, email, options.role, tuple(filter(None, options.languages.split(","))))
    token = members.invite(session, slug, guest, Action(AUTHOR, datetime.now(UTC)))
    port = int(os.environ.get("PORT") or 8000)
    print(f"{options.name} joins {slug} as {options.role} here, once, within 48 hours:")
    print(link(read().public_url, "en", token, port))
    return 0


def _list(_options: argparse.Namespace, session: Any, slug: str) -> int:
    from campaign.people import members

    for person, one in members.members(session, slug):
        print(f"{one.role:<10} {person.name} <{person.email}> {one.languages}".rstrip())
    return 0


def _verify(_options: argparse.Namespace, session: Any, slug: str) -> int:
    from campaign.people import audit

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
