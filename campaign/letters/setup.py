"""Adding the composer to the application."""

from __future__ import annotations

from flask import Flask

from campaign.letters import kept_parts, views
from campaign.web.guard import allow_bodies


def init(app: Flask) -> None:
    """Add the composer to the site."""
    app.register_blueprint(views.blueprint)
    kept_parts.init(app)
    allow_bodies(app, views.blueprint.name, lambda _endpoint: views.GIVE_BACK_BYTES)
