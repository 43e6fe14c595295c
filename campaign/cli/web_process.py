"""A process of the web server, as `server.run` starts it: the application behind the HTTP server."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from flask import Flask

from campaign.application import serve_app
from campaign.counts import visits
from campaign.counts.visits import VisitCounts
from campaign.memory import collect_less_garbage
from campaign.monitoring import answers
from campaign.services import service
from campaign.serving import worker
from campaign.serving.bounds import Bounds, Site
from campaign.waiting import waiting_at_most
from campaign.web import errors, guard, languages, same_for_all

#: What `ps` and `top` show.
NAME = "campaign-web"


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


@dataclass(frozen=True, slots=True)
class Serving:
    """What all web processes of a server have in common.

    They accept what arrives at `listener`, and answer with so many `threads`.
    """

    listener: socket.socket
    threads: int
    #: Gives the application of a process, which begins to serve.
    application: Callable[[], Flask] = serve_app
    bounds: Bounds = field(default_factory=Bounds)
    #: Open files that all processes keep, such as the lock of the server.
    files: tuple[int, ...] = ()
    #: The setting of the main process's log.
    log: str = "info"


def serve(serving: Serving, number: int, parent: int) -> None:
    """Answer until a signal to stop, or until `parent` ends (`forking.Lifeline`).

    `number` is this process's among the server's, from 0.
    """
    os.umask(0o077)
    app = serving.application()
    same_for_all.init(app, answers.count(app, number))
    collect_less_garbage()
    serving.listener.setblocking(False)
    worker.serve(serving.listener, site(app), serving.threads, serving.bounds, parent)
