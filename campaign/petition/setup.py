"""Adding the petition to the application: its services and its pages."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import Engine

from campaign.database import sessions
from campaign.editions.edition_cache import EditionCache
from campaign.petition import pages
from campaign.petition.event_networks import EventNetworks
from campaign.petition.index import Cost
from campaign.petition.ledger import Ledger
from campaign.petition.public_counts import PublicCounts
from campaign.petition.status import Petitions
from campaign.services import provide, service
from campaign.settings import Settings
from campaign.web.limits import Budgets


def init(app: Flask) -> None:
    """Add the petition's services and its pages."""
    settings = service(Settings, app)
    mail = bool(settings.smtp_url) or not settings.production
    new_session = sessions(app)
    provide(app, Petitions(new_session, settings.data, settings.volatile, mail))
    provide(app, Ledger(service(Engine, app)))
    provide(app, PublicCounts(new_session, zones=service(EditionCache, app).time_zones))
    provide(app, Cost())
    events = EventNetworks(new_session)
    provide(app, events)
    service(Budgets, app).at_event = events.at_event
    pages.init(app)
