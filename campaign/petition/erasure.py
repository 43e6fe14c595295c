"""What a signer may ask for apart from a withdrawal: erasure by the record's id, and no more news."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign import clock
from campaign.database import transaction
from campaign.editions import store
from campaign.people import audit
from campaign.people.audit import AuditEvent, AuditVerb
from campaign.petition.ledger import Entry, Ledger


def forget(session: Session, slug: str, records: Sequence[int], who: str, today: date) -> int:
    """Erase records that trustees found by a person's e-mail address; returns how many existed.

    `today` is the day in the campaign's time zone from whose count they are subtracted.
    """
    with store.writing(session, slug) as campaign:
        connection = session.connection()
        ledger = Ledger(connection.engine)
        erased = sum(ledger.void(connection, campaign.id, record, Entry(today, "")) for record in records)
        audit.write(
            session,
            campaign.id,
            AuditEvent(who, AuditVerb.FORGET_SIGNATURES, "", f"{erased} records"),
            clock.now(),
        )
        return erased


def no_news(session: Session, campaign: int, record: int) -> None:
    """Remember that this signer wants no more news. It is safe to do this twice.

    For a number that no signature of the campaign has, nothing is written.
    """
    with transaction(session) as connection:
        connection.execute(
            text(
                "INSERT INTO no_news (id, campaign_id) SELECT id, campaign_id FROM signature"
                " WHERE id = :id AND campaign_id = :campaign ON CONFLICT (id) DO NOTHING"
            ),
            {"id": record, "campaign": campaign},
        )
