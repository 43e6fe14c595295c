"""The worker's nightly tasks: compare counts, send the manifest, renew keys, erase on the promised day."""

from __future__ import annotations

import logging
import secrets as random_source
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from campaign import clock
from campaign.editions import kept_forms, store
from campaign.editions.edition_cache import EditionCache
from campaign.mail.outbox import Outbox, checkpoint
from campaign.pack.model import Pack
from campaign.people import audit
from campaign.people.audit import AuditEvent, AuditVerb
from campaign.petition import event_networks, manifests, owner_mail, promises
from campaign.petition.administration import state
from campaign.petition.comparison import compare
from campaign.petition.models import Manifest
from campaign.petition.server_keys import ServerKeys
from campaign.petition.status import Petitions, index_is_closed
from campaign.photographs import photo_store
from campaign.services import service
from campaign.settings import Settings
from campaign.signatures import manifest
from campaign.web import single_use

log = logging.getLogger("campaign.petition")


@dataclass(frozen=True, slots=True)
class NightReport:
    """The result of one night for one campaign."""

    slug: str
    difference: int
    erased: bool


def nightly(app: Flask, today: date | None = None) -> list[NightReport]:
    """Run the nightly tasks for every campaign. It is safe to run them twice.

    Without `today`, each campaign has the day in its time zone: people read the days on which it
    closes, on which it erases data, and that a manifest names.
    """
    engine = service(Engine, app)
    reports = []
    with app.app_context():
        for slug, edition in service(EditionCache, app).newest().items():
            reports.append(_run_campaign(app, slug, edition.pack, today))
            # Nobody can publish or add a photograph in the meantime.
            with Session(engine) as session, store.writing(session, slug):
                photo_store.forget(session, slug)
        with engine.execution_options(writes=True).begin() as connection:
            single_use.forget(connection, clock.today())
            event_networks.forget(connection, clock.now())
            kept_forms.forget(connection, clock.now())
    checkpoint(engine)
    return reports


def _run_campaign(app: Flask, slug: str, pack: Pack, fixed_day: date | None) -> NightReport:
    today = fixed_day or clock.today(pack.time_zone)
    engine, petitions = service(Engine, app), service(Petitions, app)
    petition, server_keys = petitions.held(slug, fresh=True), petitions.server_keys(slug)
    erased_now = erase_due(app, slug, pack, today)
    if erased_now or petition.erased is not None:
        return NightReport(slug, 0, erased_now)
    server_keys.renew()
    with engine.connect() as connection:
        difference = compare(connection, petition.campaign).difference
    if difference:
        log.error("the tally of %s differs from its records by %d", slug, difference)
    if petition.key is not None:
        _send_manifest(app, slug, petition.campaign, today - timedelta(days=1))
    else:
        # The audit is kept in UTC, and so is the day of its newest hash.
        _send_audit_hash(app, slug, petition.campaign, (fixed_day or clock.today()) - timedelta(days=1))
    if engine.dialect.name == "postgresql":
        _sort_rows(engine)
    return NightReport(slug, difference, False)


def erase_due(app: Flask, slug: str, pack: Pack, today: date) -> bool:
    """Close the index and erase the signatures if their day has come; whether they were erased now.

    It is safe to do this twice, also by several processes at once.
    """
    terms, engine = pack.terms, service(Engine, app)
    petition = service(Petitions, app).held(slug, fresh=True)
    server_keys = service(Petitions, app).server_keys(slug)
    if petition.erased is not None:
        _erase_links(app, slug, server_keys)  # again: it may have been interrupted
        return False
    if index_is_closed(terms, today):
        close_index(engine, petition.campaign, server_keys)
    # Without a key nobody has signed: a date that was wrong from the start can still be corrected.
    if not terms.erase_on or today < terms.erase_on or petition.key is None:
        with Session(engine) as session:
            promises.erase_due(session, slug, today)
        return False
    with Session(engine) as session:
        erased = erase(session, slug, today)
    _erase_links(app, slug, server_keys)
    checkpoint(engine)
    return erased


