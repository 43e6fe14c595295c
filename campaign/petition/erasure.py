"""What a signer may ask for beyond their own link: erasure by the record's id, and no more news."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.editions import store
from campaign.people import audit
from campaign.people.audit import AuditEvent, AuditVerb
from campaign.petition.ledger import Entry, Ledger


def forget(session: Session, slug: str, records: Sequence[int], who: str) -> int:
    """Take out records that trustees found by a person's mailbox; how many were there."""
    campaign = store.locked(session, slug)
    connection = session.connection()
    ledger, now = Ledger(connection.engine), datetime.now(UTC)
    found = sum(ledger.void(connection, campaign.id, record, Entry(now.date(), "")) for record in records)
    audit.write(
        session, campaign.id, AuditEvent(who, AuditVerb.FORGET_SIGNATURES, "", f"{found} records"), now
    )
    session.commit()
    return found


def no_news(session: Session, campaign: int, record: int) -> None:
    """Remember that this signer wants no news any more. Twice is once."""
    session.rollback()
    connection = session.connection(execution_options={"writes": True})
    connection.execute(
        text("INSERT INTO no_news (id, campaign_id) VALUES (:id, :campaign) ON CONFLICT (id) DO NOTHING"),
        {"id": record, "campaign": campaign},
    )
    session.commit()
