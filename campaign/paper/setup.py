"""Adding the page on which visitors print sheets to the application."""

from __future__ import annotations

from flask import Flask

from campaign.paper import views


def init(app: Flask) -> None:
    """Add the page on which visitors print sheets."""
    app.register_blueprint(views.blueprint)
