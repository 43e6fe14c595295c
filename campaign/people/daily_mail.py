"""What organisers hear of by e-mail, once a day at most: their language, and what they switched off."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from campaign.database import transaction
from campaign.people.models import DailyMail, Person
from campaign.people.roles import Permission, may

#: Days after which the same is said again, if it still waits.
AGAIN = timedelta(days=7)


class Subject(StrEnum):
    """What an e-mail can tell of. The values are in the database."""

    TEXTS = "texts"
    ADDRESSES = "addresses"
    SHEETS = "sheets"
    ERRORS = "errors"
    REASONS = "reasons"


#: Who can do something about it: a role with one of these permissions.
ABLE = {
    Subject.TEXTS: (Permission.EDIT, Permission.TRANSLATE),
    Subject.ADDRESSES: (Permission.EDIT,),
    Subject.SHEETS: (Permission.TYPE,),
    Subject.ERRORS: (Permission.PUBLISH,),
    Subject.REASONS: (Permission.REASONS,),
}


def subjects_of(roles: Iterable[str]) -> list[Subject]:
    """What somebody with these roles is informed of."""
    known = set(roles)
    return [
        subject
        for subject, permissions in ABLE.items()
        if any(may(role, permission) for role in known for permission in permissions)
    ]


@dataclass(frozen=True, slots=True)
class Wishes:
    """In which language somebody gets e-mails ('': not known), and about what."""

    language: str
    about: frozenset[Subject]


def wishes(session: Session, person: Person) -> Wishes:
    """What somebody wants; everything, before they said so."""
    row = session.get(DailyMail, person.id)
    off = set(row.off.split()) if row else set()
    return Wishes(row.language if row else "", frozenset(kind for kind in Subject if kind.value not in off))


def wish(session: Session, person: Person, language: str, about: Collection[Subject]) -> None:
    """Say what somebody wants. Commits."""
    with transaction(session):
        row = _row(session, person)
        row.language = language
        row.off = " ".join(kind.value for kind in Subject if kind not in about)


def note_language(session: Session, person: Person, language: str) -> None:
    """The language in which somebody first signed in, until they choose one. Commits."""
    if session.get(DailyMail, person.id) is None:
        with transaction(session):
            _row(session, person).language = language


def is_new(session: Session, person: Person, said: bytes, today: date) -> bool:
    """Whether it is sent today, and notes that: it was not said yet, or a week ago. The caller commits."""
    row = _row(session, person)
    if row.said == said and row.sent is not None and today - row.sent < AGAIN:
        return False
    row.said, row.sent = said, today
    return True


def look(session: Session, person: Person, today: date) -> bool:
    """Whether nobody has looked for this person today; and notes that. The caller commits."""
    row = _row(session, person)
    if row.looked is not None and row.looked >= today:
        return False
    row.looked = today
    return True


def _row(session: Session, person: Person) -> DailyMail:
    row = session.get(DailyMail, person.id)
    if row is None:
        row = DailyMail(person_id=person.id, language="", off="", looked=None, sent=None, said=b"")
        session.add(row)
    return row
