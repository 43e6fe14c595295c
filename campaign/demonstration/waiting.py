"""What waits for somebody at the desk: an invitation, a change, an exclusion list, a request, an event."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign import clock
from campaign.database import db
from campaign.demonstration.people import email_of, organiser
from campaign.mail.outbox import Outbox
from campaign.pack.model import Pack
from campaign.paper.numbers import Number, written
from campaign.people import members
from campaign.people.members import Action, Guest
from campaign.petition import event_networks, exclusions, paper_requests, proposals
from campaign.petition.event_networks import Event, read_network
from campaign.petition.exclusions import Organiser
from campaign.petition.models import Signature
from campaign.petition.owner_mail import Announcer
from campaign.petition.proposal_kinds import ProposalKind
from campaign.petition.proposals import Change, Decider
from campaign.petition.status import Petitions
from campaign.services import service
from campaign.settings import Settings
from campaign.signatures import exclusion_list, person
from campaign.signatures.exclusion_list import ExclusionLine
from campaign.signatures.person import STALL
from campaign.signatures.trial_keys import TrialKind, trial_key

#: Who is invited: the second one as an owner, to whom another owner has to agree.
GUESTS = (("Ines Invited", "reader"), ("Ivan Invited", "owner"))

#: Records on the exclusion list.
LISTED = 2


def leave_waiting(app: Flask, pack: Pack) -> None:
    """Owners and clerks begin what needs somebody else. Commits."""
    session, now = db.session, clock.now()
    who, today = email_of("Olga"), clock.today(pack.time_zone)
    (reader, role), (owner, _role) = GUESTS
    members.invite(session, pack.slug, Guest(reader, email_of(reader), role), Action(who, now))
    by = Decider(organiser("Olga Owner"), who, now, today)
    change = Change(ProposalKind.OWNER, {"name": owner, "email": email_of(owner), "languages": ""})
    announcer = Announcer(service(Outbox, app), service(Settings, app).public_url)
    proposals.propose(session, pack.slug, change, by, announcer)
    _exclude(session, pack, Organiser(organiser("Olga Owner"), who, today))
    sheet = written(pack.slug, Number(1, 1))
    paper_requests.add(session, pack.slug, (sheet, 2), None, (email_of("Clara"), today))
    begins = (now + timedelta(10)).replace(minute=0, second=0, microsecond=0)
    event = Event(
        read_network("203.0.113.0/24"), "Invented street festival", begins, begins + timedelta(hours=5)
    )
    event_networks.add(session, pack.slug, who, event)


def _exclude(session: Session, pack: Pack, by: Organiser) -> None:
    """A list that trustees wrote: two records are excluded when a second person agrees."""
    campaign = service(Petitions).held(pack.slug).campaign
    key = trial_key(pack.slug, kind=TrialKind.DEMONSTRATION)
    query = select(Signature).where(Signature.campaign_id == campaign).order_by(Signature.id)
    lines = []
    for record in session.scalars(query.limit(LISTED)):
        signer = person.from_bytes(key.open(record.sealed))
        country = "" if signer.way == STALL else signer.country
        lines.append(ExclusionLine("void", record.id, country, "the same person twice", signer.way))
    exclusions.propose(session, pack.slug, exclusion_list.written(pack.slug, "0" * 64, lines), by)
