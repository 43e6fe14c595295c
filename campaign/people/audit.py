"""The audit: a chain of rows, each with the hash of the one before. Nothing in it is a secret.

Times are UTC, whatever the campaign's time zone: the hash covers what is written.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.editions.models import Campaign
from campaign.people.models import AuditRow

_START = bytes(32)


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """What was done: by whom, which verb, on what, with a note that holds no secret."""

    who: str
    what: str
    on: str = ""
    note: str = ""


def write(session: Session, campaign: int, deed: AuditEvent, now: datetime) -> None:
    """Add a row to a campaign's chain, in the transaction of what it tells of. Does not commit.

    The caller holds the campaign's lock (`editions.store.locked`), so that the chain has no fork.
    """
    row = AuditRow(
        campaign_id=campaign,
        at=now.isoformat(timespec="seconds"),
        who=deed.who[:254],
        what=deed.what[:40],
        on=deed.on[:254],
        note=deed.note,
    )
    row.digest = _digest(head(session, campaign), row)
    session.add(row)
    session.flush()


def campaign_of(session: Session, slug: str) -> int:
    """The number under which a campaign's rows are kept. Raises LookupError."""
    found = session.scalars(select(Campaign.id).where(Campaign.slug == slug)).one_or_none()
    if found is None:
        raise LookupError(f"There is no campaign {slug}.")
    return found


def head(session: Session, campaign: int) -> bytes:
    """The newest row's hash: whoever keeps it notices later if a row was taken off the end."""
    query = (
        select(AuditRow.digest).where(AuditRow.campaign_id == campaign).order_by(AuditRow.id.desc()).limit(1)
    )
    return session.scalars(query).one_or_none() or _START


def newest_day(session: Session, campaign: int) -> date:
    """The day of the newest row, UTC; the first of all days for none."""
    query = select(AuditRow.at).where(AuditRow.campaign_id == campaign).order_by(AuditRow.id.desc()).limit(1)
    found = session.scalars(query).one_or_none()
    return datetime.fromisoformat(found).date() if found else date.min


def rows(session: Session, campaign: int) -> list[AuditRow]:
    """Every row of a campaign, the oldest first."""
    return list(
        session.scalars(select(AuditRow).where(AuditRow.campaign_id == campaign).order_by(AuditRow.id))
    )


def broken_at(session: Session, campaign: int) -> int | None:
    """The id of the first row that does not fit to the one before it; None for a whole chain."""
    before = _START
    for row in rows(session, campaign):
        if row.digest != _digest(before, row):
            return row.id
        before = row.digest
    return None


def _digest(before: bytes, row: AuditRow) -> bytes:
    told = json.dumps([row.campaign_id, row.at, row.who, row.what, row.on, row.note], ensure_ascii=False)
    return hashlib.sha256(before + told.encode()).digest()
