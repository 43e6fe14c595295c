"""How long a visitor's request waits for the database: it never holds one of the few threads for ever."""

from __future__ import annotations

from flask import Flask, request

from campaign import refreshing
from campaign.database import PATIENCE
from campaign.waiting import wait_at_most


def init(app: Flask) -> None:
    """Bound the waiting of every request but those of the desk, whose reports may take long."""
    app.before_request(_begin)
    app.teardown_request(lambda _error: wait_at_most(None))


def _begin() -> None:
    if request.blueprint == "desk":
        wait_at_most(None)
    else:
        wait_at_most(refreshing.PATIENCE if request.method in {"GET", "HEAD"} else PATIENCE)
