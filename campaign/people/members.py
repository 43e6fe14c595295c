"""Members of a campaign: invited, given a role, removed; never without an owner."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from campaign.editions import store
from campaign.editions.models import Campaign
from campaign.people import audit, factors, passwords, signing_in
from campaign.people.audit import Deed
from campaign.people.models import Invitation, Membership, Person
from campaign.people.roles import ROLES
from campaign.people.signing_in import as_kept, in_utc

#: How long an invitation is good.
GOOD_FOR = timedelta(hours=48)


class MemberError(ValueError):
    """What was wanted of a member can't be; `reason` is a word for the page that says so."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Guest:
    """Whom to invite, and as what. `languages` are a translator's."""

    name: str
    email: str
    role: str
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something, by e-mail address or as 'command line', and when (UTC)."""

    by: str
    now: datetime


def invite(session: Session, slug: str, guest: Guest, act: Act) -> str:
    """Invite somebody; the token of the one link. An older invitation of the same address ends. Commits."""
    if guest.role not in ROLES:
        raise MemberError("unknown role")
    campaign = store.locked(session, slug)
    email = as_kept(guest.email)
    _end_invitations(session, campaign, email)
    token = secrets.token_urlsafe(signing_in.TOKEN_BYTES)
    session.add(
        Invitation(
            digest=signing_in.digest(token),
            campaign_id=campaign.id,
            name=guest.name.strip(),
            email=email,
            role=guest.role,
            languages=" ".join(guest.languages),
            until=act.now + GOOD_FOR,
        )
    )
    audit.write(session, campaign.id, Deed(act.by, "invited", email, guest.role), act.now)
    session.commit()
    return token


def _end_invitations(session: Session, campaign: Campaign, email: str) -> None:
    session.execute(
        update(Invitation)
        .where(Invitation.campaign_id == campaign.id, Invitation.email == email)
        .values(used=True)
    )


def invitation(session: Session, token: str, now: datetime) -> Invitation | None:
    """The invitation of a link, if it is still good."""
    found = session.get(Invitation, signing_in.digest(token))
    if found is None or found.used or now > in_utc(found.until):
        return None
    return found


def accept(session: Session, token: str, password: str, totp: str, now: datetime) -> tuple[Person, list[str]]:
    """Become a member with a password and a code generator; also the recovery codes. Commits.

    Raises MemberError('gone') for a link that is not good any more. Somebody who organises
    another campaign here already keeps their own password and generator.
    """
    found = invitation(session, token, now)
    if found is None:
        raise MemberError("gone")
    slug = session.scalars(select(Campaign.slug).where(Campaign.id == found.campaign_id)).one()
    campaign = store.locked(session, slug)
    found = session.get(Invitation, signing_in.digest(token), with_for_update=True)
    if found is None or found.used:
        session.rollback()
        raise MemberError("gone")
    found.used = True
    person = session.scalars(select(Person).where(Person.email == found.email)).one_or_none()
    codes: list[str] = []
    if person is None or person.removed:
        person = person or Person(email=found.email)
        person.name, person.removed, person.totp_step = found.name, False, 0
        person.password, person.totp = passwords.hashed(password), totp
        session.add(person)
        session.flush()
        codes = factors.new_recovery_codes(session, person)
    session.merge(
        Membership(person_id=person.id, campaign_id=campaign.id, role=found.role, languages=found.languages)
    )
    audit.write(session, campaign.id, Deed(found.email, "joined", found.email, found.role), now)
    session.commit()
    return person, codes


def membership(session: Session, person: Person, slug: str) -> Membership | None:
    """What a person is in a campaign; None for nothing, or for a campaign that there is not."""
    query = (
        select(Membership)
        .join(Campaign, Campaign.id == Membership.campaign_id)
        .where(Campaign.slug == slug, Membership.person_id == person.id)
    )
    return session.scalars(query).one_or_none()


def members(session: Session, slug: str) -> list[tuple[Person, Membership]]:
    """Everybody in a campaign, by name."""
    query = (
        select(Person, Membership)
        .join(Membership, Membership.person_id == Person.id)
        .join(Campaign, Campaign.id == Membership.campaign_id)
        .where(Campaign.slug == slug)
        .order_by(Person.name, Person.id)
    )
    return [(person, one) for person, one in session.execute(query)]


def change_role(session: Session, slug: str, person: Person, guest: Guest, act: Act) -> None:
    """Give a member another role (that of `guest`); all their sign-ins end. Commits.

    Raises MemberError: 'unknown role', 'no member', or 'last owner'.
    """
    if guest.role not in ROLES:
        raise MemberError("unknown role")
    campaign, one = _member(session, slug, person, keeps_owner=guest.role == "owner")
    one.role, one.languages = guest.role, " ".join(guest.languages)
    signing_in.end_all(session, person)
    audit.write(session, campaign.id, Deed(act.by, "changed role", person.email, guest.role), act.now)
    session.commit()


def remove(session: Session, slug: str, person: Person, act: Act) -> None:
    """Take somebody out of a campaign; all their sign-ins and open invitations end. Commits.

    Who is in no campaign any more can't sign in. Raises MemberError: 'no member', 'last owner'.
    """
    campaign, one = _member(session, slug, person, keeps_owner=False)
    session.delete(one)
    session.flush()
    left = session.scalars(select(Membership).where(Membership.person_id == person.id)).first()
    person.removed = left is None
    signing_in.end_all(session, person)
    _end_invitations(session, campaign, person.email)
    audit.write(session, campaign.id, Deed(act.by, "removed", person.email), act.now)
    session.commit()


def _member(session: Session, slug: str, person: Person, keeps_owner: bool) -> tuple[Campaign, Membership]:
    """The locked campaign and the membership, if it may change without leaving no owner."""
    campaign = store.locked(session, slug)
    query = select(Membership).where(Membership.campaign_id == campaign.id, Membership.person_id == person.id)
    one = session.scalars(query).one_or_none()
    if one is None:
        session.rollback()
        raise MemberError("no member")
    owners = select(Membership.person_id).where(
        Membership.campaign_id == campaign.id, Membership.role == "owner"
    )
    if not keeps_owner and session.scalars(owners).all() == [person.id]:
        session.rollback()
        raise MemberError("last owner")
    return campaign, one


def new_password(session: Session, here: signing_in.Here, slug: str, password: str, now: datetime) -> None:
    """Another password; every other sign-in of the person ends. Commits."""
    campaign = store.locked(session, slug)
    here.person.password = passwords.hashed(password)
    signing_in.end_all(session, here.person, but=here.digest)
    audit.write(session, campaign.id, Deed(here.person.email, "changed password", here.person.email), now)
    session.commit()
