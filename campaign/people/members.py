"""Members of a campaign: invited, given a role, removed; never without an owner."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from campaign.database import in_utc, transaction
from campaign.editions import store
from campaign.editions.models import Campaign
from campaign.people import audit, factors, passkeys, passwords, signing_in
from campaign.people.audit import AuditEvent, AuditVerb
from campaign.people.models import Invitation, Membership, Passkey, Person, RecoveryCode
from campaign.people.passkeys import Credential
from campaign.people.roles import ROLES
from campaign.people.signing_in import CurrentSignIn, as_kept

#: How long an invitation is valid.
GOOD_FOR = timedelta(hours=48)


class MemberError(ValueError):
    """A change that can't be made; `reason` is a key for the message on the page."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Guest:
    """A person to invite, and their role. `languages` are those of a translator."""

    name: str
    email: str
    role: str
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """Who acts, by e-mail address or as 'command line', and when (UTC)."""

    by: str
    now: datetime


def invite(session: Session, slug: str, guest: Guest, act: Action) -> str:
    """Invite a person; returns the token of the link. Ends older invitations of the same address. Commits."""
    if guest.role not in ROLES:
        raise MemberError("unknown role")
    with store.writing(session, slug) as campaign:
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
        audit.write(session, campaign.id, AuditEvent(act.by, AuditVerb.INVITED, email, guest.role), act.now)
        return token


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


