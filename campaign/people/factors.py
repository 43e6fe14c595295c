"""Second factors: a code generator (TOTP, RFC 6238) and recovery codes, each code good for once."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import datetime

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from campaign.people.models import Person, RecoveryCode

#: Seconds of a TOTP step, and how many steps before and after now are taken.
STEP, WINDOW = 30, 1

#: Recovery codes: so many, of so many random bytes each (80 bits).
CODES, CODE_BYTES = 10, 10


#: Stands in for somebody who is not there, so that nobody takes as long as somebody.
NOBODY = Person(id=0, totp="A" * 32)


def new_totp() -> str:
    """A fresh secret for a code generator, in base 32 (160 bits)."""
    return pyotp.random_base32()


def totp_address(secret: str, email: str, site: str) -> str:
    """The otpauth: address that a code generator reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=site)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step of which the code is, within the window; None if it is of none."""
    digits = "".join(code.split())
    if len(digits) != 6 or not digits.isascii() or not digits.isdigit():
        return None
    generator, current = pyotp.TOTP(secret, interval=STEP), int(now.timestamp()) // STEP
    found = None
    for step in range(current - WINDOW, current + WINDOW + 1):  # all are compared, to take as long
        if secrets.compare_digest(generator.generate_otp(step), digits):
            found = step
    return found


def use_totp(session: Session, person: Person, code: str, now: datetime) -> bool:
    """Take a code, once: no code of this step or of an earlier one works again. Does not commit."""
    step = step_of(person.totp, code, now) if person.totp else None
    if step is None:
        return False
    # In one statement, so that of two who send the same code at once only one gets in.
    taken = session.execute(
        update(Person).where(Person.id == person.id, Person.totp_step < step).values(totp_step=step)
    )
    return bool(taken.rowcount == 1)  # type: ignore[attr-defined]


def new_recovery_codes(session: Session, person: Person) -> list[str]:
    """Fresh codes to write down, in place of all older ones; only their hashes are kept. Does not commit."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes = [_readable(secrets.token_bytes(CODE_BYTES)) for _ in range(CODES)]
    session.add_all(RecoveryCode(digest=_digest(code), person_id=person.id) for code in codes)
    return codes


def recovery_codes_left(session: Session, person: Person) -> int:
    """How many recovery codes a person still has."""
    query = select(func.count()).where(RecoveryCode.person_id == person.id)
    return session.scalars(query).one()


def use_recovery_code(session: Session, person: Person, code: str) -> bool:
    """Take a recovery code; it is gone afterwards. Does not commit."""
    # Looked up by the hash alone, which takes as long for somebody with codes as for nobody.
    digest = _digest(code)
    owner = session.scalars(select(RecoveryCode.person_id).where(RecoveryCode.digest == digest)).one_or_none()
    if owner is None or owner != person.id:
        return False
    found = session.execute(delete(RecoveryCode).where(RecoveryCode.digest == digest))
    return bool(found.rowcount == 1)  # type: ignore[attr-defined]


def _readable(raw: bytes) -> str:
    """Four groups of four letters and digits, none of which looks like another."""
    text = base64.b32encode(raw).decode().lower()
    return "-".join(text[n : n + 4] for n in range(0, len(text), 4))


def _digest(code: str) -> bytes:
    """80 random bits need no slow hash."""
    return hashlib.sha256("".join(code.lower().replace("-", " ").split()).encode()).digest()
