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
class Action:
    """Who does something, by e-mail address or as 'command line', and when (UTC)."""

    by: str
    now: datetime


def invite(session: Session, slug: str, guest: Guest, act: Action) -> str:
    """Invite somebody; the token of the one link. An older invitation of the same address ends. Commits."""
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
    """The invitation of a link, if it is still good."""
    found = session.get(Invitation, signing_in.digest(token))
    if found is None or found.used or now > in_utc(found.until):
        return None
    return found


@dataclass(frozen=True, slots=True)
class Proofs:
    """How a new member will sign in: a passkey, or a password with a code generator's secret.

    `name` and `email` count only where the invitation has none, as the very first one has not.
    """

    password: str = ""
    totp: str = ""
    passkey: Credential | None = None
    name: str = ""
    email: str = ""


def accept(session: Session, token: str, proofs: Proofs, now: datetime) -> tuple[Person, list[str]]:
    """Become a member; also the recovery codes of somebody who has a code generator. Commits.

    Raises MemberError: 'gone' for a link that is not good any more, 'taken' for an address that
    somebody else organises under. Who organises another campaign here keeps what they sign in with.
    """
    found = invitation(session, token, now)
    if found is None:
        raise MemberError("gone")
    with store.writing(session, slug_of(session, found)) as campaign:
        found = session.get(Invitation, signing_in.digest(token), with_for_update=True)
        if found is None or found.used:
            raise MemberError("gone")
        email = found.email or as_kept(proofs.email)
        person = session.scalars(select(Person).where(Person.email == email)).one_or_none()
        if person is not None and not found.email:
            raise MemberError("taken")
        found.used, found.email = True, email
        codes: list[str] = []
        if person is None or person.removed:
            person = person or Person(email=email)
            person.name = found.name or proofs.name.strip()[:120]
            codes = _given(session, person, proofs, now)
        session.merge(
            Membership(
                person_id=person.id, campaign_id=campaign.id, role=found.role, languages=found.languages
            )
        )
        audit.write(session, campaign.id, AuditEvent(email, AuditVerb.JOINED, email, found.role), now)
        return person, codes


def _given(session: Session, person: Person, proofs: Proofs, now: datetime) -> list[str]:
    """What a person signs in with from here on; the recovery codes, if there is a code generator."""
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
    """Whether somebody signs in here under this address already."""
    person = session.scalars(select(Person).where(Person.email == as_kept(email))).one_or_none()
    return person is not None and not person.removed


def slug_of(session: Session, found: Invitation) -> str:
    """The campaign that an invitation is for."""
    return session.scalars(select(Campaign.slug).where(Campaign.id == found.campaign_id)).one()


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
    """Take somebody out of a campaign; all their sign-ins and open invitations end. Commits.

    Who is in no campaign any more can't sign in. Raises MemberError: 'no member', 'last owner'.
    """
    with store.writing(session, slug) as campaign:
        session.delete(_member(session, campaign, person, keeps_owner=False))
        session.flush()
        left = session.scalars(select(Membership).where(Membership.person_id == person.id)).first()
        person.removed = left is None
        signing_in.end_all(session, person)
        if person.removed:
            session.execute(delete(Passkey).where(Passkey.person_id == person.id))
            session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
            person.password = person.totp = ""
        _end_invitations(session, campaign, person.email)
        audit.write(session, campaign.id, AuditEvent(act.by, AuditVerb.REMOVED, person.email), act.now)


def _member(session: Session, campaign: Campaign, person: Person, keeps_owner: bool) -> Membership:
    """The membership of a locked campaign, if it may change without leaving no owner."""
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
    """Those that are still good, the newest first."""
    query = (
        select(Invitation)
        .join(Campaign, Campaign.id == Invitation.campaign_id)
        .where(Campaign.slug == slug, ~Invitation.used, Invitation.until > now)
        .order_by(Invitation.until.desc())
    )
    return list(session.scalars(query))


def invite_first(session: Session, slug: str, now: datetime) -> str:
    """The token by which the first owner of a campaign joins, under a name and address of their own.

    '' if the campaign has members already. An older one ends. Commits.
    """
    if members(session, slug):
        return ""
    return invite(session, slug, Guest("", "", "owner"), Action("first start", now))


# what people change of their own


def new_password(session: Session, here: CurrentSignIn, password: str, now: datetime) -> None:
    """Another password; every other sign-in of the person ends. Commits."""
    kept = passwords.hashed(password)

    def change() -> None:
        here.person.password = kept

    _own_change(session, here, AuditVerb.CHANGED_PASSWORD, now, change)


def new_generator(session: Session, here: CurrentSignIn, totp: str, now: datetime) -> list[str]:
    """Another code generator; the fresh recovery codes. Every other sign-in ends. Commits."""
    codes: list[str] = []

    def change() -> None:
        here.person.totp, here.person.totp_step = totp, 0
        codes.extend(factors.new_recovery_codes(session, here.person))

    _own_change(session, here, AuditVerb.CHANGED_CODE_GENERATOR, now, change)
    return codes


def new_codes(session: Session, here: CurrentSignIn, now: datetime) -> list[str]:
    """Fresh recovery codes in place of all older ones. Every other sign-in ends. Commits."""
    codes: list[str] = []
    _own_change(
        session,
        here,
        AuditVerb.MADE_RECOVERY_CODES,
        now,
        lambda: codes.extend(factors.new_recovery_codes(session, here.person)),
    )
    return codes


def add_passkey(session: Session, here: CurrentSignIn, new: Credential, name: str, now: datetime) -> None:
    """One more passkey. Every other sign-in ends. Commits. Raises PasskeyError."""
    _own_change(
        session,
        here,
        AuditVerb.ADDED_PASSKEY,
        now,
        lambda: passkeys.keep(session, here.person, new, name, now),
    )


def remove_passkey(session: Session, here: CurrentSignIn, credential: bytes, now: datetime) -> None:
    """One passkey less. Every other sign-in ends. Commits.

    Raises MemberError: 'no passkey' for one that is not theirs, 'last way in' for the only
    thing that they sign in with.
    """
    own = {one.credential for one in passkeys.of_person(session, here.person)}
    if credential not in own:
        raise MemberError("no passkey")
    if len(own) == 1 and not (here.person.password and here.person.totp):
        raise MemberError("last way in")

    def change() -> None:
        session.execute(delete(Passkey).where(Passkey.credential == credential))

    _own_change(session, here, AuditVerb.REMOVED_PASSKEY, now, change)


def write_audit(session: Session, person: Person, what: AuditVerb, now: datetime) -> None:
    """Write to the audit of every campaign of a person what they did with what proves them. Commits."""
    with transaction(session):
        for campaign in _campaigns(session, person):
            audit.write(session, campaign.id, AuditEvent(person.email, what, person.email), now)


def _own_change(
    session: Session, here: CurrentSignIn, what: AuditVerb, now: datetime, change: Callable[[], None]
) -> None:
    with transaction(session):
        campaigns = _campaigns(session, here.person)
        change()
        signing_in.end_all(session, here.person, but=here.digest)
        for campaign in campaigns:
            audit.write(session, campaign.id, AuditEvent(here.person.email, what, here.person.email), now)


def _campaigns(session: Session, person: Person) -> list[Campaign]:
    """The campaigns of a person, locked in one order, so that two who do this do not wait for ever."""
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
