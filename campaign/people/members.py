"""Members of a campaign: invited, given a role, removed; never without an owner."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from campaign.database import in_utc
from campaign.editions import comments, store
from campaign.editions.models import Campaign
from campaign.people import audit, factors, membership_rules, passkeys, passwords, signing_in
from campaign.people.audit import AuditEvent, AuditVerb
from campaign.people.membership_rules import Action, MemberError, Role
from campaign.people.models import DailyMail, Invitation, Membership, Passkey, Person, RecoveryCode
from campaign.people.passkeys import Credential
from campaign.people.signing_in import CurrentSignIn, as_kept

__all__ = ["Action", "MemberError"]

#: How long an invitation is valid.
GOOD_FOR = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Guest:
    """A person to invite, and their role. `languages` are those of a translator."""

    name: str
    email: str
    role: str
    languages: tuple[str, ...] = ()

    @property
    def as_role(self) -> Role:
        """The role that they are to have."""
        return Role(self.role, self.languages)


def invite(session: Session, slug: str, guest: Guest, act: Action) -> str:
    """Invite a person; returns the token of the link. Ends older invitations of the same address. Commits.

    Raises MemberError: 'unknown role'; 'member already' for somebody whose role can be changed instead;
    'second owner' if somebody else has to agree to one more owner.
    """
    membership_rules.check_role(guest.role)
    with store.writing(session, slug) as campaign:
        check_invitable(session, campaign, guest.email)
        membership_rules.check_owners(session, campaign, guest.role == "owner", act)
        return _add_invitation(session, campaign, guest, act)


def _add_invitation(session: Session, campaign: Campaign, guest: Guest, act: Action, note: str = "") -> str:
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
    event = AuditEvent(act.by, AuditVerb.INVITED, email, note or guest.role)
    audit.write(session, campaign.id, event, act.now)
    return token


def check_invitable(session: Session, campaign: Campaign, email: str) -> None:
    """Raises MemberError('member already') for the address of a member."""
    person = session.scalars(select(Person).where(Person.email == as_kept(email))).one_or_none()
    if person is not None and membership_rules.find(session, campaign, person) is not None:
        raise MemberError("member already")


def resend(session: Session, slug: str, digest: bytes, act: Action) -> str:
    """A new link for an open invitation, for another 48 hours; the older link ends. Commits.

    Anybody who had to agree to the invitation agreed to this one, too. Raises MemberError('gone').
    """
    with store.writing(session, slug) as campaign:
        invited = _open_invitation(session, campaign, digest, act.now)
        languages = tuple(invited.languages.split())
        guest = Guest(invited.name, invited.email, invited.role, languages)
        return _add_invitation(session, campaign, guest, act, f"{guest.role}, again")


def withdraw(session: Session, slug: str, digest: bytes, act: Action) -> None:
    """End an open invitation. Commits. Raises MemberError('gone')."""
    with store.writing(session, slug) as campaign:
        invited = _open_invitation(session, campaign, digest, act.now)
        invited.used = True
        event = AuditEvent(act.by, AuditVerb.WITHDREW_INVITATION, invited.email, invited.role)
        audit.write(session, campaign.id, event, act.now)


def _open_invitation(session: Session, campaign: Campaign, digest: bytes, now: datetime) -> Invitation:
    invited = session.get(Invitation, digest, with_for_update=True)
    if invited is None or invited.campaign_id != campaign.id or invited.used or now > in_utc(invited.until):
        raise MemberError("gone")
    return invited


def _end_invitations(session: Session, campaign: Campaign, email: str) -> None:
    session.execute(
        update(Invitation)
        .where(Invitation.campaign_id == campaign.id, Invitation.email == email)
        .values(used=True)
    )


def invitation(session: Session, token: str, now: datetime) -> Invitation | None:
    """The invitation of a link, if it is still valid."""
    invited = session.get(Invitation, signing_in.digest(token))
    if invited is None or invited.used or now > in_utc(invited.until):
        return None
    return invited


@dataclass(frozen=True, slots=True)
class Proofs:
    """How a new member will sign in: a passkey, or a password with a code generator's secret.

    `name` and `email` are used only if the invitation has none, like the very first one.
    """

    password: str = ""
    totp: str = ""
    passkey: Credential | None = None
    name: str = ""
    email: str = ""


def accept(
    session: Session, token: str, proofs: Proofs, now: datetime, sign_in: CurrentSignIn | None = None
) -> tuple[Person, list[str]]:
    """Become a member; returns the person, and recovery codes if they use a code generator. Commits.

    Somebody who organises here already has to be signed in, keeps their way to sign in, and loses
    their other sign-ins. A member's role never changes by an invitation. Raises MemberError: 'gone'
    for a link that is no longer valid, 'taken' for an address that belongs to another organiser,
    'sign in', 'member already'.
    """
    invited = invitation(session, token, now)
    if invited is None:
        raise MemberError("gone")
    with store.writing(session, slug_of(session, invited)) as campaign:
        invited = _open_invitation(session, campaign, signing_in.digest(token), now)
        if not invited.email and membership_rules.owners(session, campaign):
            raise MemberError("gone")  # the link of the first start is for the first owner
        email = invited.email or as_kept(proofs.email)
        person = _joining_person(session, campaign, (email, bool(invited.email)), sign_in)
        invited.used, invited.email = True, email
        codes: list[str] = []
        if person is None or person.removed:
            person = person or Person(email=email)
            person.name = invited.name or proofs.name.strip()[:120]
            codes = _set_proofs(session, person, proofs, now)
        role = Role(invited.role, tuple(invited.languages.split()))
        # Agreed, because the invitation was.
        act = Action(email, now, agreed=True, stays=sign_in.digest if sign_in else b"")
        membership_rules.set_role(session, campaign, person, role, act)
        audit.write(session, campaign.id, AuditEvent(email, AuditVerb.JOINED, email, invited.role), now)
        return person, codes


def _joining_person(
    session: Session, campaign: Campaign, invited: tuple[str, bool], sign_in: CurrentSignIn | None
) -> Person | None:
    """Who has the address, if anybody; `invited` says whether it is the invitation's. Raises MemberError."""
    email, by_invitation = invited
    person = session.scalars(select(Person).where(Person.email == email)).one_or_none()
    if person is None:
        return None
    if not by_invitation:
        raise MemberError("taken")
    if membership_rules.find(session, campaign, person) is not None:
        raise MemberError("member already")
    if not person.removed and (sign_in is None or sign_in.person.id != person.id):
        raise MemberError("sign in")
    return person


