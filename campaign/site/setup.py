"""Adding the public pages to the application."""

from __future__ import annotations

from flask import Flask

from campaign.site import pages, pictures


def init(app: Flask) -> None:
    """Add the pages."""
    app.jinja_env.globals.update(pictures=pictures, month_name=pages.month_name)
    app.register_blueprint(pages.blueprint)
