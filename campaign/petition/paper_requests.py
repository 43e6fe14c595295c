"""What people who signed on paper ask for, by sheet and row: erase it, or correct it.

The records are sealed with their sheet and row, so the server cannot find one. A request waits here
until trustees have found the record and two organisers have applied the exclusion list that names it.
The words of a correction are sealed as they are typed; when the list is applied, they become a record
in the place of the old one, in the same transaction.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select, text
from sqlalchemy.orm import Session

from campaign import clock
from campaign.editions import store
from campaign.people import audit
from campaign.people.audit import AuditEvent, AuditVerb
from campaign.petition.ledger import Entry, Ledger, PaperSignature
from campaign.petition.models import RowRequest
from campaign.signatures import paper_requests
from campaign.signatures.exclusion_list import ExclusionLine
from campaign.signatures.paper_requests import CORRECT, PaperRequest

OPEN, NOT_FOUND = "open", "missing"


@dataclass(frozen=True, slots=True)
class Correction:
    """The row as it should be, sealed; `erase_on` is the day that its sheet promises."""

    country: str
    slot: int
    sealed: bytes
    erase_on: date | None


@dataclass(frozen=True, slots=True)
class Excluded:
    """A record that was excluded: by which line, whether it counted, on which day."""

    line: ExclusionLine
    counted: bool
    day: date


def add(
    session: Session,
    slug: str,
    place: tuple[str, int],
    correction: Correction | None,
    by: tuple[str, date],
) -> None:
    """Note that somebody wants a row erased, or corrected. Commits.

    A newer request replaces one for the same row. `place` is the sheet's number and the row, `by` who
    notes it on which day.
    """
    with store.writing(session, slug) as campaign:
        older = select(RowRequest).where(
            RowRequest.campaign_id == campaign.id, RowRequest.sheet == place[0], RowRequest.row == place[1]
        )
        for row in session.scalars(older).all():
            session.delete(row)
        session.add(
            RowRequest(
                campaign_id=campaign.id,
                what=CORRECT if correction else paper_requests.ERASE,
                sheet=place[0],
                row=place[1],
                country=correction.country if correction else "",
                slot=correction.slot if correction else 0,
                sealed=correction.sealed if correction else b"",
                erase_on=correction.erase_on if correction else None,
                state=OPEN,
                day=by[1],
                who=by[0],
            )
        )
        event = AuditEvent(by[0], AuditVerb.REQUEST_FOR_ROW, f"{place[0]}, {place[1]}")
        audit.write(session, campaign.id, event, clock.now())


def all_of(session: Session, campaign: int) -> list[RowRequest]:
    """The requests of a campaign that are not done, oldest first."""
    query = select(RowRequest).where(RowRequest.campaign_id == campaign).order_by(RowRequest.id)
    return list(session.scalars(query))


def as_file(session: Session, slug: str, campaign: int) -> str:
    """The open requests for the trustees."""
    rows = [row for row in all_of(session, campaign) if row.state == OPEN]
    return paper_requests.written(slug, (PaperRequest(row.what, row.id, row.sheet, row.row) for row in rows))


def drop(session: Session, slug: str, number: int) -> None:
    """Forget a request without doing what it asks. Commits."""
    with store.writing(session, slug) as campaign:
        if row := _request(session, campaign.id, number):
            session.delete(row)


def was_counted(connection: Connection, campaign: int, record: int) -> bool:
    """Whether a record counts, to be asked before it is excluded."""
    query = text("SELECT counted FROM signature WHERE id = :id AND campaign_id = :campaign")
    return bool(connection.execute(query, {"id": record, "campaign": campaign}).scalar_one_or_none())


def answer(session: Session, ledger: Ledger, campaign: int, excluded: Excluded) -> None:
    """Do what a request asks, in the caller's transaction, after its record was excluded."""
    number = paper_requests.request_of(excluded.line.reason)
    row = _request(session, campaign, number) if number is not None else None
    if row is None:
        return
    if row.what == CORRECT:
        new = PaperSignature(secrets.randbits(63), row.slot, row.country, bytes(row.sealed), row.erase_on)
        doubtful = ledger.bring_in(session.connection(), campaign, [new], excluded.day)
        if doubtful and excluded.counted:
            # It looks like the record that it replaces.
            entry = Entry(excluded.day, row.country, "paper")
            ledger.settle(session.connection(), campaign, new.record, entry)
    session.delete(row)


def not_found(session: Session, campaign: int, body: str) -> None:
    """Mark the requests whose record the trustees did not find, in the session's transaction."""
    for number in paper_requests.unanswered(body):
        if row := _request(session, campaign, number):
            row.state = NOT_FOUND


def _request(session: Session, campaign: int, number: int) -> RowRequest | None:
    row = session.get(RowRequest, number)
    return row if row is not None and row.campaign_id == campaign else None
