"""Adding the composer to the application."""

from __future__ import annotations

from flask import Flask

from campaign.letters import views


def init(app: Flask) -> None:
    """Add the composer to the site."""
    app.register_blueprint(views.blueprint)
