"""Exclusions on the server: one person uploads a list, a second one applies it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign import clock
from campaign.editions import store
from campaign.people import audit
from campaign.people.audit import AuditEvent
from campaign.petition.ledger import Entry, Ledger
from campaign.petition.models import ExclusionList
from campaign.signatures.exclusion_list import read


@dataclass(frozen=True, slots=True)
class Organiser:
    """Who does something with a list, and on which day of the campaign."""

    person: int
    name: str
    today: date


def propose(session: Session, slug: str, body: str, by: Organiser) -> ExclusionList:
    """Put a list before the others. Raises VoidError."""
    lines = read(body, slug)
    campaign = store.locked(session, slug)
    row = ExclusionList(
        campaign_id=campaign.id, body=body, person_id=by.person, who=by.name, day=by.today, done=None
    )
    session.add(row)
    deed = AuditEvent(by.name, "propose void list", "", f"{len(lines)} lines")
    audit.write(session, campaign.id, deed, clock.now())
    session.commit()
    return row


def carry_out(session: Session, slug: str, number: int, by: Organiser) -> tuple[int, int]:
    """A second person agrees: take out and count, in one transaction; how many of each.

    Raises LookupError for a list that is not there or is done, PermissionError for the first person.
    """
    campaign = store.locked(session, slug)
    row = session.get(ExclusionList, number)
    if row is None or row.campaign_id != campaign.id or row.done is not None:
        session.rollback()
        raise LookupError(number)
    if row.person_id == by.person:
        session.rollback()
        raise PermissionError("somebody else has to agree")
    connection = session.connection()
    ledger = Ledger(connection.engine)
    out = counted = 0
    for one in read(row.body, slug):
        entry = Entry(by.today, one.country, one.way)
        if one.what == "void":
            out += ledger.void(connection, campaign.id, one.record, entry)
        elif one.what == "count":
            counted += ledger.settle(connection, campaign.id, one.record, entry)
    ledger.pay(connection, campaign.id, by.today)
    row.done = by.today
    deed = AuditEvent(by.name, "carry out void list", str(number), f"{out} void, {counted} counted")
    audit.write(session, campaign.id, deed, clock.now())
    session.commit()
    return out, counted


def drop(session: Session, slug: str, number: int, who: str) -> None:
    """Put a list away undone."""
    campaign = store.locked(session, slug)
    session.execute(
        text("DELETE FROM void_list WHERE id = :id AND campaign_id = :campaign AND done IS NULL"),
        {"id": number, "campaign": campaign.id},
    )
    audit.write(session, campaign.id, AuditEvent(who, "drop void list", str(number)), clock.now())
    session.commit()
