"""Passkeys (WebAuthn, W3C level 3): what the browser is asked, and whether its answer is good.

User verification is always required, so a passkey is two factors in one.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import webauthn
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from campaign.people.models import Passkey, Person, UsedChallenge

#: How long an answer to a challenge is good, and how many random bytes a challenge has.
GOOD_FOR = timedelta(minutes=5)
CHALLENGE_BYTES = 32

#: Most passkeys of one person.
MOST = 10

#: An answer that is longer than this is none.
_LONGEST_ANSWER = 16_000


class PasskeyError(ValueError):
    """The answer is not good: of another site, altered, answered before, or of nobody."""


@dataclass(frozen=True, slots=True)
class Site:
    """To whom a passkey belongs: the host that browsers bind it to, its name, the page's origin."""

    host: str
    name: str
    origin: str


@dataclass(frozen=True, slots=True)
class Credential:
    """A new passkey, as its authenticator made it."""

    credential: bytes
    public_key: bytes
    count: int


def new_challenge() -> bytes:
    """What the authenticator has to sign."""
    return secrets.token_bytes(CHALLENGE_BYTES)


def offer(site: Site, name: str, email: str, challenge: bytes, known: list[bytes]) -> str:
    """What the browser needs to make a passkey, as JSON. `known` are those that there are already."""
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_name=email,
        user_display_name=name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
    )
    return webauthn.options_to_json(options)


def made(site: Site, challenge: bytes, answer: str) -> Credential:
    """The passkey that the browser made. Raises PasskeyError."""
    if len(answer) > _LONGEST_ANSWER:
        raise PasskeyError("too long")
    try:
        found = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise PasskeyError("not good") from error
    return Credential(found.credential_id, found.credential_public_key, found.sign_count)


def ask(site: Site, challenge: bytes) -> str:
    """What the browser needs to sign in with whichever passkey the person picks, as JSON."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host, challenge=challenge, user_verification=UserVerificationRequirement.REQUIRED
    )
    return webauthn.options_to_json(options)


def who(session: Session, site: Site, challenge: bytes, answer: str, now: datetime) -> Person:
    """Whose passkey signed the challenge, once. Raises PasskeyError. Does not commit."""
    if len(answer) > _LONGEST_ANSWER:
        raise PasskeyError("too long")
    try:
        parsed = parse_authentication_credential_json(answer)
        kept = session.get(Passkey, parsed.raw_id)
        person = session.get(Person, kept.person_id) if kept else None
        if kept is None or person is None or person.removed:
            raise PasskeyError("of nobody")
        found = webauthn.verify_authentication_response(
            credential=parsed,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=kept.public_key,
            credential_current_sign_count=kept.count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise PasskeyError("not good") from error
    spend(session, challenge, now)
    kept.count = found.new_sign_count
    return person


def spend(session: Session, challenge: bytes, now: datetime) -> None:
    """Take a challenge out of the world. Raises PasskeyError where that was done. Does not commit."""
    session.execute(delete(UsedChallenge).where(UsedChallenge.until < now))
    try:
        with session.begin_nested():
            session.add(UsedChallenge(digest=hashlib.sha256(challenge).digest(), until=now + 2 * GOOD_FOR))
    except IntegrityError:
        raise PasskeyError("answered before") from None


def keep(session: Session, person: Person, new: Credential, name: str, now: datetime) -> None:
    """Give a person a passkey. Does not commit. Raises PasskeyError for too many or one that is there."""
    if len(of_person(session, person)) >= MOST or session.get(Passkey, new.credential) is not None:
        raise PasskeyError("too many")
    session.add(
        Passkey(
            credential=new.credential,
            person_id=person.id,
            public_key=new.public_key,
            count=new.count,
            name=name[:60],
            added=now.date(),
        )
    )
    session.flush()


def of_person(session: Session, person: Person) -> list[Passkey]:
    """A person's passkeys, the oldest first."""
    query = select(Passkey).where(Passkey.person_id == person.id).order_by(Passkey.added, Passkey.name)
    return list(session.scalars(query))
