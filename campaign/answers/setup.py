"""Adding the pages after the letter to the application."""

from __future__ import annotations

from flask import Blueprint, Flask

from campaign.answers import giving, public, slip_pages
from campaign.counts.answers import AnswerCounts
from campaign.database import sessions
from campaign.services import provide
from campaign.web.guard import allow_bodies
from campaign.web.open_edition import read_address


def init(app: Flask) -> None:
    """Add the counts and the pages."""
    provide(app, AnswerCounts(sessions(app)))
    blueprint = Blueprint("answers", __name__, url_prefix="/<language>/<slug>")
    blueprint.url_value_preprocessor(read_address)
    blueprint.before_request(slip_pages.open_campaign)
    slip_pages.routes.add_to(blueprint)
    public.routes.add_to(blueprint)
    app.register_blueprint(blueprint)
    _add_giving(app)
    app.register_blueprint(public.public.blueprint)


def _add_giving(app: Flask) -> None:
    """Add the one public form that takes a picture."""
    blueprint = Blueprint("giving", __name__, url_prefix="/<language>/<slug>")
    blueprint.url_value_preprocessor(read_address)
    blueprint.before_request(giving.open_campaign)
    giving.routes.add_to(blueprint)
    app.register_blueprint(blueprint)
    allow_bodies(app, blueprint.name, lambda _endpoint: giving.MOST_BYTES)
