"""Campaign: letters, petitions and campaigns for human-rights organisations."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from campaign.settings import Settings


def create_app(settings: Settings | None = None, load: bool = True) -> Flask:
    """Wire the rooms together, nothing else.

    Settings come from the environment unless given. With `load`, the published packs are
    read at once, so that a broken one stops the start (PackError) and no visitor waits.
    """
    from pathlib import Path

    from flask import Flask

    from campaign import database, desk, letters, mail, paper, petition, site, web
    from campaign.editions.library import Library
    from campaign.settings import read
    from campaign.tallies.board import Board

    settings = settings or read()
    root = Path(__file__).parent.parent
    app = Flask(__name__, static_folder=str(root / "static"), template_folder=str(root / "templates"))
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
    web.init(app)
    site.init(app)
    letters.init(app)
    mail.init(app)
    paper.init(app)
    petition.init(app)
    desk.init(app)
    if load:
        with app.app_context():
            library.load()
    return app
