"""Signing in: a token in the browser, its hash in the database, an end by idleness and by age."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from campaign.people import factors, passwords
from campaign.people.models import Person, SignIn

IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=12)

#: How long a second factor counts as just used, for what is sensitive.
FRESH = timedelta(minutes=10)

TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Here:
    """Somebody who is signed in, and since when they proved it."""

    person: Person
    digest: bytes
    proved: datetime

    def fresh(self, now: datetime) -> bool:
        """Whether a second factor was used just now."""
        return now - self.proved <= FRESH


def digest(token: str) -> bytes:
    """The hash under which a token is kept: 256 random bits need no slow one."""
    return hashlib.sha256(token.encode()).digest()


def as_kept(email: str) -> str:
    """An e-mail address as it is kept and looked up."""
    return email.strip().lower()


def by_password(session: Session, email: str, password: str) -> Person | None:
    """Who this is, or None: for an unknown address, a removed person and a wrong password alike.

    All of them take one argon2id. A hash of weaker parameters is made anew. Does not commit.
    """
    person = session.scalars(select(Person).where(Person.email == as_kept(email))).one_or_none()
    known = person is not None and not person.removed
    if not passwords.matches(person.password if person is not None and known else "", password):
        return None
    if person is not None and passwords.outdated(person.password):
        person.password = passwords.hashed(password)
    return person


def second_factor(session: Session, person: Person, code: str, now: datetime) -> str:
    """'totp' or 'recovery' for a code that was good until now, '' for one that is not. Does not commit."""
    if factors.use_totp(session, person, code, now):
        return "totp"
    return "recovery" if factors.use_recovery_code(session, person, code) else ""


def begin(session: Session, person: Person, now: datetime) -> str:
    """A new sign-in after both factors; the token for the cookie. Commits."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(SignIn(digest=digest(token), person_id=person.id, began=now, seen=now, proved=now))
    session.commit()
    return token


def find(session: Session, token: str, now: datetime) -> Here | None:
    """Who is signed in with a token; ends a sign-in that was idle or old for too long. Commits."""
    row = session.get(SignIn, digest(token))
    if row is None:
        return None
    person = session.get(Person, row.person_id)
    over = now - in_utc(row.seen) > IDLE or now - in_utc(row.began) > LONGEST or now < in_utc(row.began)
    if person is None or person.removed or over:
        session.delete(row)
        session.commit()
        return None
    row.seen = now
    session.commit()
    return Here(person, row.digest, in_utc(row.proved))


def prove(session: Session, here: Here, now: datetime) -> str:
    """A second factor was used again: a new token in place of the old one. Commits."""
    old = session.get(SignIn, here.digest)
    began = in_utc(old.began) if old is not None else now
    session.execute(delete(SignIn).where(SignIn.digest == here.digest))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(SignIn(digest=digest(token), person_id=here.person.id, began=began, seen=now, proved=now))
    session.commit()
    return token


def of_person(session: Session, person: Person) -> list[SignIn]:
    """A person's sign-ins, the newest first."""
    query = select(SignIn).where(SignIn.person_id == person.id).order_by(SignIn.began.desc())
    return list(session.scalars(query))


def end(session: Session, which: bytes, person: Person) -> bool:
    """End one sign-in of a person; False if it is not theirs. Commits."""
    found = session.execute(delete(SignIn).where(SignIn.digest == which, SignIn.person_id == person.id))
    session.commit()
    return bool(found.rowcount)  # type: ignore[attr-defined]


def end_all(session: Session, person: Person, but: bytes = b"") -> None:
    """End a person's sign-ins, but for one: after a new password, factor or role. Does not commit."""
    session.execute(delete(SignIn).where(SignIn.person_id == person.id, SignIn.digest != but))


def in_utc(at: datetime) -> datetime:
    """SQLite gives times back without their zone."""
    return at if at.tzinfo else at.replace(tzinfo=UTC)
