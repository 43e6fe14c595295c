"""Adding the page on which batches from stalls are handed over to the application."""

from __future__ import annotations

from flask import Blueprint, Flask

from campaign.stalls import views
from campaign.web.guard import allow_bodies
from campaign.web.open_edition import read_address


def init(app: Flask) -> None:
    """Add the page; its form may be as large as a batch."""
    blueprint = Blueprint("stalls", __name__, url_prefix="/<language>/<slug>")
    blueprint.url_value_preprocessor(read_address)
    blueprint.before_request(views.open_campaign)
    views.routes.add_to(blueprint)
    app.register_blueprint(blueprint)
    allow_bodies(app, blueprint.name, lambda _endpoint: views.MOST_BYTES)
