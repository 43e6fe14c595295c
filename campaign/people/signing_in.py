"""Signing in: a token in the browser, its hash in the database, and limits on idle time and age."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import delete, desc, literal, select
from sqlalchemy.orm import Session

from campaign.database import in_utc
from campaign.people import factors, passwords
from campaign.people.models import Person, SignIn

IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=12)

#: How long a second factor counts as recently used, for sensitive actions.
FRESH = timedelta(minutes=10)

TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class CurrentSignIn:
    """A person who is signed in: since when, and when they last used a second factor."""

    person: Person
    digest: bytes
    began: datetime
    proved: datetime

    def fresh(self, now: datetime) -> bool:
        """Whether a second factor was used recently."""
        return timedelta(0) <= now - self.proved <= FRESH


def digest(token: str) -> bytes:
    """The hash under which a token is stored: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def as_kept(email: str) -> str:
    """An e-mail address as it is stored and looked up."""
    return email.strip().lower()


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody typed to sign in."""

    email: str
    password: str
    code: str


class CodeTries(Protocol):
    """How many wrong codes may follow a right password; asked by the e-mail address."""

    def second_factor_left(self, name: str) -> bool:
        """Whether one more code is looked at."""

    def count_code(self, name: str, wrong: bool) -> None:
        """Count a code if it was wrong and the password right; called in any case, to take the same time."""


def by_password(
    session: Session, credentials: Credentials, now: datetime, tries: CodeTries | None = None
) -> tuple[Person | None, str]:
    """The person, and their second factor, 'totp' or 'recovery'; (None, '') if anything is wrong.

    An unknown address, a removed person, a wrong password and a wrong code take the same time: one
    argon2id hash and the same statements. `tries` bounds how many codes somebody who has the password
    can try: beyond that, each is as wrong as a wrong one. A hash with weaker parameters is replaced.
    Does not commit.
    """
    email = as_kept(credentials.email)[:254]
    known = select(Person.id, Person.password, Person.totp).where(Person.email == email, ~Person.removed)
    unknown = select(literal(0), literal(""), literal(factors.NOBODY.totp))
    # There is always one row; it becomes an object only after a successful sign-in.
    number, password, totp = session.execute(known.union_all(unknown).order_by(desc("id")).limit(1)).one()
    password_is_right = passwords.matches(password, credentials.password)
    claimed = Person(
        id=number if password_is_right else 0,
        totp=totp if password_is_right and totp else factors.NOBODY.totp,
    )
    left = tries is None or tries.second_factor_left(email)
    factor = second_factor(session, claimed, credentials.code if left else "", now)
    if tries is not None:
        tries.count_code(email, password_is_right and not factor)
    person = session.get(Person, number) if password_is_right and factor else None
    if person is None:
        return None, ""
    if passwords.outdated(person.password):
        person.password = passwords.hashed(credentials.password)
    return person, factor


def second_factor(session: Session, person: Person, code: str, now: datetime) -> str:
    """'totp' or 'recovery' for a valid code, which is then used up; '' for any other. Does not commit."""
    if factors.use_totp(session, person, code, now):
        return "totp"
    return "recovery" if factors.use_recovery_code(session, person, code) else ""


def begin(session: Session, person: Person, now: datetime) -> str:
    """A new sign-in after both factors; returns the token for the cookie. Deletes ended sign-ins. Commits."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.execute(delete(SignIn).where((SignIn.began < now - LONGEST) | (SignIn.seen < now - LONGEST)))
    session.add(SignIn(digest=digest(token), person_id=person.id, began=now, seen=now, proved=now))
    session.commit()
    return token


def find(session: Session, token: str, active: datetime, now: datetime) -> CurrentSignIn | None:
    """The sign-in of a token, last active at that time; None if it has ended.

    It changes nothing, for pages that are only read: the signed cookie says when somebody was
    last active, and the table records it only when they change something (`touch`).
    """
    row = session.get(SignIn, digest(token))
    person = session.get(Person, row.person_id) if row is not None else None
    if row is None or person is None or person.removed:
        return None
    began = in_utc(row.began)
    last_active = max(active, in_utc(row.seen))
    # If the clock was put back, the sign-in ends rather than lasting longer.
    if now - last_active > IDLE or now - began > LONGEST or now < began:
        return None
    return CurrentSignIn(person, row.digest, began, in_utc(row.proved))


def touch(session: Session, sign_in: CurrentSignIn, now: datetime) -> None:
    """Record activity for the list of sign-ins, at most once a minute. Commits."""
    row = session.get(SignIn, sign_in.digest)
    if row is not None and now - in_utc(row.seen) > timedelta(minutes=1):
        row.seen = now
        session.commit()


def prove(session: Session, sign_in: CurrentSignIn, now: datetime) -> str:
    """Record that a second factor was used again; a new token replaces the old one. Commits."""
    session.execute(delete(SignIn).where(SignIn.digest == sign_in.digest))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        SignIn(digest=digest(token), person_id=sign_in.person.id, began=sign_in.began, seen=now, proved=now)
    )
    session.commit()
    return token


def of_person(session: Session, person: Person) -> list[SignIn]:
    """A person's sign-ins, newest first."""
    query = select(SignIn).where(SignIn.person_id == person.id).order_by(SignIn.began.desc())
    return list(session.scalars(query))


def end(session: Session, which: bytes, person: Person) -> bool:
    """End one sign-in of a person; False if it is not theirs. Commits."""
    result = session.execute(delete(SignIn).where(SignIn.digest == which, SignIn.person_id == person.id))
    session.commit()
    return bool(result.rowcount)  # type: ignore[attr-defined]


def end_all(session: Session, person: Person, but: bytes = b"") -> None:
    """End a person's sign-ins except one: after a new password, factor or role. Does not commit."""
    session.execute(delete(SignIn).where(SignIn.person_id == person.id, SignIn.digest != but))
