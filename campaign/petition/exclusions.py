"""Exclusions on the server: one person uploads a list, a second one applies it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.editions import store
from campaign.people import audit
from campaign.people.audit import AuditEvent, AuditVerb
from campaign.petition.ledger import Entry, Ledger
from campaign.petition.models import ExclusionList
from campaign.signatures.exclusion_list import read


def propose(session: Session, slug: str, body: str, person: int, who: str) -> ExclusionList:
    """Put a list before the others. Raises VoidError."""
    lines = read(body, slug)
    campaign = store.locked(session, slug)
    row = ExclusionList(
        campaign_id=campaign.id, body=body, person_id=person, who=who, day=_today(), done=None
    )
    session.add(row)
    audit.write(
        session, campaign.id, AuditEvent(who, AuditVerb.PROPOSE_VOID_LIST, "", f"{len(lines)} lines"), _now()
    )
    session.commit()
    return row


def carry_out(session: Session, slug: str, number: int, person: int, who: str) -> tuple[int, int]:
    """A second person agrees: take out and count, in one transaction; how many of each.

    Raises LookupError for a list that is not there or is done, PermissionError for the first person.
    """
    campaign = store.locked(session, slug)
    row = session.get(ExclusionList, number)
    if row is None or row.campaign_id != campaign.id or row.done is not None:
        session.rollback()
        raise LookupError(number)
    if row.person_id == person:
        session.rollback()
        raise PermissionError("somebody else has to agree")
    connection = session.connection()
    ledger, today = Ledger(connection.engine), _today()
    out = counted = 0
    for one in read(row.body, slug):
        entry = Entry(today, one.country, one.way)
        if one.what == "void":
            out += ledger.void(connection, campaign.id, one.record, entry)
        elif one.what == "count":
            counted += ledger.settle(connection, campaign.id, one.record, entry)
    ledger.pay(connection, campaign.id, today)
    row.done = today
    deed = AuditEvent(who, AuditVerb.CARRY_OUT_VOID_LIST, str(number), f"{out} void, {counted} counted")
    audit.write(session, campaign.id, deed, _now())
    session.commit()
    return out, counted


def drop(session: Session, slug: str, number: int, who: str) -> None:
    """Put a list away undone."""
    campaign = store.locked(session, slug)
    session.execute(
        text("DELETE FROM void_list WHERE id = :id AND campaign_id = :campaign AND done IS NULL"),
        {"id": number, "campaign": campaign.id},
    )
    audit.write(session, campaign.id, AuditEvent(who, AuditVerb.DROP_VOID_LIST, str(number)), _now())
    session.commit()


def _now() -> datetime:
    return datetime.now(UTC)


def _today() -> date:
    return _now().date()
