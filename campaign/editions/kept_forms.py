"""What somebody typed into a form at the desk and has not saved: kept for them alone, for 30 days.

It is in the database as plain text: organisers' texts will be public, and no form that is kept has
anything about signers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select
from sqlalchemy.orm import Session

from campaign import clock
from campaign.database import in_utc, transaction
from campaign.editions.models import Campaign, KeptForm
from campaign.untrusted import UnreadableError, json_value

#: How long a form is kept after the last change.
DAYS = 30

#: Most characters of a form, and most forms of a person in a campaign; the oldest give way.
MOST_CHARACTERS, MOST_FORMS = 1_100_000, 50

Fields = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose form it is, in which campaign, and which form: its address below the campaign's desk."""

    slug: str
    person: int
    form: str


@dataclass(frozen=True, slots=True)
class KeptText:
    """What was typed, and when it was kept."""

    fields: Fields
    at: datetime


class TooMuchError(ValueError):
    """The form is longer than what is kept."""


def keep(session: Session, owner: Owner, fields: Iterable[tuple[str, str]]) -> None:
    """Keep a form, instead of what was kept of it before. Commits. Raises TooMuchError, LookupError."""
    text = json.dumps(list(fields), ensure_ascii=False)
    if len(text) > MOST_CHARACTERS:
        raise TooMuchError(owner.form)
    with transaction(session):
        campaign = _campaign(session, owner.slug)
        key = (campaign, owner.person, owner.form)
        row = session.get(KeptForm, key) or KeptForm(campaign_id=key[0], person_id=key[1], form=key[2])
        row.fields, row.at = text, clock.now()
        session.add(row)
        session.flush()
        mine = select(KeptForm).where(KeptForm.campaign_id == campaign, KeptForm.person_id == owner.person)
        for old in session.scalars(mine.order_by(KeptForm.at.desc()).offset(MOST_FORMS)).all():
            session.delete(old)


def find(session: Session, owner: Owner) -> KeptText | None:
    """What is kept of a form; None if there is nothing, or it is too old."""
    row = session.get(KeptForm, (_campaign(session, owner.slug), owner.person, owner.form))
    if row is None or clock.now() - in_utc(row.at) > timedelta(days=DAYS):
        return None
    try:
        pairs = json_value(row.fields, MOST_CHARACTERS)
    except UnreadableError:
        return None
    return KeptText([(str(name), str(value)) for name, value in pairs], in_utc(row.at))


def discard(session: Session, owner: Owner) -> None:
    """Forget a form, in the session's transaction or in one of its own."""
    with transaction(session):
        session.execute(
            delete(KeptForm).where(
                KeptForm.campaign_id == _campaign(session, owner.slug),
                KeptForm.person_id == owner.person,
                KeptForm.form == owner.form,
            )
        )


def forget(connection: Connection, now: datetime) -> None:
    """Delete what nobody came back for."""
    connection.execute(delete(KeptForm).where(KeptForm.at < now - timedelta(days=DAYS)))


def _campaign(session: Session, slug: str) -> int:
    found = session.scalars(select(Campaign.id).where(Campaign.slug == slug)).one_or_none()
    if found is None:
        raise LookupError(slug)
    return found
