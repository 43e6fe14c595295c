"""Adding the petition to the application: what it writes with, and its pages."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import Engine

from campaign.database import sessions
from campaign.editions.edition_cache import EditionCache
from campaign.petition import pages
from campaign.petition.index import Cost
from campaign.petition.ledger import Ledger
from campaign.petition.public_counts import PublicCounts
from campaign.petition.status import Petitions
from campaign.services import provide, service
from campaign.settings import Settings


def init(app: Flask) -> None:
    """Add the petition's pages, and what they write with."""
    settings = service(Settings, app)
    mail = bool(settings.smtp_url) or not settings.production
    make = sessions(app)
    provide(app, Petitions(make, settings.data, settings.volatile, mail))
    provide(app, Ledger(service(Engine, app)))
    provide(app, PublicCounts(make, zones=service(EditionCache, app).time_zones))
    provide(app, Cost())
    pages.init(app)
