"""What a signer may ask for beyond their own link: erasure by the record's id, and no more news."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.database import transaction
from campaign.editions import store
from campaign.people import audit
from campaign.people.audit import AuditEvent, AuditVerb
from campaign.petition.ledger import Entry, Ledger


def forget(session: Session, slug: str, records: Sequence[int], who: str) -> int:
    """Take out records that trustees found by a person's mailbox; how many were there."""
    with store.writing(session, slug) as campaign:
        connection = session.connection()
        ledger, now = Ledger(connection.engine), datetime.now(UTC)
        found = sum(ledger.void(connection, campaign.id, record, Entry(now.date(), "")) for record in records)
        audit.write(
            session, campaign.id, AuditEvent(who, AuditVerb.FORGET_SIGNATURES, "", f"{found} records"), now
        )
        return found


def no_news(session: Session, campaign: int, record: int) -> None:
    """Remember that this signer wants no news any more. Twice is once."""
    with transaction(session) as connection:
        connection.execute(
            text("INSERT INTO no_news (id, campaign_id) VALUES (:id, :campaign) ON CONFLICT (id) DO NOTHING"),
            {"id": record, "campaign": campaign},
        )
