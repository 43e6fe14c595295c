"""What proxies add to a request, and what follows: a request for this machine alone, or a wrong setting."""

from __future__ import annotations

import ipaddress
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, request

from campaign import clock
from campaign.services import provide, service
from campaign.settings import Settings

#: Headers that only a proxy adds.
FORWARDED = (
    "Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Proto",
    "X-Forwarded-Server", "X-Real-IP", "CF-Connecting-IP", "True-Client-IP",
)  # fmt: skip

# The same, as WSGI calls them: each request is asked.
_KEYS = frozenset(f"HTTP_{name.upper().replace('-', '_')}" for name in FORWARDED)

#: Seconds for which one forwarded request is remembered, and between two notes of it.
REMEMBERED, NOTED_EVERY = 86_400, 60

log = logging.getLogger("campaign.proxy")


def is_forwarded() -> bool:
    """Whether a proxy passed this request on."""
    return is_forwarded_in(request.environ)


def is_forwarded_in(environ: Mapping[str, Any]) -> bool:
    """The same of a request by its WSGI environment."""
    return not _KEYS.isdisjoint(environ)


def is_from_this_machine() -> bool:
    """Whether a program on this machine asked for this machine by name, with no proxy between them."""
    host = urlsplit(f"//{request.host}").hostname or ""
    return not is_forwarded() and _is_loopback(request.remote_addr or "") and _is_loopback(host)


def _is_loopback(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


class ForwardedRequests:
    """Remembers, for all processes, that a proxy is in front while `CAMPAIGN_TRUSTED_HOPS` is 0.

    All visitors then share the proxy's budgets. The file says when, and nothing about the request.
    """

    def __init__(self, settings: Settings) -> None:
        self._hops, self._file = settings.trusted_hops, settings.data / "forwarded"
        self._noted = float("-inf")

    def note(self) -> None:
        """Log and remember a request that a proxy on this machine or network passed on.

        A visitor who reaches the server directly may write such a header too, from a public address.
        """
        if self._hops or not is_forwarded():
            return
        passed = clock.steady()
        if passed - self._noted < NOTED_EVERY or not _is_near():
            return
        self._noted = passed
        log.warning("a proxy forwards requests, but CAMPAIGN_TRUSTED_HOPS is 0: visitors share one budget")
        _touch(self._file, clock.seconds())

    @property
    def seen(self) -> bool:
        """Whether the setting is wrong: a request was forwarded in the last day, and no hop is trusted."""
        try:
            return not self._hops and clock.seconds() - self._file.stat().st_mtime < REMEMBERED
        except OSError:
            return False


def _is_near() -> bool:
    """Whether the request comes from this machine, a container or the local network."""
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_private
    except ValueError:  # a socket file
        return True


def _touch(file: Path, now: float) -> None:
    try:
        file.touch(mode=0o600)
        os.utime(file, (now, now))
    except OSError as error:  # the notice is lost, the request is not
        log.warning("a forwarded request could not be noted: %s", type(error).__name__)


def init(app: Flask) -> None:
    """Look at each request for a proxy that is not trusted."""
    watch = ForwardedRequests(service(Settings, app))
    provide(app, watch)
    app.before_request(watch.note)
