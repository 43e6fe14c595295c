"""What holds for every request and every answer: one policy, no cookie, a log that knows nobody."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from io import BytesIO
from typing import IO, Any

from flask import Flask, Request, Response, abort, g, request
from werkzeug.datastructures import MultiDict

from campaign.services import service
from campaign.settings import Settings

#: One policy on every answer, errors and static files included.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    )
)

_FEATURES = ("accelerometer", "camera", "geolocation", "gyroscope", "magnetometer", "microphone")

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in (*_FEATURES, "payment", "usb")),
}

#: Two years, as browsers' preload lists ask.
HSTS = "max-age=63072000; includeSubDomains; preload"

#: Parameters that may come several times: the composer’s lists.
SEVERAL = {"demands", "also", "done"}

#: So ends the name of a field of the desk that may come several times.
LIST = "_list"

log = logging.getLogger("campaign.requests")


class QuietRequest(Request):
    """A request whose body never touches the disk, whatever it claims to be.

    `sink` makes what takes a file while it arrives, for a page that seals it at once; else it is memory.
    """

    sink: Callable[[], IO[bytes]] | None = None

    def _get_file_stream(self, *_args: Any, **_kwargs: Any) -> IO[bytes]:
        return self.sink() if self.sink else BytesIO()


def init(app: Flask) -> None:
    """Put the guard around every request."""
    app.request_class = QuietRequest
    app.before_request(_start)
    app.before_request(_once)
    app.before_request(_same_site)
    always = [*HEADERS.items()]
    if service(Settings, app).over_tls:
        always.append(("Strict-Transport-Security", HSTS))

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers.extend(always)
        if g.get("camera"):  # a page that reads a code with the camera says so
            allowed = HEADERS["Permissions-Policy"].replace("camera=()", "camera=(self)")
            response.headers["Permissions-Policy"] = allowed
        _write_log(response)
        return response


def _start() -> None:
    g.started = time.perf_counter()


def _once() -> None:
    """A doubled parameter in the address is refused; forms are looked at where their body is read."""
    if request.query_string and doubled(request.args):
        abort(400)


def doubled(parameters: MultiDict[str, str]) -> bool:
    """Whether a parameter comes twice, but for lists that a form offers as such."""
    lists = (key for key, values in parameters.lists() if len(values) > 1)
    return any(key not in SEVERAL and not key.endswith(LIST) for key in lists)


def _same_site() -> None:
    """A form of this site is posted from this site; browsers say so where they can."""
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site") == "cross-site":
        abort(403)


def _write_log(response: Response) -> None:
    """Method, route, status, milliseconds, error id; only where `CAMPAIGN_LOG=debug` asks for it.

    Nothing of the visitor is in it. But a line for each request tells to the minute when somebody
    signed, so that no running site writes them.
    """
    if not log.isEnabledFor(logging.DEBUG):
        return
    spent = (time.perf_counter() - g.get("started", time.perf_counter())) * 1000
    log.debug(
        "%s %s %d %dms %s",
        request.method if request.method in {"GET", "HEAD", "POST", "OPTIONS"} else "OTHER",
        request.endpoint or "-",
        response.status_code,
        spent,
        g.get("error_id", "-"),
    )
