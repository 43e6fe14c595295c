"""A process of the web server, as `server.run` starts it: the application behind the HTTP server."""

from __future__ import annotations

import gc
import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from flask import Flask

from campaign.application import serve_app
from campaign.counts import visits
from campaign.counts.visits import VisitCounts
from campaign.editions.edition_cache import LoadedEdition
from campaign.monitoring import answers
from campaign.services import service
from campaign.serving import worker
from campaign.serving.bounds import Bounds, Site
from campaign.waiting import waiting_at_most
from campaign.web import errors, guard, languages, same_for_all


def site(app: Flask) -> Site:
    """What the server needs to know of the application."""

    @lru_cache(maxsize=64)
    def error_page(status: int, language: str) -> bytes:
        # The event loop asks for it, and with it all connections would wait.
        with app.test_request_context(f"/{language}", base_url=_any_host(app)), waiting_at_most(0):
            return errors.page(status).get_data()

    return Site(
        application=app.wsgi_app,
        body_limit=lambda method, path: guard.body_limit(app, method, path),
        quick=lambda _method, path: path in {"/health", "/health/live"},
        error_page=lambda status, path: error_page(status, languages.of_path(path)),
        headers=(
            *guard.headers(app),
            ("Content-Type", "text/html; charset=utf-8"),
            ("Cache-Control", "no-store"),
        ),
        at_end=lambda: visits.write_last(service(VisitCounts, app)),
    )


def _any_host(app: Flask) -> str:
    hosts = app.config["TRUSTED_HOSTS"]
    return f"http://{hosts[0] if hosts else 'localhost'}"


def collect_less_garbage() -> None:
    """Let the collector leave the application and its packs alone, and look for other rubbish less often.

    They live as long as the process; looking through them took a tenth of its time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)


@dataclass(frozen=True, slots=True)
class Serving:
    """What all web processes of a server have in common.

    They accept what arrives at `listener`, answer with so many `threads`, and begin with the `newest`
    editions.
    """

    listener: socket.socket
    threads: int
    newest: Mapping[str, LoadedEdition]
    bounds: Bounds = field(default_factory=Bounds)
    #: Makes the application of a process from the editions that are in memory already.
    application: Callable[[Mapping[str, LoadedEdition]], Flask] = serve_app


def serve(serving: Serving, number: int, parent: int) -> None:
    """Answer until a signal to stop, or until `parent` ends (`forking.Lifeline`).

    `number` is this process's among the server's, from 0.
    """
    os.umask(0o077)
    app = serving.application(serving.newest)
    same_for_all.init(app, answers.count(app, number))
    collect_less_garbage()
    serving.listener.setblocking(False)
    worker.serve(serving.listener, site(app), serving.threads, serving.bounds, parent)
