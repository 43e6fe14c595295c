"""A process of the web server, as `server.run` starts it: the application behind the HTTP server."""

from __future__ import annotations

import gc
import importlib
import os
import socket
import sys
from functools import lru_cache

from flask import Flask

from campaign.monitoring import answers
from campaign.serving import worker
from campaign.serving.bounds import Bounds, Site
from campaign.untrusted import json_value
from campaign.web import errors, guard, languages, same_for_all


def site(app: Flask) -> Site:
    """What the server needs to know of the application."""

    @lru_cache(maxsize=64)
    def error_page(status: int, language: str) -> bytes:
        with app.test_request_context(f"/{language}", base_url=_any_host(app)):
            return errors.page(status).get_data()

    return Site(
        application=app.wsgi_app,
        body_limit=lambda method, path: guard.body_limit(app, method, path),
        quick=lambda _method, path: path == "/health" or path.startswith("/health/"),
        error_page=lambda status, path: error_page(status, languages.of_path(path)),
        headers=(
            *guard.headers(app),
            ("Content-Type", "text/html; charset=utf-8"),
            ("Cache-Control", "no-store"),
        ),
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


def main(options: str) -> None:
    """Serve with the options that `server.run` gives, as JSON."""
    given = json_value(options, 10_000)
    os.umask(0o077)
    module, _colon, factory = given["target"].partition(":")
    app: Flask = getattr(importlib.import_module(module), factory)()
    same_for_all.init(app, answers.count(app, given["number"]))
    collect_less_garbage()
    listener = socket.socket(fileno=given["listener"])
    listener.setblocking(False)
    worker.serve(listener, site(app), given["threads"], Bounds(**given["bounds"]), sys.stdin.fileno())


if __name__ == "__main__":
    main(sys.argv[1])
