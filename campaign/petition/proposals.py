"""Changes that one person can't make alone: a second owner agrees, or the time to object passes.

Nothing happens by itself. With another owner, that owner carries the change out, which is to agree to
it. Without one, the person who proposed it does, 72 hours after owners and trustees were informed. Until
then anybody at the desk who may publish can stop it. After two weeks a proposal lapses.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.database import in_utc
from campaign.editions import store
from campaign.editions.models import Campaign
from campaign.messages import Message
from campaign.people import audit, members, membership_rules
from campaign.people.audit import AuditEvent, AuditVerb
from campaign.people.members import Action, Guest, MemberError
from campaign.people.models import Person
from campaign.petition import administration, consequences, removal
from campaign.petition.administration import KeyProof
from campaign.petition.models import Proposal
from campaign.petition.owner_mail import Announcement, Announcer
from campaign.petition.proposal_kinds import DONE, LAPSES, MOST_PAYLOAD, OPEN, STOPPED, WAIT, ProposalKind
from campaign.signatures.public_keys import read_public_line
from campaign.untrusted import json_value


class WaitError(Exception):
    """It can't be carried out by this person now: `until` (UTC), or None if another owner has to do it."""

    def __init__(self, until: datetime | None) -> None:
        self.until = until
        super().__init__(until.isoformat() if until else "somebody else has to agree")


@dataclass(frozen=True, slots=True)
class Decider:
    """Who proposes, carries out or stops, when (UTC), and on which day of the campaign."""

    person: int
    email: str
    now: datetime
    today: date


