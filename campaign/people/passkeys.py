"""Passkeys (WebAuthn, W3C level 3): the questions to the browser, and checks of its answers.

User verification is always required, so a passkey is two factors in one.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaign.people.models import Passkey, Person, UsedChallenge
from campaign.untrusted import UnreadableError, json_value, parsing

if TYPE_CHECKING:
    from webauthn.helpers.structs import AuthenticationCredential
    from webauthn.registration.verify_registration_response import VerifiedRegistration

#: How long a challenge can be answered, and how many random bytes it has.
GOOD_FOR = timedelta(minutes=5)
CHALLENGE_BYTES = 32

#: Maximum passkeys of one person.
MOST = 10

#: A longer answer is refused.
_LONGEST_ANSWER = 16_000


class PasskeyError(ValueError):
    """An invalid answer: from another site, altered, used before, or from an unknown person."""


@dataclass(frozen=True, slots=True)
class Site:
    """The site of a passkey: the host that browsers bind it to, its name, the page's origin."""

    host: str
    name: str
    origin: str


@dataclass(frozen=True, slots=True)
class Credential:
    """A new passkey, as its authenticator created it."""

    credential: bytes
    public_key: bytes
    count: int


def _webauthn() -> Any:
    """The library, which most processes never need."""
    import webauthn.helpers.structs  # a tenth of a server's start, and 8 MB

    return webauthn


def new_challenge() -> bytes:
    """Random bytes that the authenticator has to sign."""
    return secrets.token_bytes(CHALLENGE_BYTES)


def offer(site: Site, name: str, email: str, challenge: bytes, known: list[bytes]) -> dict[str, Any]:
    """Options for the browser to create a passkey. `known` are the existing passkeys."""
    library = _webauthn()
    structs = library.helpers.structs
    options = library.generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_name=email,
        user_display_name=name,
        challenge=challenge,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=credential) for credential in known],
    )
    return dict(library.helpers.options_to_json_dict(options))


def made(site: Site, challenge: bytes, answer: str) -> Credential:
    """The passkey that the browser created. Raises PasskeyError."""
    try:
        verified = _made(site, challenge, answer)
    except UnreadableError as error:
        raise PasskeyError("not good") from error
    return Credential(verified.credential_id, verified.credential_public_key, verified.sign_count)


def _made(site: Site, challenge: bytes, answer: str) -> VerifiedRegistration:
    """The library's answer. Raises UnreadableError for anything but a good answer."""
    values = json_value(answer, _LONGEST_ANSWER, depth=6)
    with parsing():
        verified: VerifiedRegistration = _webauthn().verify_registration_response(
            credential=values,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    return verified


def ask(site: Site, challenge: bytes) -> dict[str, Any]:
    """Options for the browser to sign in with any passkey that the person chooses."""
    library = _webauthn()
    required = library.helpers.structs.UserVerificationRequirement.REQUIRED
    options = library.generate_authentication_options(
        rp_id=site.host, challenge=challenge, user_verification=required
    )
    return dict(library.helpers.options_to_json_dict(options))


def who(session: Session, site: Site, challenge: bytes, answer: str, now: datetime) -> Person:
    """The person whose passkey signed the challenge, once. Raises PasskeyError. Does not commit."""
    try:
        parsed = _parsed(answer)
        passkey = session.get(Passkey, parsed.raw_id)
        person = session.get(Person, passkey.person_id) if passkey else None
        if passkey is None or person is None or person.removed:
            raise PasskeyError("of nobody")
        new_count = _verified_count(parsed, passkey, site, challenge)
    except UnreadableError as error:
        raise PasskeyError("not good") from error
    spend(session, challenge, now)
    passkey.count = new_count
    return person


def _parsed(answer: str) -> AuthenticationCredential:
    """An answer that is not checked yet. Raises UnreadableError."""
    values = json_value(answer, _LONGEST_ANSWER, depth=6)
    with parsing():
        parsed: AuthenticationCredential = _webauthn().helpers.parse_authentication_credential_json(values)
    return parsed


def _verified_count(parsed: AuthenticationCredential, passkey: Passkey, site: Site, challenge: bytes) -> int:
    """The passkey's new count, if it signed the challenge. Raises UnreadableError."""
    with parsing():
        verified = _webauthn().verify_authentication_response(
            credential=parsed,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.count,
            require_user_verification=True,
        )
    return int(verified.new_sign_count)


def spend(session: Session, challenge: bytes, now: datetime) -> None:
    """Mark a challenge as used. Raises PasskeyError if it was used before. Does not commit."""
    session.execute(delete(UsedChallenge).where(UsedChallenge.until < now))
    try:
        with session.begin_nested():
            session.add(UsedChallenge(digest=hashlib.sha256(challenge).digest(), until=now + 2 * GOOD_FOR))
    except IntegrityError:
        raise PasskeyError("answered before") from None


def keep(session: Session, person: Person, new: Credential, name: str, now: datetime) -> None:
    """Add a passkey to a person. Does not commit. Raises PasskeyError for too many or an existing one."""
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
    """A person's passkeys, oldest first."""
    query = select(Passkey).where(Passkey.person_id == person.id).order_by(Passkey.added, Passkey.name)
    return list(session.scalars(query))
