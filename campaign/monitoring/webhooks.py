"""The worker's sender of messages to webhooks; what is written, and to whom, when one is switched off."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from campaign import clock
from campaign.editions.edition_cache import EditionCache
from campaign.editions.models import Campaign
from campaign.languages.data import for_desk
from campaign.mail.outbox import Outbox
from campaign.messages import Message
from campaign.outgoing import Network
from campaign.people import audit, members
from campaign.people.audit import AuditEvent, AuditVerb
from campaign.services import service
from campaign.settings import Settings
from campaign.web import languages
from campaign.web.messages import translated
from campaign.webhooks.delivering import Courier


def secret_of(app: Flask) -> bytes:
    """What the secrets of all webhooks follow from."""
    secret: bytes = service(Settings, app).secrets["desk"]
    return secret


def courier(app: Flask, network: Network | None = None) -> Courier:
    """What sends the messages of an application."""

    def stopped(session: Session, campaign: int, url: str) -> None:
        _tell(app, session, campaign, url)

    return Courier(service(Engine, app), secret_of(app), stopped, network)


def _tell(app: Flask, session: Session, number: int, url: str) -> None:
    """Write to the audit and to the owners that a webhook was switched off, in the session's transaction."""
    campaign = session.get_one(Campaign, number, with_for_update=True)
    host = urlsplit(url).hostname or ""
    event = AuditEvent(audit.SERVER, AuditVerb.CHANGE_WEBHOOK, host, "switched off")
    audit.write(session, campaign.id, event, clock.now())
    edition, outbox = service(EditionCache, app).newest().get(campaign.slug), service(Outbox, app)
    code = for_desk(edition.pack.languages if edition else ())
    subject = Message("a webhook was switched off")
    line = Message(
        "%(host)s has not accepted messages for three days, or wants no more of them. Look at the log at the "
        "desk; you can switch it on again there.",
        host=host,
    )
    with app.test_request_context(), languages.forced(code):
        content = {
            "kind": "change",
            "language": code,
            "slug": campaign.slug,
            "subject": f"{campaign.slug}: {translated(subject)}",
            "who": audit.SERVER,
            "lines": [translated(line)],
            "site": service(Settings, app).public_url,
        }
    for person, member in members.members(session, campaign.slug):
        if member.role == "owner":
            outbox.put(session.connection(), {**content, "to": person.email})
