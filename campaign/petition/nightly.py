"""The worker's nightly tasks: compare counts, send the manifest, renew keys, erase on the promised day."""

from __future__ import annotations

import logging
import secrets as random_source
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import Date, Engine, Integer, bindparam, text
from sqlalchemy.orm import Session

from campaign import clock
from campaign.coalition import store as coalition
from campaign.editions import comments, kept_forms, store
from campaign.editions.edition_cache import EditionCache
from campaign.languages.data import installed, source
from campaign.locking import only_one
from campaign.mail.outbox import Outbox, checkpoint
from campaign.pack.model import Pack
from campaign.people import audit
from campaign.people.audit import SERVER, AuditEvent, AuditVerb
from campaign.petition import (
    event_networks,
    log_records,
    manifests,
    other_servers,
    owner_mail,
    promises,
    witnesses,
)
from campaign.petition.comparison import compare
from campaign.petition.erasure import erase_all, erase_links
from campaign.petition.journal import PHOTOGRAPH, Journal, hashed
from campaign.petition.models import Manifest
from campaign.petition.public_log import LogStoppedError, PublicLog
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


#: When the nightly work is due, in UTC: after midnight, so that the day before has its manifest.
DUE = time(0, 7)


def nightly_if_due(app: Flask) -> list[NightReport]:
    """Run the nightly tasks if nobody has done so since 0:07 UTC, on this machine or on another.

    So a night that was missed is made up for by the next worker that starts. A campaign is new on the day
    on which a worker first sees it: its first night follows.
    """
    now = clock.now()
    last = now.date() if now.time() >= DUE else now.date() - timedelta(days=1)
    if not _is_due(app, last):
        return []
    with app.app_context(), only_one(service(Engine, app), service(Settings, app).data, "nightly") as is_ours:
        return nightly(app) if is_ours and _is_due(app, last) else []


def _is_due(app: Flask, last: date) -> bool:
    """Whether a campaign's last night is before this day."""
    engine = service(Engine, app)
    with engine.connect() as connection:
        campaigns = {row.id: row.day for row in connection.execute(_NIGHTS)}
    unknown = [campaign for campaign, day in campaigns.items() if day is None]
    if unknown:
        with engine.execution_options(writes=True).begin() as connection:
            for campaign in unknown:
                connection.execute(_NIGHT_DONE, {"campaign": campaign, "day": last})
    return any(day is not None and day < last for day in campaigns.values())


_NIGHTS = text(
    "SELECT campaign.id, night.day FROM campaign LEFT JOIN night ON night.campaign_id = campaign.id"
    " WHERE EXISTS (SELECT 1 FROM edition WHERE edition.campaign_id = campaign.id)"
).columns(id=Integer, day=Date)
_NIGHT_DONE = text(
    "INSERT INTO night (campaign_id, day) VALUES (:campaign, :day)"
    " ON CONFLICT (campaign_id) DO UPDATE SET day = excluded.day"
).bindparams(bindparam("day", type_=Date))


