"""The application: every part of the site, put together."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from campaign import database, desk, letters, mail, paper, petition, site, web
from campaign.counts.letter_counts import Board
from campaign.editions.edition_cache import Library
from campaign.settings import Settings, read

ROOT = Path(__file__).parent.parent


def create_app(settings: Settings | None = None, load: bool = True) -> Flask:
    """The Flask application with all its parts.

    Settings come from the environment unless given. With `load`, the published packs are
    read at once, so that a broken one stops the start (PackError) and no visitor waits.
    """
    settings = settings or read()
    app = Flask("campaign", static_folder=str(ROOT / "static"), template_folder=str(ROOT / "templates"))
    app.extensions["settings"] = settings
    app.config.update(
        TRUSTED_HOSTS=settings.trusted_hosts,
        MAX_CONTENT_LENGTH=64 * 1024,
        MAX_FORM_PARTS=50,
    )
    app.url_map.strict_slashes = False
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    database.connect(app, settings.database_url)

    app.extensions["library"] = library = Library(database.sessions(app))
    app.extensions["board"] = Board(database.sessions(app))
    for part in (web, site, letters, mail, paper, petition, desk):
        part.init(app)
    if load:
        with app.app_context():
            library.load()
    return app
