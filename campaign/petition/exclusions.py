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
from campaign.petition import paper_requests
from campaign.petition.ledger import Entry, Ledger
from campaign.petition.ledger_rows import STALL
from campaign.petition.models import ExclusionList
from campaign.petition.paper_requests import Excluded
from campaign.signatures.exclusion_list import read


@dataclass(frozen=True, slots=True)
class Organiser:
    """Who acts on a list, and the current day in the campaign's time zone."""

    person: int
    name: str
    today: date


def propose(session: Session, slug: str, body: str, by: Organiser) -> ExclusionList:
    """Upload a list for others to check. Raises ExclusionError."""
    lines = read(body, slug)
    with store.writing(session, slug) as campaign:
        row = ExclusionList(
            campaign_id=campaign.id, body=body, person_id=by.person, who=by.name, day=by.today, done=None
        )
        session.add(row)
        audit.write(
            session,
            campaign.id,
            AuditEvent(by.name, AuditVerb.PROPOSE_EXCLUSION_LIST, "", f"{len(lines)} lines"),
            clock.now(),
        )
        return row


def carry_out(session: Session, slug: str, number: int, by: Organiser) -> list[int]:
    """Apply a list as the second person, in one transaction; returns the records that were excluded.

    Raises LookupError for a list that does not exist or is done, PermissionError for the first person.
    """
    with store.writing(session, slug) as campaign:
        row = session.get(ExclusionList, number)
        if row is None or row.campaign_id != campaign.id or row.done is not None:
            raise LookupError(number)
        if row.person_id == by.person:
            raise PermissionError("somebody else has to agree")
        connection = session.connection()
        ledger = Ledger(connection.engine)
        excluded: list[int] = []
        counted = 0
        for line in read(row.body, slug):
            # The server never knew the country of a record from a stall.
            entry = Entry(by.today, "" if line.way == STALL else line.country, line.way)
            if line.what == "void":
                was_counted = paper_requests.was_counted(connection, campaign.id, line.record)
                if ledger.void(connection, campaign.id, line.record, entry):
                    excluded.append(line.record)
                    done = Excluded(line, was_counted, by.today)
                    paper_requests.answer(session, ledger, campaign.id, done)
            elif line.what == "count":
                counted += ledger.settle(connection, campaign.id, line.record, entry)
        paper_requests.not_found(session, campaign.id, row.body)
        ledger.pay(connection, campaign.id, by.today)
        row.done = by.today
        event = AuditEvent(
            by.name,
            AuditVerb.CARRY_OUT_EXCLUSION_LIST,
            str(number),
            f"{len(excluded)} void, {counted} counted",
        )
        audit.write(session, campaign.id, event, clock.now())
        return excluded


def drop(session: Session, slug: str, number: int, who: str) -> None:
    """Discard a list without applying it."""
    with store.writing(session, slug) as campaign:
        session.execute(
            text("DELETE FROM void_list WHERE id = :id AND campaign_id = :campaign AND done IS NULL"),
            {"id": number, "campaign": campaign.id},
        )
        audit.write(
            session, campaign.id, AuditEvent(who, AuditVerb.DROP_EXCLUSION_LIST, str(number)), clock.now()
        )
