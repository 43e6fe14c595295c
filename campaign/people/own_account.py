"""Changes that people make to their own account: each ends their other sign-ins and is in the audit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from campaign.database import transaction
from campaign.editions.models import Campaign
from campaign.people import audit, factors, passkeys, passwords, signing_in
from campaign.people.audit import AuditEvent, AuditVerb
from campaign.people.membership_rules import MemberError
from campaign.people.models import Membership, Passkey, Person
from campaign.people.passkeys import Credential
from campaign.people.signing_in import CurrentSignIn


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
