"""One-time codes: with one, a person without a sign-in hands one batch over."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from campaign import clock
from campaign.editions import store
from campaign.people import audit
from campaign.people.audit import AuditEvent, AuditVerb
from campaign.stalls.models import StallCode

#: How long a code can be used.
LASTS = timedelta(minutes=30)

#: Letters and digits that nobody takes for each other; ten of them have 50 bits.
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_LENGTH = 10


@dataclass(frozen=True, slots=True)
class Giver:
    """Who hands a batch over, or made the code for it: the person's number, and the name for the audit."""

    person: int
    name: str


def make(session: Session, slug: str, by: Giver) -> tuple[str, datetime]:
    """A new code, and until when it can be used. Commits. Those that nobody used in time are deleted."""
    code = "".join(secrets.choice(LETTERS) for _ in range(_LENGTH))
    now = clock.now()
    with store.writing(session, slug) as campaign:
        session.execute(delete(StallCode).where(StallCode.expires <= now))
        row = StallCode(
            digest=_digest(code),
            campaign_id=campaign.id,
            person_id=by.person,
            who=by.name,
            expires=now + LASTS,
        )
        session.add(row)
        audit.write(session, campaign.id, AuditEvent(by.name, AuditVerb.MAKE_STALL_CODE), now)
    return f"{code[:5]}-{code[5:]}", now + LASTS


def use(session: Session, campaign: int, typed: str) -> Giver | None:
    """Use a code up, in the caller's transaction; who made it. None if it is wrong, used, or too old."""
    query = select(StallCode).where(StallCode.digest == _digest(typed), StallCode.campaign_id == campaign)
    row = session.scalars(query.where(StallCode.expires > clock.now())).one_or_none()
    if row is None:
        return None
    giver = Giver(row.person_id, row.who)
    session.delete(row)
    session.flush()
    return giver


def _digest(code: str) -> str:
    """The hash of a code as it is typed: signs between its letters do not matter, nor capitals."""
    plain = "".join(letter for letter in code[:40].upper() if letter in LETTERS)
    return hashlib.sha256(b"campaign/stall-code/1" + plain.encode()).hexdigest()
