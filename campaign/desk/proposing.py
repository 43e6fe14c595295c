"""How pages of the desk propose what one person can't do alone, and tell owners and trustees."""

from __future__ import annotations

from typing import Any

from flask import g

from campaign import clock
from campaign.database import db
from campaign.mail.outbox import Outbox
from campaign.petition import proposals
from campaign.petition.owner_mail import Announcer
from campaign.petition.proposal_kinds import ProposalKind
from campaign.petition.proposals import Change, Decider
from campaign.services import service
from campaign.web.domains import base_url
from campaign.web.messages import translated
from campaign.web.open_edition import campaign_day


def decider() -> Decider:
    """Who is at the desk, now."""
    person = g.desk.sign_in.person
    return Decider(person.id, person.email, clock.now(), campaign_day(g.desk.slug))


def announcer() -> Announcer:
    """Writes to owners and trustees in the language of the page."""
    return Announcer(service(Outbox), base_url(), g.address["language"], translated)


def propose(kind: ProposalKind, **payload: Any) -> None:
    """Propose a change of this campaign. Commits. Raises MemberError or KeyFileError."""
    proposals.propose(db.session, g.desk.slug, Change(kind, payload), decider(), announcer())
