"""How long a visitor's request waits for the database: it never holds one of the few threads for ever."""

from __future__ import annotations

from flask import Flask, request

from campaign import commits, refreshing
from campaign.database import PATIENCE
from campaign.waiting import wait_at_most

#: The address that a proxy or a monitor asks every few seconds; it never waits.
_HEALTH = "site.health"


def init(app: Flask) -> None:
    """Bound the waiting of every request, and note what it asks the database to commit."""
    app.before_request(_begin)
    app.teardown_request(lambda _error: wait_at_most(None))


def _begin() -> None:
    commits.begin()
    wait_at_most(_patience())


def _patience() -> float:
    if request.blueprint == "desk":
        return refreshing.LONGEST  # a report may take long, but no proxy waits for longer
    if request.endpoint == _HEALTH:
        return 0.0
    return refreshing.PATIENCE if request.method in {"GET", "HEAD"} else PATIENCE
