"""The application: every part of the site, put together."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from campaign import database, logs
from campaign.counts.letter_counts import LetterCounts
from campaign.desk import setup as desk
from campaign.editions.edition_cache import EditionCache
from campaign.letters import setup as letters
from campaign.mail import setup as mail
from campaign.paper import setup as paper
from campaign.petition import setup as petition
from campaign.petition.forgetting import keep_forgetting
from campaign.services import provide
from campaign.settings import Settings, read
from campaign.site import setup as site
from campaign.web import routes
from campaign.web import setup as web
from campaign.web.limits import Budgets
from campaign.web.public_pages import PageCache

ROOT = Path(__file__).parent.parent


def serve_app() -> Flask:
    """The application of one process of the web server, which forgets what others erase."""
    app = create_app()
    keep_forgetting(app)
    return app


def create_app(settings: Settings | None = None, load: bool = True) -> Flask:
    """The Flask application with all its parts.

    Settings come from the environment unless given. With `load`, the published packs are
    read at once, so that a broken one prevents the start (PackError) and no visitor waits.
    """
    settings = settings or read()
    logs.configure(settings.log)
    app = Flask("campaign", static_folder=str(ROOT / "static"), template_folder=str(ROOT / "templates"))
    provide(app, settings)
    app.config.update(
        TRUSTED_HOSTS=settings.trusted_hosts,
        MAX_CONTENT_LENGTH=64 * 1024,
        MAX_FORM_PARTS=50,
    )
    app.url_map.strict_slashes = False
    routes.init(app)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    database.connect(app, settings.database_url)

    make_session = database.sessions(app)
    editions = EditionCache(make_session)
    provide(app, editions)
    provide(app, LetterCounts(make_session))
    provide(app, PageCache())
    provide(app, Budgets(settings.redis_url))
    for part in (desk, letters, mail, paper, petition, site, web):
        part.init(app)
    if load:
        with app.app_context():
            editions.load()
    return app
