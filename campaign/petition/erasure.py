"""Erasing signatures: those that a signer asks for, or all of a campaign with all that leads to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from campaign import clock
from campaign.coalition import store as coalition
from campaign.database import transaction
from campaign.editions import store
from campaign.editions.models import Campaign
from campaign.mail.outbox import Outbox
from campaign.people import audit
from campaign.people.audit import AuditEvent, AuditVerb
from campaign.petition.administration import state
from campaign.petition.journal import NAME, REASON, Journal, hashed
from campaign.petition.ledger import Entry, Ledger, name_id
from campaign.petition.reasons import signer_of
from campaign.petition.server_keys import ServerKeys


def forget_shown(session: Session, withdraw_key: bytes, records: Sequence[int], journal: Journal) -> None:
    """Delete names and reasons of records; the key of withdrawal links leads to them. Commits."""
    names = [name_id(withdraw_key, record) for record in records]
    signers = [signer_of(withdraw_key, record) for record in records]
    with transaction(session) as connection:
        for name, signer in zip(names, signers, strict=True):
            connection.execute(_FORGET_NAME, {"id": name})
            connection.execute(_FORGET_REASON, {"signer": signer})
    journal.note((NAME, hashed(name)) for name in names)
    journal.note((REASON, hashed(signer)) for signer in signers)


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


_FORGET_NAME = text("DELETE FROM public_name WHERE id = :id")
_FORGET_REASON = text("DELETE FROM reason WHERE signer = :signer")


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


#: Tables with what people gave: records, index, names, reasons, what was withdrawn, rows of sheets, sealed
#: pictures, batches of stalls. Records come first: a reason that is being written holds its record.
_PERSONAL = (
    "signature", "seen", "public_name", "reason", "no_news", "gone", "void_list", "sheet_row",
    "paper_request", "log_pending", "log_entry", "scan", "given_answer", "stall_batch", "stall_code",
)  # fmt: skip


def erase_all(session: Session, campaign: Campaign, today: date) -> int | None:
    """Erase all signatures of a campaign; how many records there were. The caller commits.

    None if they were erased before.
    """
    row = state(session, campaign.id)
    if row.erased is not None:
        return None
    connection = session.connection()
    counts = [_erase_table(connection, table, campaign.id) for table in _PERSONAL]
    coalition.erase(connection, campaign.id)
    row.erased = today
    return counts[0]


def _erase_table(connection: Connection, table: str, campaign: int) -> int:
    query = text(f"DELETE FROM {table} WHERE campaign_id = :campaign")  # noqa: S608  the names are ours
    return connection.execute(query, {"campaign": campaign}).rowcount


def erase_links(outbox: Outbox, slug: str, server_keys: ServerKeys) -> None:
    """Destroy the keys of all links, and delete the e-mail that still waits: it has an address and links."""
    server_keys.erase()
    outbox.drop(lambda content: content.get("campaign") == slug)