def _erase_links(app: Flask, slug: str, server_keys: ServerKeys) -> None:
    """Destroy the keys of all links, and delete the e-mail that still waits: it has an address and links."""
    server_keys.erase()
    service(Outbox, app).drop(lambda content: content.get("campaign") == slug)


def _send_manifest(app: Flask, slug: str, campaign: int, day: date) -> None:
    """Sum up, sign, store, and send it to owners and trustees together with the audit's newest hash."""
    engine = service(Engine, app)
    with engine.connect() as connection:
        amount = manifests.amount(connection, slug, campaign, day)
    body = manifest.signed(amount, service(Settings, app).secrets["manifest"])
    with engine.execution_options(writes=True).begin() as connection, Session(connection) as session:
        if session.get(Manifest, (campaign, day)) is not None:
            return
        session.add(Manifest(campaign_id=campaign, day=day, body=body))
        session.flush()
        content = {
            "kind": "manifest",
            "subject": f"{slug}: manifest of {day}",
            "body": body,
            "records": amount.records,
        }
        _send_to_recipients(app, session, (slug, campaign, day), content)


def _send_audit_hash(app: Flask, slug: str, campaign: int, day: date) -> None:
    """If nobody can sign yet, owners get the audit's newest hash alone, after days that added to it."""
    engine, secret = service(Engine, app), service(Settings, app).secrets["manifest"]
    once = single_use.once(secret, f"head/{slug}/{day}".encode(), days=3)
    with engine.execution_options(writes=True).begin() as connection, Session(connection) as session:
        if audit.newest_day(session, campaign) < day or not single_use.spend(connection, once):
            return
        content = {"kind": "head", "subject": f"{slug}: what was done until {day}"}
        _send_to_recipients(app, session, (slug, campaign, day), content)


def _send_to_recipients(
    app: Flask, session: Session, campaign_day: tuple[str, int, date], content: dict[str, Any]
) -> None:
    """Send an e-mail with the audit's newest hash to owners and trustees, in the session's transaction."""
    slug, campaign, day = campaign_day
    common = {
        "language": "en",
        "day": day.isoformat(),
        "head": audit.head(session, campaign).hex(),
    }
    owner_mail.send(service(Outbox, app), session, slug, {**common, **content})


def close_index(engine: Any, campaign: int, server_keys: ServerKeys) -> None:
    """After closing nobody signs any more, so nothing needs to show whether an e-mail address signed."""
    server_keys.close_index()
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(
            text("DELETE FROM seen WHERE campaign_id = :c AND owed = :no"), {"c": campaign, "no": False}
        )


def erase(session: Session, slug: str, today: date) -> bool:
    """Erase the rows that were promised for this day: records, index, names. Commits.

    Returns False if another process did so in the meantime.
    """
    with store.writing(session, slug) as campaign:
        connection = session.connection()
        if state(session, campaign.id).erased is not None:
            return False
        counts = [_erase_table(connection, table, campaign.id) for table in _PERSONAL]
        state(session, campaign.id).erased = today
        event = AuditEvent("the server", AuditVerb.ERASE_SIGNATURES, slug, f"{counts[0]} records")
        audit.write(session, campaign.id, event, clock.now())
    return True


_PERSONAL = ("signature", "seen", "public_name", "no_news", "gone", "void_list", "sheet_row", "paper_request")


def _erase_table(connection: Connection, table: str, campaign: int) -> int:
    query = text(f"DELETE FROM {table} WHERE campaign_id = :campaign")  # noqa: S608  the names are ours
    return connection.execute(query, {"campaign": campaign}).rowcount


def _sort_rows(engine: Any) -> None:
    """PostgreSQL keeps rows in the order of writing: sort them by their random ids.

    Every night up to 100,000 rows, once a week above that. The write-ahead log still holds the order.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        rows = connection.execute(
            text("SELECT reltuples FROM pg_class WHERE relname = 'signature'")
        ).scalar_one()
        if rows < 100_000 or random_source.randbelow(7) == 0:
            connection.execute(text("CLUSTER signature USING signature_pkey"))
