"""The desk: where organisers sign in, edit, translate, check and publish."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init(app: Flask) -> None:
    """Add the desk to the site."""
    from campaign.desk import views
    from campaign.desk.doors import blueprint

    views.collect()
    app.register_blueprint(blueprint)