def accept(session: Session, token: str, proofs: Proofs, now: datetime) -> tuple[Person, list[str]]:
    """Become a member; returns the person, and recovery codes if they use a code generator. Commits.

    Raises MemberError: 'gone' for a link that is no longer valid, 'taken' for an address that
    belongs to another organiser. Organisers of another campaign here keep their way to sign in.
    """
    invited = invitation(session, token, now)
    if invited is None:
        raise MemberError("gone")
    with store.writing(session, slug_of(session, invited)) as campaign:
        invited = session.get(Invitation, signing_in.digest(token), with_for_update=True)
        if invited is None or invited.used:
            raise MemberError("gone")
        email = invited.email or as_kept(proofs.email)
        person = session.scalars(select(Person).where(Person.email == email)).one_or_none()
        if person is not None and not invited.email:
            raise MemberError("taken")
        invited.used, invited.email = True, email
        codes: list[str] = []
        if person is None or person.removed:
            person = person or Person(email=email)
            person.name = invited.name or proofs.name.strip()[:120]
            codes = _set_proofs(session, person, proofs, now)
        session.merge(
            Membership(
                person_id=person.id, campaign_id=campaign.id, role=invited.role, languages=invited.languages
            )
        )
        audit.write(session, campaign.id, AuditEvent(email, AuditVerb.JOINED, email, invited.role), now)
        return person, codes


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

    Raises MemberError: 'unknown role', 'no member', or 'last owner'.
    """
    if guest.role not in ROLES:
        raise MemberError("unknown role")
    with store.writing(session, slug) as campaign:
        member = _member(session, campaign, person, keeps_owner=guest.role == "owner")
        member.role, member.languages = guest.role, " ".join(guest.languages)
        signing_in.end_all(session, person)
        event = AuditEvent(act.by, AuditVerb.CHANGED_ROLE, person.email, guest.role)
        audit.write(session, campaign.id, event, act.now)


def remove(session: Session, slug: str, person: Person, act: Action) -> None:
    """Remove a person from a campaign; all their sign-ins and open invitations end. Commits.

    People without a campaign can't sign in. Raises MemberError: 'no member', 'last owner'.
    """
    with store.writing(session, slug) as campaign:
        session.delete(_member(session, campaign, person, keeps_owner=False))
        session.flush()
        remaining = session.scalars(select(Membership).where(Membership.person_id == person.id)).first()
        person.removed = remaining is None
        signing_in.end_all(session, person)
        if person.removed:
            session.execute(delete(Passkey).where(Passkey.person_id == person.id))
            session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
            person.password = person.totp = ""
        _end_invitations(session, campaign, person.email)
        audit.write(session, campaign.id, AuditEvent(act.by, AuditVerb.REMOVED, person.email), act.now)


def _member(session: Session, campaign: Campaign, person: Person, keeps_owner: bool) -> Membership:
    """The membership in a locked campaign. Raises MemberError if changing it would leave no owner."""
    query = select(Membership).where(Membership.campaign_id == campaign.id, Membership.person_id == person.id)
    member = session.scalars(query).one_or_none()
    if member is None:
        raise MemberError("no member")
    owners = select(Membership.person_id).where(
        Membership.campaign_id == campaign.id, Membership.role == "owner"
    )
    if not keeps_owner and session.scalars(owners).all() == [person.id]:
        raise MemberError("last owner")
    return member


def end_sign_ins(session: Session, slug: str, person: Person, act: Action) -> None:
    """End every sign-in of a member. Commits. Raises MemberError('no member')."""
    with store.writing(session, slug) as campaign:
        _member(session, campaign, person, keeps_owner=True)
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


# changes that people make to their own account


def new_password(session: Session, sign_in: CurrentSignIn, password: str, now: datetime) -> None:
    """Change the password; every other sign-in of the person ends. Commits."""
    hashed = passwords.hashed(password)

    def change() -> None:
        sign_in.person.password = hashed

    _own_change(session, sign_in, AuditVerb.CHANGED_PASSWORD, now, change)


def new_generator(session: Session, sign_in: CurrentSignIn, totp: str, now: datetime) -> list[str]:
    """Change the code generator; returns new recovery codes. Every other sign-in ends. Commits."""
    codes: list[str] = []

    def change() -> None:
        sign_in.person.totp, sign_in.person.totp_step = totp, 0
        codes.extend(factors.new_recovery_codes(session, sign_in.person))

    _own_change(session, sign_in, AuditVerb.CHANGED_CODE_GENERATOR, now, change)
    return codes


def new_codes(session: Session, sign_in: CurrentSignIn, now: datetime) -> list[str]:
    """New recovery codes, replacing all older ones. Every other sign-in ends. Commits."""
    codes: list[str] = []
    _own_change(
        session,
        sign_in,
        AuditVerb.MADE_RECOVERY_CODES,
        now,
        lambda: codes.extend(factors.new_recovery_codes(session, sign_in.person)),
    )
    return codes


def add_passkey(session: Session, sign_in: CurrentSignIn, new: Credential, name: str, now: datetime) -> None:
    """Add a passkey. Every other sign-in ends. Commits. Raises PasskeyError."""
    _own_change(
        session,
        sign_in,
        AuditVerb.ADDED_PASSKEY,
        now,
        lambda: passkeys.keep(session, sign_in.person, new, name, now),
    )


def remove_passkey(session: Session, sign_in: CurrentSignIn, credential: bytes, now: datetime) -> None:
    """Remove a passkey. Every other sign-in ends. Commits.

    Raises MemberError: 'no passkey' if it is not theirs, 'last way in' if they have no other
    means of signing in.
    """
    own = {passkey.credential for passkey in passkeys.of_person(session, sign_in.person)}
    if credential not in own:
        raise MemberError("no passkey")
    if len(own) == 1 and not (sign_in.person.password and sign_in.person.totp):
        raise MemberError("last way in")

    def change() -> None:
        session.execute(delete(Passkey).where(Passkey.credential == credential))

    _own_change(session, sign_in, AuditVerb.REMOVED_PASSKEY, now, change)


def write_audit(session: Session, person: Person, verb: AuditVerb, now: datetime) -> None:
    """Record a change of a person's credentials in the audit of each of their campaigns. Commits."""
    with transaction(session):
        for campaign in _campaigns(session, person):
            audit.write(session, campaign.id, AuditEvent(person.email, verb, person.email), now)


def _own_change(
    session: Session, sign_in: CurrentSignIn, verb: AuditVerb, now: datetime, change: Callable[[], None]
) -> None:
    with transaction(session):
        campaigns = _campaigns(session, sign_in.person)
        change()
        signing_in.end_all(session, sign_in.person, but=sign_in.digest)
        for campaign in campaigns:
            audit.write(
                session, campaign.id, AuditEvent(sign_in.person.email, verb, sign_in.person.email), now
            )


def _campaigns(session: Session, person: Person) -> list[Campaign]:
    """The campaigns of a person, always locked in the same order, so that there is no deadlock."""
    query = (
        select(Campaign)
        .join(Membership, Membership.campaign_id == Campaign.id)
        .where(Membership.person_id == person.id)
        .order_by(Campaign.id)
        .with_for_update(of=Campaign)
    )
    return list(session.scalars(query))


def campaigns_of(session: Session, person: Person) -> list[str]:
    """The slugs of the campaigns that somebody is a member of."""
    query = (
        select(Campaign.slug)
        .join(Membership, Membership.campaign_id == Campaign.id)
        .where(Membership.person_id == person.id)
        .order_by(Campaign.slug)
    )
    return list(session.scalars(query))