@dataclass(frozen=True, slots=True)
class Change:
    """A change and what it needs: the line of a key, a person's number and role, a name and an address.

    The removal of a campaign needs nothing.
    """

    kind: ProposalKind
    payload: Mapping[str, Any]

    @property
    def body(self) -> str:
        return json.dumps(dict(self.payload), sort_keys=True, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class PendingChange:
    """An open proposal: what it does, and who can carry it out when.

    `second`: another owner has to agree. Otherwise the change can be carried out from `ready` on (UTC).
    """

    row: Proposal
    lines: list[Message]
    second: bool
    ready: datetime


def propose(session: Session, slug: str, change: Change, by: Decider, announcer: Announcer) -> Proposal:
    """Propose a change, and tell owners and trustees what it does. Commits.

    The same proposal made again is the one that is open already. Raises MemberError or KeyFileError
    for a change that could never be carried out.
    """
    digest = hashlib.sha256(f"{change.kind.value}\n{change.body}".encode()).digest()
    with store.writing(session, slug) as campaign:
        for row in _open(session, campaign, by.now):
            if row.digest == digest:
                return row
        _check(session, campaign, change.kind, change.payload)
        row = Proposal(
            campaign_id=campaign.id, kind=change.kind.value, payload=change.body, digest=digest,
            person_id=by.person, who=by.email, at=by.now, state=OPEN, decided_by="", decided=None,
        )  # fmt: skip
        session.add(row)
        session.flush()
        _write_audit(session, campaign, AuditVerb.PROPOSE_CHANGE, row, by)
        pending = _pending(session, campaign, row)
        lines = [*pending.lines, _who_decides(pending)]
        announcer.announce(session, slug, Announcement(by.email, Message("a change was proposed"), lines))
        return row


def pending(session: Session, slug: str, now: datetime) -> list[PendingChange]:
    """What is proposed and neither carried out, stopped nor lapsed, the oldest first."""
    query = select(Campaign).where(Campaign.slug == slug)
    campaign = session.scalars(query).one_or_none()
    rows = _open(session, campaign, now) if campaign else []
    return [_pending(session, campaign, row) for row in rows if campaign]


def carry_out(session: Session, slug: str, number: int, by: Decider, announcer: Announcer) -> str:
    """Carry a proposal out, as an owner; returns the token of an invitation, or ''. Commits.

    Raises LookupError for one that is not open or by somebody who is no owner, WaitError if it is too
    early or another owner has to agree, and MemberError or KeyFileError if it is not possible any more.
    """
    with store.writing(session, slug) as campaign:
        row = _find(session, campaign, number, by.now)
        pending = _pending(session, campaign, row)
        if by.person not in membership_rules.owners(session, campaign):
            raise LookupError(number)
        agrees = by.person != row.person_id
        if not agrees and pending.second:
            raise WaitError(None)
        if not agrees and by.now < pending.ready:
            raise WaitError(pending.ready)
        # The audit and the e-mails come first: afterwards, the people concerned may be gone.
        _decide(session, campaign, row, (DONE, AuditVerb.CARRY_OUT_CHANGE), by)
        done = Announcement(by.email, Message("a change was carried out"), pending.lines)
        announcer.announce(session, slug, done)
        return _CARRY_OUT[ProposalKind(row.kind)](
            session, campaign, json_value(row.payload, MOST_PAYLOAD), by
        )


def stop(session: Session, slug: str, number: int, by: Decider, announcer: Announcer) -> None:
    """Stop a proposal. Commits. Raises LookupError for one that is not open."""
    with store.writing(session, slug) as campaign:
        row = _find(session, campaign, number, by.now)
        lines = _pending(session, campaign, row).lines
        _decide(session, campaign, row, (STOPPED, AuditVerb.STOP_CHANGE), by)
        announcer.announce(
            session, slug, Announcement(by.email, Message("a proposed change was stopped"), lines)
        )


def _open(session: Session, campaign: Campaign, now: datetime) -> list[Proposal]:
    query = (
        select(Proposal)
        .where(Proposal.campaign_id == campaign.id, Proposal.state == OPEN, Proposal.at > now - LAPSES)
        .order_by(Proposal.id)
    )
    return list(session.scalars(query))


def _find(session: Session, campaign: Campaign, number: int, now: datetime) -> Proposal:
    for row in _open(session, campaign, now):
        if row.id == number:
            return row
    raise LookupError(number)


def _pending(session: Session, campaign: Campaign, row: Proposal) -> PendingChange:
    kind, payload = ProposalKind(row.kind), json_value(row.payload, MOST_PAYLOAD)
    # The person whom it is about agrees to nothing: an owner who can't be reached could stay for ever.
    concerned = {row.person_id, payload.get("person", 0)}
    others = set(membership_rules.owners(session, campaign)) - concerned
    lines = consequences.of_proposal(session, campaign, kind, payload)
    return PendingChange(row, lines, bool(others), in_utc(row.at) + WAIT)


def _who_decides(pending: PendingChange) -> Message:
    if pending.second:
        return Message(
            "Nothing has changed yet. Another owner has to agree, at the desk under “Pending changes”."
        )
    return Message(
        "Nothing has changed yet. It can be carried out from %(time)s UTC on, and stopped until then, "
        "at the desk under “Pending changes”.",
        time=pending.ready.strftime("%Y-%m-%d %H:%M"),
    )


def _decide(
    session: Session, campaign: Campaign, row: Proposal, outcome: tuple[str, AuditVerb], by: Decider
) -> None:
    row.state, row.decided_by, row.decided = outcome[0], by.email, by.now
    _write_audit(session, campaign, outcome[1], row, by)


def _write_audit(session: Session, campaign: Campaign, verb: AuditVerb, row: Proposal, by: Decider) -> None:
    lines = _pending(session, campaign, row).lines
    event = AuditEvent(by.email, verb, f"{row.kind} {row.id}", str(lines[0]))
    audit.write(session, campaign.id, event, by.now)


def _check(session: Session, campaign: Campaign, kind: ProposalKind, payload: Mapping[str, Any]) -> None:
    """Raises MemberError or KeyFileError for what could not be carried out today."""
    if kind is ProposalKind.CAMPAIGN:
        return
    if kind is ProposalKind.KEY:
        administration.check_next_key(session, campaign, read_public_line(payload["public"]))
        return
    person = session.get(Person, payload["person"]) if "person" in payload else None
    if kind is ProposalKind.OWNER:
        members.check_invitable(session, campaign, payload["email"])
    elif person is None or membership_rules.find(session, campaign, person) is None:
        raise MemberError("no member")
    elif payload.get("role") != "owner":
        membership_rules.check_leaving(session, campaign, person)


def _act(by: Decider) -> Action:
    return Action(by.email, by.now, agreed=True)


def _install_key(session: Session, campaign: Campaign, payload: dict[str, Any], by: Decider) -> str:
    key = read_public_line(payload["public"])
    administration.publish_key(session, key, by.email, by.today, KeyProof(agreed=True))
    return ""


def _invite(session: Session, campaign: Campaign, payload: dict[str, Any], by: Decider) -> str:
    guest = Guest(payload["name"], payload["email"], "owner")
    return members.invite(session, campaign.slug, guest, _act(by))


def _change_role(session: Session, campaign: Campaign, payload: dict[str, Any], by: Decider) -> str:
    guest = Guest("", "", payload["role"], tuple(payload["languages"]))
    members.change_role(session, campaign.slug, _person(session, payload), guest, _act(by))
    return ""


def _remove(session: Session, campaign: Campaign, payload: dict[str, Any], by: Decider) -> str:
    members.remove(session, campaign.slug, _person(session, payload), _act(by))
    return ""


def _remove_campaign(session: Session, campaign: Campaign, payload: dict[str, Any], by: Decider) -> str:
    removal.remove(session, campaign.slug, by.email, by.today)
    return ""


def _person(session: Session, payload: dict[str, Any]) -> Person:
    person = session.get(Person, payload["person"])
    if person is None:
        raise MemberError("no member")
    return person


_CARRY_OUT: dict[ProposalKind, Callable[[Session, Campaign, dict[str, Any], Decider], str]] = {
    ProposalKind.KEY: _install_key,
    ProposalKind.OWNER: _invite,
    ProposalKind.ROLE: _change_role,
    ProposalKind.REMOVAL: _remove,
    ProposalKind.CAMPAIGN: _remove_campaign,
}
