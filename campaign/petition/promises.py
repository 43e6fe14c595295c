"""Each signature is erased on the day that its signer was promised, even if the petition goes on.

An edition can move `erase-on` further away only for those who sign after it. Records, slots of the
index, shown names and reasons bear their day; the tally keeps what was counted.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from campaign import clock
from campaign.editions import store
from campaign.people import audit
from campaign.people.audit import SERVER, AuditEvent, AuditVerb
from campaign.petition.administration import state

_RECORDS = "SELECT count(*) FROM signature WHERE campaign_id = :campaign AND erase_on <= :today"
_COUNTED = _RECORDS + " AND counted = :yes"
_OWED = "SELECT count(*) FROM seen WHERE campaign_id = :campaign AND erase_on <= :today AND owed = :yes"
_ERASE = (
    "DELETE FROM log_pending WHERE id IN"
    " (SELECT id FROM signature WHERE campaign_id = :campaign AND erase_on <= :today)",
    "DELETE FROM log_entry WHERE id IN"
    " (SELECT id FROM signature WHERE campaign_id = :campaign AND erase_on <= :today)",
    "DELETE FROM no_news WHERE id IN"
    " (SELECT id FROM signature WHERE campaign_id = :campaign AND erase_on <= :today)",
    "DELETE FROM public_name WHERE campaign_id = :campaign AND erase_on <= :today",
    "DELETE FROM seen WHERE campaign_id = :campaign AND erase_on <= :today",
    "DELETE FROM signature WHERE campaign_id = :campaign AND erase_on <= :today",
    # After the records: a reason that is being written holds its record.
    "DELETE FROM reason WHERE campaign_id = :campaign AND erase_on <= :today",
)

_ERASE_BATCHES = "DELETE FROM stall_batch WHERE campaign_id = :campaign AND erase_on <= :today"


def erase_due(session: Session, slug: str, today: date) -> int:
    """Erase the signatures whose promised day has come; returns how many there were. Commits."""
    with store.writing(session, slug) as campaign:
        connection = session.connection()
        values = {"campaign": campaign.id, "today": today.isoformat(), "yes": True}
        connection.execute(text(_ERASE_BATCHES), values)
        records = _number(connection, _RECORDS, values)
        if not records:
            return 0
        # The tally still has them: nightly, it is compared with the records and this number.
        counted = _number(connection, _COUNTED, values)
        owed = _number(connection, _OWED, values)
        for statement in _ERASE:
            connection.execute(text(statement), values)
        row = state(session, campaign.id)
        row.erased_records += counted + owed
        row.erased_waiting += records - counted
        event = AuditEvent(SERVER, AuditVerb.ERASE_SIGNATURES, slug, f"{records} records, on their day")
        audit.write(session, campaign.id, event, clock.now())
        return records


def kept_until(connection: Connection, campaign: int) -> list[tuple[date | None, int]]:
    """How many signatures are erased on which day, by the days that were promised, the earliest first."""
    query = text(
        "SELECT erase_on, count(*) FROM signature WHERE campaign_id = :campaign"
        " GROUP BY erase_on ORDER BY erase_on"
    )
    rows = connection.execute(query, {"campaign": campaign}).all()
    return [(_day(day), int(number)) for day, number in rows]


def _number(connection: Connection, query: str, values: dict[str, Any]) -> int:
    return int(connection.execute(text(query), values).scalar() or 0)


def _day(value: Any) -> date | None:
    """A day as a driver gives it: SQLite has only text."""
    return date.fromisoformat(value) if isinstance(value, str) else value