def _set_proofs(session: Session, person: Person, proofs: Proofs, now: datetime) -> list[str]:
    """Set how a person signs in; returns recovery codes if they use a code generator."""
    person.removed, person.totp_step = False, 0
    person.password = passwords.hashed(proofs.password) if proofs.password else ""
    person.totp = proofs.totp
    session.add(person)
    session.flush()
    session.execute(delete(Passkey).where(Passkey.person_id == person.id))
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    if proofs.passkey is not None:
        passkeys.keep(session, person, proofs.passkey, "", now)
    return factors.new_recovery_codes(session, person) if proofs.totp else []


def has_way_in(session: Session, email: str) -> bool:
    """Whether somebody already signs in with this address."""
    person = session.scalars(select(Person).where(Person.email == as_kept(email))).one_or_none()
    return person is not None and not person.removed


def slug_of(session: Session, invited: Invitation) -> str:
    """The campaign that an invitation is for."""
    return session.scalars(select(Campaign.slug).where(Campaign.id == invited.campaign_id)).one()


def membership(session: Session, person: Person, slug: str) -> Membership | None:
    """The membership of a person in a campaign; None if they are not a member or it does not exist."""
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
    return [(person, member) for person, member in session.execute(query)]


def change_role(session: Session, slug: str, person: Person, guest: Guest, act: Action) -> None:
    """Give a member another role (that of `guest`); all their sign-ins end. Commits.

    Raises MemberError: 'no member', and those of `membership_rules.set_role`.
    """
    with store.writing(session, slug) as campaign:
        _check_member(session, campaign, person)
        membership_rules.set_role(session, campaign, person, guest.as_role, act)
        event = AuditEvent(act.by, AuditVerb.CHANGED_ROLE, person.email, guest.role)
        audit.write(session, campaign.id, event, act.now)


