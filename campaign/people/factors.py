"""Second factors: a code generator (TOTP, RFC 6238) and recovery codes, each code works once."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import datetime

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from campaign.people.models import Person, RecoveryCode
from campaign.untrusted import whole_number

#: Seconds of a TOTP step, and how many steps before and after now are accepted.
STEP, WINDOW = 30, 1

#: Recovery codes: their number, and the random bytes of each (80 bits).
CODES, CODE_BYTES = 10, 10


#: Used for unknown people, so that checking them takes as long as checking known ones.
NOBODY = Person(id=0, totp="A" * 32)


def new_totp() -> str:
    """A new secret for a code generator, in base 32 (160 bits)."""
    return pyotp.random_base32()


def totp_address(secret: str, email: str, site: str) -> str:
    """The otpauth: URI that a code generator reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=site)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step of a code, within the window; None if it matches none."""
    digits = "".join(code.split())
    if len(digits) != 6 or whole_number(digits) is None:
        return None
    generator, current = pyotp.TOTP(secret, interval=STEP), int(now.timestamp()) // STEP
    matching_step = None
    # All steps are compared, so that the time is constant.
    for step in range(current - WINDOW, current + WINDOW + 1):
        if secrets.compare_digest(generator.generate_otp(step), digits):
            matching_step = step
    return matching_step


def use_totp(session: Session, person: Person, code: str, now: datetime) -> bool:
    """Use a code, once: no code of this step or of an earlier one works again. Does not commit."""
    step = step_of(person.totp, code, now) if person.totp else None
    if step is None:
        return False
    # In one statement, so that only one of two simultaneous requests with the same code succeeds.
    result = session.execute(
        update(Person).where(Person.id == person.id, Person.totp_step < step).values(totp_step=step)
    )
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]


def new_recovery_codes(session: Session, person: Person) -> list[str]:
    """New codes to write down, replacing all older ones; only their hashes are stored. Does not commit."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes = [_readable(secrets.token_bytes(CODE_BYTES)) for _ in range(CODES)]
    session.add_all(RecoveryCode(digest=_digest(code), person_id=person.id) for code in codes)
    return codes


def recovery_codes_left(session: Session, person: Person) -> int:
    """How many recovery codes a person still has."""
    query = select(func.count()).where(RecoveryCode.person_id == person.id)
    return session.scalars(query).one()


def use_recovery_code(session: Session, person: Person, code: str) -> bool:
    """Use a recovery code, which is then deleted. Does not commit."""
    # Looked up only by the hash, so that the time does not depend on whether the person has codes.
    digest = _digest(code)
    owner = session.scalars(select(RecoveryCode.person_id).where(RecoveryCode.digest == digest)).one_or_none()
    if owner is None or owner != person.id:
        return False
    result = session.execute(delete(RecoveryCode).where(RecoveryCode.digest == digest))
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]


def _readable(raw: bytes) -> str:
    """Four groups of four letters and digits that are easy to tell apart."""
    text = base64.b32encode(raw).decode().lower()
    return "-".join(text[n : n + 4] for n in range(0, len(text), 4))


def _digest(code: str) -> bytes:
    """The hash of a code: 80 random bits need no slow hash."""
    return hashlib.sha256("".join(code.lower().replace("-", " ").split()).encode()).digest()