def nightly(app: Flask, today: date | None = None) -> list[NightReport]:
    """Run the nightly tasks for every campaign. It is safe to run them twice.

    Without `today`, each campaign has the day in its time zone: people read the days on which it
    closes, on which it erases data, and that a manifest names.
    """
    engine, journal = service(Engine, app), service(Journal, app)
    reports = []
    with app.app_context():
        for slug in service(EditionCache, app).ended().removed:
            # Again: it may have been interrupted.
            erase_links(service(Outbox, app), slug, service(Petitions, app).server_keys(slug))
        for slug, edition in service(EditionCache, app).newest().items():
            reports.append(_run_campaign(app, slug, edition.pack, today))
            # Nobody can publish or add a photograph in the meantime.
            with Session(engine) as session, store.writing(session, slug):
                gone = photo_store.forget(session, slug)
                journal.note((PHOTOGRAPH, hashed(name)) for name in gone)
        with engine.execution_options(writes=True).begin() as connection:
            # The campaigns that were removed as well: nothing is due for them any more.
            for (campaign,) in connection.execute(text("SELECT id FROM campaign")).all():
                connection.execute(_NIGHT_DONE, {"campaign": campaign, "day": today or clock.today()})
            single_use.forget(connection, clock.today())
            event_networks.forget(connection, clock.now())
            kept_forms.forget(connection, clock.now())
            coalition.forget_unconfirmed(connection, clock.today())
            comments.forget(connection, clock.now())
    with engine.connect() as connection:
        journal.catch_up(connection)
    journal.forget_old(clock.today())
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
        unlogged = log_records.difference(connection, petition.campaign)
    if difference:
        log.error("the tally of %s differs from its records by %d", slug, difference)
    if unlogged:
        log.error("the public log of %s differs from its records by %d", slug, unlogged)
    if petition.key is not None:
        send_manifest(app, slug, petition.campaign, today - timedelta(days=1))
        other_servers.ask_all(engine, slug, petition.campaign, today)
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
    terms, engine, outbox = pack.terms, service(Engine, app), service(Outbox, app)
    petition = service(Petitions, app).held(slug, fresh=True)
    server_keys = service(Petitions, app).server_keys(slug)
    if petition.erased is not None:
        erase_links(outbox, slug, server_keys)  # again: it may have been interrupted
        return False
    if petition.key is not None:
        # Before anything is erased: a record that is gone can't enter the log any more.
        ends = bool(terms.erase_on and today >= terms.erase_on)
        append_to_log(app, slug, today if ends else today - timedelta(days=1))
    if index_is_closed(terms, today):
        close_index(engine, petition.campaign, server_keys)
    # Without a key nobody has signed: a date that was wrong from the start can still be corrected.
    if not terms.erase_on or today < terms.erase_on or petition.key is None:
        with Session(engine) as session:
            promises.erase_due(session, slug, today)
        return False
    with Session(engine) as session:
        erased = erase(session, slug, today)
    erase_links(outbox, slug, server_keys)
    checkpoint(engine)
    return erased


def append_to_log(app: Flask, slug: str, through: date) -> None:
    """Append what came up to the end of a day to the public log, and sign its checkpoint.

    A log that can't go on is no reason to keep what was promised to be erased: the rest of the night goes on.
    """
    petition, server_keys = service(Petitions, app).held(slug), service(Petitions, app).server_keys(slug)
    engine, origin = service(Engine, app), log_origin(app, slug)
    try:
        PublicLog(engine, petition.campaign, server_keys, origin).run(through)
        witnesses.ask(engine, petition.campaign)
    except LogStoppedError as error:
        log.error("the public log of %s has stopped: %s", slug, error)


def log_origin(app: Flask, slug: str) -> str:
    """The name of a campaign's log: its address without https://. It has the name with which it began."""
    settings = service(Settings, app)
    base = settings.domains.get(slug) or settings.public_url or "http://localhost"
    return f"{urlsplit(base).netloc}/log/{slug}"


def send_manifest(app: Flask, slug: str, campaign: int, day: date) -> None:
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
        content = {"kind": "manifest", "body": body, "records": amount.records}
        _send_to_recipients(app, session, (slug, campaign, day), content)


def _send_audit_hash(app: Flask, slug: str, campaign: int, day: date) -> None:
    """If nobody can sign yet, owners get the audit's newest hash alone, after days that added to it."""
    engine, secret = service(Engine, app), service(Settings, app).secrets["manifest"]
    once = single_use.once(secret, f"head/{slug}/{day}".encode(), days=3)
    with engine.execution_options(writes=True).begin() as connection, Session(connection) as session:
        if audit.newest_day(session, campaign) < day or not single_use.spend(connection, once):
            return
        _send_to_recipients(app, session, (slug, campaign, day), {"kind": "head"})


def _send_to_recipients(
    app: Flask, session: Session, campaign_day: tuple[str, int, date], content: dict[str, Any]
) -> None:
    """Send an e-mail with the audit's newest hash to owners and trustees, in the session's transaction."""
    slug, campaign, day = campaign_day
    languages = service(EditionCache, app).newest()[slug].pack.languages
    common = {
        # That of the campaign: nobody at the desk has chosen one for e-mails.
        "language": next((code for code in languages if code in installed()), source()),
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
        records = erase_all(session, campaign, today)
        if records is None:
            return False
        event = AuditEvent(SERVER, AuditVerb.ERASE_SIGNATURES, slug, f"{records} records")
        audit.write(session, campaign.id, event, clock.now())
    return True


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
            connection.execute(text("CLUSTER reason USING reason_pkey"))
        # What waited for the log has the order of signing among its dead rows.
        connection.execute(text("VACUUM FULL log_pending"))