def remove(session: Session, slug: str, person: Person, act: Action) -> None:
    """Remove a person from a campaign; their sign-ins and open invitations end, their comments go. Commits.

    People without a campaign can't sign in. Raises MemberError: 'no member', and those of
    `membership_rules.set_role`.
    """
    with store.writing(session, slug) as campaign:
        _check_member(session, campaign, person)
        membership_rules.set_role(session, campaign, person, None, act)
        _without_campaign(session, person)
        _end_invitations(session, campaign, person.email)
        comments.erase(session, campaign.id, person.id)
        audit.write(session, campaign.id, AuditEvent(act.by, AuditVerb.REMOVED, person.email), act.now)


def remove_everybody(session: Session, campaign: Campaign) -> None:
    """Remove all people from a campaign that is being removed, with their invitations. The caller commits."""
    query = select(Person).join(Membership, Membership.person_id == Person.id)
    people = list(session.scalars(query.where(Membership.campaign_id == campaign.id)))
    session.execute(delete(Membership).where(Membership.campaign_id == campaign.id))
    session.execute(delete(Invitation).where(Invitation.campaign_id == campaign.id))
    for person in people:
        signing_in.end_all(session, person)
        _without_campaign(session, person)


def _without_campaign(session: Session, person: Person) -> None:
    """A person whose last campaign this was can't sign in any more."""
    remaining = session.scalars(select(Membership).where(Membership.person_id == person.id)).first()
    person.removed = remaining is None
    if person.removed:
        session.execute(delete(Passkey).where(Passkey.person_id == person.id))
        session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
        session.execute(delete(DailyMail).where(DailyMail.person_id == person.id))
        person.password = person.totp = ""


def _check_member(session: Session, campaign: Campaign, person: Person) -> None:
    """Raises MemberError('no member')."""
    if membership_rules.find(session, campaign, person) is None:
        raise MemberError("no member")


def end_sign_ins(session: Session, slug: str, person: Person, act: Action) -> None:
    """End every sign-in of a member. Commits. Raises MemberError('no member')."""
    with store.writing(session, slug) as campaign:
        _check_member(session, campaign, person)
        signing_in.end_all(session, person)
        audit.write(session, campaign.id, AuditEvent(act.by, AuditVerb.ENDED_SIGN_INS, person.email), act.now)


def invitations(session: Session, slug: str, now: datetime) -> list[Invitation]:
    """The invitations that are still valid, newest first."""
    query = (
        select(Invitation)
        .join(Campaign, Campaign.id == Invitation.campaign_id)
        .where(Campaign.slug == slug, ~Invitation.used, Invitation.until > now)
        .order_by(Invitation.until.desc())
    )
    return list(session.scalars(query))


def invite_first(session: Session, slug: str, now: datetime) -> str:
    """The token with which the first owner of a campaign joins, with their own name and address.

    '' if the campaign already has members. Older tokens end. Commits.
    """
    if members(session, slug):
        return ""
    return invite(session, slug, Guest("", "", "owner"), Action("first start", now))


def owned(session: Session, person: Person) -> list[str]:
    """The slugs of the campaigns of which somebody is an owner."""
    query = (
        select(Campaign.slug)
        .join(Membership, Membership.campaign_id == Campaign.id)
        .where(Membership.person_id == person.id, Membership.role == "owner")
        .order_by(Campaign.slug)
    )
    return list(session.scalars(query))


def owns_a_campaign(session: Session, person: Person) -> bool:
    """Whether somebody is an owner somewhere on this site."""
    return bool(owned(session, person))


def start(session: Session, campaign: Campaign, person: Person, act: Action) -> None:
    """Make somebody the first owner of a campaign that is being made. The caller commits.

    Their sign-ins end, but for the one that `act` names.
    Raises MemberError('gone') if it has members.
    """
    if session.scalars(select(Membership).where(Membership.campaign_id == campaign.id)).first():
        raise MemberError("gone")
    membership_rules.set_role(session, campaign, person, Role("owner"), act)
    event = AuditEvent(act.by, AuditVerb.START_CAMPAIGN, person.email, campaign.slug)
    audit.write(session, campaign.id, event, act.now)


def campaigns_of(session: Session, person: Person) -> list[str]:
    """The slugs of the campaigns that somebody is a member of."""
    query = (
        select(Campaign.slug)
        .join(Membership, Membership.campaign_id == Campaign.id)
        .where(Membership.person_id == person.id)
        .order_by(Campaign.slug)
    )
    return list(session.scalars(query))
