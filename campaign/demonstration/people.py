"""Somebody in each role of the demonstration, with a password and codes that are new at each start."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign import clock
from campaign.database import db
from campaign.people import factors, members, passwords
from campaign.people.members import Action, Guest, Proofs
from campaign.people.models import Person
from campaign.people.roles import ROLES

#: Who does something that nobody at the desk does.
AUTHOR = "demonstration"

#: Name and role. Two owners and two clerks: some things need a second person.
PEOPLE = (
    ("Olga Owner", "owner"),
    ("Omar Owner", "owner"),
    ("Emma Editor", "editor"),
    ("Timur Translator", "translator"),
    ("Clara Clerk", "clerk"),
    ("Carlos Clerk", "clerk"),
    ("Rosa Reader", "reader"),
)


@dataclass(frozen=True, slots=True)
class DemonstrationSignIn:
    """The sign-in details of one person; each of the `codes` works once."""

    role: str
    email: str
    password: str
    codes: tuple[str, ...]


def email_of(name: str) -> str:
    """An address that no mail reaches (RFC 2606)."""
    return f"{name.split(maxsplit=1)[0].lower()}@example.org"


def organiser(name: str) -> int:
    """The number of somebody of PEOPLE who has joined."""
    email = email_of(name)
    return int(db.session.execute(select(Person.id).where(Person.email == email)).scalar_one())


def join_all(session: Session, slug: str, languages: tuple[str, ...]) -> None:
    """Everybody of PEOPLE becomes a member. Commits. `languages` are the translator's."""
    for name, role in PEOPLE:
        guest = Guest(name, email_of(name), role, languages if role == "translator" else ())
        token = members.invite(session, slug, guest, Action(AUTHOR, clock.now(), agreed=True))
        members.accept(session, token, Proofs(secrets.token_urlsafe(), factors.new_totp()), clock.now())


def new_sign_ins(session: Session, slug: str) -> list[DemonstrationSignIn]:
    """One new password for everybody who is there, and new codes for each. Commits."""
    password = f"demonstration-{secrets.token_hex(4)}"
    hashed = passwords.hashed(password)
    found = [(person, member.role) for person, member in members.members(session, slug)]
    order = list(ROLES)
    sign_ins = []
    for person, role in sorted(found, key=lambda entry: order.index(entry[1])):
        if person.email not in {email_of(name) for name, _role in PEOPLE}:
            continue  # somebody joined to try that, too
        person.password = hashed
        codes = factors.new_recovery_codes(session, person)
        sign_ins.append(DemonstrationSignIn(role, person.email, password, tuple(codes)))
    session.commit()
    return sign_ins
