"""Adding the pages after the letter to the application."""

from __future__ import annotations

from flask import Blueprint, Flask

from campaign.answers import public, slip_pages
from campaign.counts.answers import AnswerCounts
from campaign.database import sessions
from campaign.services import provide
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
    app.register_blueprint(public.public.blueprint)
