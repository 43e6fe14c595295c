"""Signing in: a token in the browser, its hash in the database, an end by idleness and by age."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, desc, literal, select
from sqlalchemy.orm import Session

from campaign.database import in_utc
from campaign.people import factors, passwords
from campaign.people.models import Person, SignIn

IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=12)

#: How long a second factor counts as just used, for what is sensitive.
FRESH = timedelta(minutes=10)

TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class CurrentSignIn:
    """Somebody who is signed in: since when, and when they last proved it."""

    person: Person
    digest: bytes
    began: datetime
    proved: datetime

    def fresh(self, now: datetime) -> bool:
        """Whether a second factor was used just now."""
        return timedelta(0) <= now - self.proved <= FRESH


def digest(token: str) -> bytes:
    """The hash under which a token is kept: 256 random bits need no slow one."""
    return hashlib.sha256(token.encode()).digest()


def as_kept(email: str) -> str:
    """An e-mail address as it is kept and looked up."""
    return email.strip().lower()


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody typed to sign in."""

    email: str
    password: str
    code: str


def by_password(session: Session, given: Credentials, now: datetime) -> tuple[Person | None, str]:
    """Who this is and by which second factor, 'totp' or 'recovery'; (None, '') for whoever it is not.

    An unknown address, a removed person, a wrong password and a wrong code cost the same: one
    argon2id and the same statements, made for nobody where there is nobody. A hash of weaker
    parameters is made anew. Does not commit.
    """
    email = as_kept(given.email)[:254]
    somebody = select(Person.id, Person.password, Person.totp).where(Person.email == email, ~Person.removed)
    nobody = select(literal(0), literal(""), literal(factors.NOBODY.totp))
    # One row comes in any case, and becomes an object only for whoever came in.
    number, password, totp = session.execute(somebody.union_all(nobody).order_by(desc("id")).limit(1)).one()
    good = passwords.matches(password, given.password)
    claimed = Person(id=number if good else 0, totp=totp if good and totp else factors.NOBODY.totp)
    factor = second_factor(session, claimed, given.code, now)
    person = session.get(Person, number) if good and factor else None
    if person is None:
        return None, ""
    if passwords.outdated(person.password):
        person.password = passwords.hashed(given.password)
    return person, factor


def second_factor(session: Session, person: Person, code: str, now: datetime) -> str:
    """'totp' or 'recovery' for a code that was good until now, '' for one that is not. Does not commit."""
    if factors.use_totp(session, person, code, now):
        return "totp"
    return "recovery" if factors.use_recovery_code(session, person, code) else ""


def begin(session: Session, person: Person, now: datetime) -> str:
    """A new sign-in after both factors; the token for the cookie. Sign-ins that are over go. Commits."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.execute(delete(SignIn).where((SignIn.began < now - LONGEST) | (SignIn.seen < now - LONGEST)))
    session.add(SignIn(digest=digest(token), person_id=person.id, began=now, seen=now, proved=now))
    session.commit()
    return token


def find(session: Session, token: str, active: datetime, now: datetime) -> CurrentSignIn | None:
    """Who is signed in with a token, last active at that time; None if that is over.

    It changes nothing, for pages that are only read: when somebody was last active is told by
    the signed cookie, and kept here as well whenever they change something (`touch`).
    """
    row = session.get(SignIn, digest(token))
    person = session.get(Person, row.person_id) if row is not None else None
    if row is None or person is None or person.removed:
        return None
    began = in_utc(row.began)
    last = max(active, in_utc(row.seen))
    # A clock that was put back ends a sign-in rather than lengthening it.
    if now - last > IDLE or now - began > LONGEST or now < began:
        return None
    return CurrentSignIn(person, row.digest, began, in_utc(row.proved))


def touch(session: Session, here: CurrentSignIn, now: datetime) -> None:
    """Somebody did something: for the list of their sign-ins, at most once a minute. Commits."""
    row = session.get(SignIn, here.digest)
    if row is not None and now - in_utc(row.seen) > timedelta(minutes=1):
        row.seen = now
        session.commit()


def prove(session: Session, here: CurrentSignIn, now: datetime) -> str:
    """A second factor was used again: a new token in place of the old one. Commits."""
    session.execute(delete(SignIn).where(SignIn.digest == here.digest))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        SignIn(digest=digest(token), person_id=here.person.id, began=here.began, seen=now, proved=now)
    )
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
