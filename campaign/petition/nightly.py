"""What the worker does once a night: compare, sum up, tell trustees, renew keys, erase on the day."""

from __future__ import annotations

import logging
import secrets as random_source
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from campaign import clock
from campaign.editions import store
from campaign.editions.edition_cache import EditionCache
from campaign.mail.outbox import Outbox, checkpoint
from campaign.pack.model import Pack
from campaign.people import audit, members
from campaign.people.audit import AuditEvent, AuditVerb
from campaign.petition import manifests, proof_of_work
from campaign.petition.administration import state, trustees
from campaign.petition.ledger import compare
from campaign.petition.models import Manifest
from campaign.petition.server_keys import ServerKeys
from campaign.petition.status import Petitions
from campaign.photographs import photo_store
from campaign.services import service
from campaign.settings import Settings
from campaign.signatures import manifest

log = logging.getLogger("campaign.petition")


@dataclass(frozen=True, slots=True)
class NightReport:
    """What one night found for one campaign."""

    slug: str
    difference: int
    erased: bool


def nightly(app: Flask, today: date | None = None) -> list[NightReport]:
    """Do the night's work for every campaign. It may run twice.

    Without `today` it is the day in each campaign's time zone: what is promised to close or to be
    erased on a day, and the day that a manifest names, are days that people read.
    """
    engine = service(Engine, app)
    found = []
    with app.app_context():
        for slug, edition in service(EditionCache, app).newest().items():
            found.append(_campaign(app, slug, edition.pack, today))
            # Nobody publishes or adds a photograph meanwhile.
            with Session(engine) as session, store.writing(session, slug):
                photo_store.forget(session, slug)
        with engine.execution_options(writes=True).begin() as connection:
            proof_of_work.forget(connection, clock.now())
    checkpoint(engine)
    return found


def _campaign(app: Flask, slug: str, pack: Pack, given: date | None) -> NightReport:
    terms, today = pack.terms, given or clock.today(pack.time_zone)
    engine, petitions = service(Engine, app), service(Petitions, app)
    held, ring = petitions.held(slug, fresh=True), petitions.ring(slug)
    if held.erased is not None:
        return NightReport(slug, 0, False)
    if terms.closes and today > terms.closes + timedelta(days=1):
        close_index(engine, held.campaign, ring)
    if terms.erase_on and today >= terms.erase_on:
        with Session(engine) as session:
            erase(session, slug, ring, today)
        return NightReport(slug, 0, True)
    ring.renew()
    with engine.connect() as connection:
        difference = compare(connection, held.campaign).difference
    if difference:
        log.error("the tally of %s differs from its records by %d", slug, difference)
    if held.key is not None:
        _manifest(app, slug, held.campaign, today - timedelta(days=1))
    else:
        # The audit is kept in UTC, and so is the day of its newest hash.
        _head(app, slug, held.campaign, (given or clock.today()) - timedelta(days=1))
    if engine.dialect.name == "postgresql":
        _rewrite(engine)
    return NightReport(slug, difference, False)


def _manifest(app: Flask, slug: str, campaign: int, day: date) -> None:
    """Sum up, sign, keep, and mail it to owners and trustees together with the audit's newest hash."""
    engine = service(Engine, app)
    with engine.connect() as connection:
        amount = manifests.amount(connection, slug, campaign, day)
    body = manifest.signed(amount, service(Settings, app).secrets["manifest"])
    with engine.execution_options(writes=True).begin() as connection, Session(connection) as session:
        if session.get(Manifest, (campaign, day)) is not None:
            return
        session.add(Manifest(campaign_id=campaign, day=day, body=body))
        session.flush()
        more = {
            "kind": "manifest",
            "subject": f"{slug}: manifest of {day}",
            "body": body,
            "records": amount.records,
        }
        _tell(app, session, (slug, campaign, day), more)


def _head(app: Flask, slug: str, campaign: int, day: date) -> None:
    """Where nobody can sign yet, owners get the audit's newest hash alone, after days that added to it."""
    engine, secret = service(Engine, app), service(Settings, app).secrets["manifest"]
    until = datetime.combine(day, time(), UTC) + timedelta(days=3)
    once = proof_of_work.once(secret, f"head/{slug}/{day}", until.timestamp())
    with engine.execution_options(writes=True).begin() as connection, Session(connection) as session:
        if audit.newest_day(session, campaign) < day or not proof_of_work.spend(connection, once):
            return
        more = {"kind": "head", "subject": f"{slug}: what was done until {day}"}
        _tell(app, session, (slug, campaign, day), more)


def _tell(app: Flask, session: Session, what: tuple[str, int, date], more: dict[str, Any]) -> None:
    """A mail with the audit's newest hash to each owner and trustee, in the session's transaction."""
    slug, campaign, day = what
    same = {
        "language": "en",
        "slug": slug,
        "day": day.isoformat(),
        "head": audit.head(session, campaign).hex(),
    }
    for address in recipients(session, slug, campaign):
        service(Outbox, app).put(session.connection(), {**same, **more, "to": address})


def recipients(session: Session, slug: str, campaign: int) -> list[str]:
    """Owners of the campaign, and whoever else organisers named."""
    owners = [person.email for person, member in members.members(session, slug) if member.role == "owner"]
    named = trustees(session, campaign).split()
    return list(dict.fromkeys([*owners, *named]))


def close_index(engine: Any, campaign: int, ring: ServerKeys) -> None:
    """After the end nobody signs any more, so nothing needs to tell whether a mailbox did."""
    ring.close_index()
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(
            text("DELETE FROM seen WHERE campaign_id = :c AND owed = :no"), {"c": campaign, "no": False}
        )


def erase(session: Session, slug: str, ring: ServerKeys, today: date) -> None:
    """Erase what was promised to go on this day: records, index, names, and the keys of all links."""
    with store.writing(session, slug) as campaign:
        connection = session.connection()
        counts = [_erase(connection, table, campaign.id) for table in _PERSONAL]
        state(session, campaign.id).erased = today
        deed = AuditEvent("the server", AuditVerb.ERASE_SIGNATURES, slug, f"{counts[0]} records")
        audit.write(session, campaign.id, deed, clock.now())
    ring.erase()


_PERSONAL = ("signature", "seen", "public_name", "no_news", "gone", "void_list", "sheet_row")


def _erase(connection: Connection, table: str, campaign: int) -> int:
    query = text(f"DELETE FROM {table} WHERE campaign_id = :campaign")  # noqa: S608  the names are ours
    return connection.execute(query, {"campaign": campaign}).rowcount


def _rewrite(engine: Any) -> None:
    """PostgreSQL keeps rows in the order of writing: put them into the order of their random ids.

    Every night up to 100,000 rows, weekly above. The log of writes (WAL) still holds the order.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        rows = connection.execute(
            text("SELECT reltuples FROM pg_class WHERE relname = 'signature'")
        ).scalar_one()
        if rows < 100_000 or random_source.randbelow(7) == 0:
            connection.execute(text("CLUSTER signature USING signature_pkey"))
