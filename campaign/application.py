"""The application: every part of the site, put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from flask import Flask
from sqlalchemy import Engine

from campaign import database, logs
from campaign.answers import setup as answers
from campaign.counts.letter_counts import LetterCounts
from campaign.counts.partners import PartnerCounts
from campaign.counts.visits import VisitCounts, keep_writing
from campaign.desk import setup as desk
from campaign.editions.edition_cache import EditionCache, LoadedEdition
from campaign.folders import STATIC, TEMPLATES
from campaign.key_store import DatabaseStore, FolderStore, KeyStore
from campaign.letters import setup as letters
from campaign.mail import setup as mail
from campaign.monitoring import setup as monitoring
from campaign.paper import setup as paper
from campaign.petition import setup as petition
from campaign.petition.forgetting import keep_forgetting
from campaign.refreshing import PATIENCE, repeat
from campaign.services import provide, service
from campaign.settings import Settings, read
from campaign.site import setup as site
from campaign.stalls import setup as stalls
from campaign.waiting import Reach
from campaign.web import routes
from campaign.web import setup as web
from campaign.web.kept_reads import KeptReads
from campaign.web.limits import Budgets
from campaign.web.page_environment import PageEnvironment
from campaign.web.public_pages import PageCache
from campaign.web.trials import Trials

#: The newest editions by slug, as `EditionCache` has them.
Editions = Mapping[str, LoadedEdition]
_NONE: Editions = MappingProxyType({})


def app_to_serve(settings: Settings | None = None, newest: Editions = _NONE) -> Flask:
    """The application of the web server, before any process of it serves: none of its work has begun.

    `newest`: the editions that this process has in memory already.
    """
    return create_app(settings, load=False, patience=PATIENCE, newest=newest)


def begin_serving(app: Flask) -> Flask:
    """Begin in one process of the web server: read what is new, forget what others erase, add up visits.

    While its database is away, it refuses at once what needs it. Raises PackError for a pack that can't be
    read.
    """
    with app.app_context():
        service(EditionCache, app).load()
    reach = service(Reach, app)
    reach.refuses = True
    if service(Engine, app).dialect.name != "sqlite":  # a file is always there
        repeat(reach.look, PATIENCE, "reaching", lambda _error: None)
    keep_forgetting(app)
    keep_writing(service(VisitCounts, app))
    return app


def serve_app() -> Flask:
    """Both at once, for a process that nobody prepared."""
    return begin_serving(app_to_serve())


def _as_it_is(function: Callable[..., Any]) -> Callable[..., Any]:
    return function


def _key_store(app: Flask, settings: Settings) -> KeyStore:
    """Where the server's keys are: in files, or in the database under the key that every machine has."""
    if settings.machine_key:
        return DatabaseStore(service(Engine, app), settings.machine_key)
    return FolderStore(settings.data)


def _empty(settings: Settings) -> Flask:
    """A Flask application without any part of ours."""
    app = Flask("campaign", static_folder=str(STATIC), template_folder=str(TEMPLATES))
    app.config.update(
        TRUSTED_HOSTS=settings.trusted_hosts,
        MAX_CONTENT_LENGTH=64 * 1024,
        MAX_FORM_PARTS=50,
    )
    app.url_map.strict_slashes = False
    # Nothing here is a coroutine: looking for one, a dozen times in each request, took 5 % of its time.
    app.ensure_sync = _as_it_is  # type: ignore[assignment,method-assign]
    app.jinja_environment = PageEnvironment
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    routes.init(app)
    return app


def create_app(
    settings: Settings | None = None,
    load: bool = True,
    patience: float = database.PATIENCE,
    newest: Editions = _NONE,
) -> Flask:
    """The Flask application with all its parts.

    Settings come from the environment unless given. `patience`: seconds for which it waits for its database.
    With `load`, the published packs are read at once, so that one that can't be read prevents the start
    (PackError) and no visitor waits. `newest`: the editions that this process has in memory already.
    """
    settings = settings or read()
    logs.configure(settings.log)
    app = _empty(settings)
    provide(app, settings)
    database.connect(app, settings.database_url, patience)

    provide(app, _key_store(app, settings), KeyStore)
    make_session = database.sessions(app)
    editions = EditionCache(make_session, newest=newest)
    provide(app, editions)
    provide(app, LetterCounts(make_session))
    provide(app, PartnerCounts(make_session))
    provide(app, VisitCounts(service(Engine, app), editions.today))
    reads = KeptReads(lambda: database.is_there(service(Engine, app)))
    for memory in (PageCache(), Trials(), reads, Budgets(settings.redis_url)):
        provide(app, memory)
    for part in (answers, desk, letters, mail, paper, petition, site, stalls, web):
        part.init(app)
    monitoring.init(app)  # around all of it
    if load:
        with app.app_context():
            editions.load()
    return app
