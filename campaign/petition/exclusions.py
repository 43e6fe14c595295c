"""Exclusions on the server: one person uploads a list, a second one applies it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign import clock
from campaign.editions import store
from campaign.people import audit
from campaign.people.audit import AuditEvent, AuditVerb
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
    with store.writing(session, slug) as campaign:
        row = ExclusionList(
            campaign_id=campaign.id, body=body, person_id=by.person, who=by.name, day=by.today, done=None
        )
        session.add(row)
        audit.write(
            session,
            campaign.id,
            AuditEvent(by.name, AuditVerb.PROPOSE_VOID_LIST, "", f"{len(lines)} lines"),
            clock.now(),
        )
        return row


def carry_out(session: Session, slug: str, number: int, by: Organiser) -> tuple[int, int]:
    """A second person agrees: take out and count, in one transaction; how many of each.

    Raises LookupError for a list that is not there or is done, PermissionError for the first person.
    """
    with store.writing(session, slug) as campaign:
        row = session.get(ExclusionList, number)
        if row is None or row.campaign_id != campaign.id or row.done is not None:
            raise LookupError(number)
        if row.person_id == by.person:
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
        deed = AuditEvent(
            by.name, AuditVerb.CARRY_OUT_VOID_LIST, str(number), f"{out} void, {counted} counted"
        )
        audit.write(session, campaign.id, deed, clock.now())
        return out, counted


def drop(session: Session, slug: str, number: int, who: str) -> None:
    """Put a list away undone."""
    with store.writing(session, slug) as campaign:
        session.execute(
            text("DELETE FROM void_list WHERE id = :id AND campaign_id = :campaign AND done IS NULL"),
            {"id": number, "campaign": campaign.id},
        )
        audit.write(session, campaign.id, AuditEvent(who, AuditVerb.DROP_VOID_LIST, str(number)), clock.now())
