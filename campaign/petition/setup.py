"""Adding the petition to the application: its services and its pages."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import Engine

from campaign.coalition.organisations import host_of
from campaign.coalition.supporting import Withdrawals
from campaign.database import sessions
from campaign.editions.edition_cache import EditionCache
from campaign.key_store import KeyStore
from campaign.petition import pages
from campaign.petition.event_networks import EventNetworks
from campaign.petition.index import Cost
from campaign.petition.journal import Journal
from campaign.petition.ledger import Ledger
from campaign.petition.public_counts import PublicCounts
from campaign.petition.server_keys import KeySources
from campaign.petition.shown_reasons import ShownReasons
from campaign.petition.status import Petitions
from campaign.redis_access import SharedVolatile
from campaign.services import provide, service
from campaign.settings import Settings
from campaign.web.limits import Budgets
from campaign.web.trials import Trials


def _sources(app: Flask, settings: Settings) -> KeySources:
    """Where the server's keys are kept, on one machine or on several."""
    store = service(KeyStore, app)  # type: ignore[type-abstract]
    if settings.machine_key and settings.redis_url:
        return KeySources(store, shared=SharedVolatile(settings.redis_url))
    return KeySources(store)


def init(app: Flask) -> None:
    """Add the petition's services and its pages."""
    settings = service(Settings, app)
    mail = bool(settings.smtp_url) or not settings.production
    new_session = sessions(app)
    folders = (settings.data, settings.volatile)
    petitions = Petitions(new_session, folders, mail, not settings.production, _sources(app, settings))
    provide(app, petitions)
    service(Trials, app).kind = lambda: petitions.trial
    journal = Journal(settings.journal)
    provide(app, journal)
    provide(app, Ledger(service(Engine, app), journal))
    provide(app, PublicCounts(new_session, zones=service(EditionCache, app).time_zones))
    provide(app, ShownReasons(new_session))
    provide(app, Cost())
    withdrawals = Withdrawals(new_session)
    provide(app, withdrawals)
    app.jinja_env.globals.update(supporting=withdrawals.shown, host_of=host_of)
    events = EventNetworks(new_session)
    provide(app, events)
    service(Budgets, app).at_event = events.at_event
    pages.init(app)
