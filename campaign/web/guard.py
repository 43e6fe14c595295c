"""Rules for every request and response: one policy, no cookie, a log without personal data."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from io import BytesIO
from typing import IO, Any
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Request, Response, abort, g, request
from werkzeug.datastructures import FileStorage, ImmutableMultiDict, MultiDict
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from campaign.services import service
from campaign.settings import Settings
from campaign.text_input import forbidden
from campaign.web import errors, onion, uploads

#: One policy on every answer, errors and static files included.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'none'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    )
)

#: The page that starts a service worker, for those who ask for it; not in an old edition.
_WITH_WORKER = "copies.page"

#: Besides, for a page that checks what somebody pasted: it can reach nobody, not even this site.
ALONE = "connect-src 'none'; form-action 'none'"

#: In place of it, for a frame that pages of others show: it loads styles alone, and runs and sends nothing.
#: `sandbox` keeps our origin only because a page without scripts can do nothing with it, and without it the
#: browser would refuse our own style sheet.
FRAMED = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors *",
        "sandbox allow-popups allow-popups-to-escape-sandbox allow-same-origin",
    )
)

#: For a page of the desk that shows such a frame.
FRAMES = f"{POLICY}; frame-src 'self'"

_FEATURES = ("accelerometer", "camera", "geolocation", "gyroscope", "magnetometer", "microphone")

#: What pages and programs of any other site may read: it is public, and no cookie goes along.
SHARED = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag",
    "Cross-Origin-Resource-Policy": "cross-origin",
}

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

#: Parameters that may come several times: the composer’s lists, and the demands of a link to it.
SEVERAL = {"demands", "demand", "also", "done"}

#: The ending of the name of a desk field that may come several times.
LIST = "_list"

#: Where the application keeps what `allow_bodies` says.
_BODIES = "campaign.bodies"

log = logging.getLogger("campaign.requests")


#: The most parameters of an address.
MOST_PARAMETERS = 50


class FewFields(FormDataParser):
    """One bound for the number of fields, however a form is encoded; the framework's is for multipart only.

    Fields are counted before they are taken apart: 400,000 of them would take seconds.
    """

    def _parse_urlencoded(self, stream: IO[bytes], *details: Any) -> Any:
        body = stream.read()
        if self.max_form_parts is not None and body.count(b"&") >= self.max_form_parts:
            raise RequestEntityTooLarge
        return super()._parse_urlencoded(BytesIO(body), *details)


class QuietRequest(Request):
    """A request with a bounded form, whose body is never written to disk, whatever its type.

    `sink` makes the stream that receives a file, for a page that seals it at once; default: memory.
    A page that sets `takes_files` gets the beginning of a form that is too large; `cut_off` then names the
    file that made it so. Any other page is not asked.
    """

    form_data_parser_class = FewFields
    sink: Callable[[], IO[bytes]] | None = None
    takes_files = False
    cut_off = ""

    def _load_form_data(self) -> None:
        if "form" in self.__dict__ or not (self.takes_files and uploads.is_too_large(self)):
            super()._load_form_data()
            return
        cut = uploads.beginning(self)
        self.cut_off = cut.file
        form, files = ImmutableMultiDict(cut.pairs), ImmutableMultiDict[str, FileStorage]()
        self.__dict__.update(stream=BytesIO(), form=form, files=files)

    def _get_file_stream(self, *_args: Any, **_kwargs: Any) -> IO[bytes]:
        return self.sink() if self.sink else BytesIO()


def init(app: Flask) -> None:
    """Put the guard around every request."""
    app.request_class = QuietRequest
    app.before_request(_look_at_request)
    always = headers(app)

    @app.after_request
    def add_headers(response: Response) -> Response:
        # Not with `extend`: it would look for line ends in the same seven values again, in each answer.
        response.headers._list.extend(always)
        onion.add_headers(response)
        _keep_here(response)
        if g.get("alone"):  # a page that must reach nobody sets this: browsers keep to both policies
            response.headers.add("Content-Security-Policy", ALONE)
        if request.endpoint == _WITH_WORKER and response.status_code in {200, 304}:
            own = POLICY.replace("worker-src 'none'", "worker-src 'self'")
            response.headers["Content-Security-Policy"] = own
        if g.get("camera"):  # a page that reads a code with the camera sets this
            allowed = HEADERS["Permissions-Policy"].replace("camera=()", "camera=(self)")
            response.headers["Permissions-Policy"] = allowed
        _open_to_others(response)
        _write_log(response)
        return response


def _open_to_others(response: Response) -> None:
    """For the few pages that others may frame (`g.framed`), that show a frame, or that programs read.

    Programs of other sites read every answer below the API's address: errors and redirects, too.
    """
    if g.get("framed"):
        response.headers["Content-Security-Policy"] = FRAMED
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if g.get("frames"):
        response.headers["Content-Security-Policy"] = FRAMES
    if errors.is_for_programs(request.path):
        response.headers.update(SHARED)


def _keep_here(response: Response) -> None:
    """Make a redirect lead to a path of this site; the page that names another address is emptied."""
    location = response.headers.get("Location")
    if location is not None and location != (path := own_location(location)):
        response.headers["Location"] = path
        response.set_data(b"")


def own_location(location: str) -> str:
    """Where a redirect leads, as a path of this site: the browser keeps the scheme and host it asked for.

    Behind a proxy the request's own scheme and host are the proxy's, so that an absolute address made
    from it would lead from https to http. No page redirects to another site.
    """
    parts = urlsplit(location)
    # “//host” and “/\\host” are other sites to a browser.
    path = "/" + parts.path.lstrip("/\\")
    return urlunsplit(("", "", path, parts.query, parts.fragment))


def headers(app: Flask) -> list[tuple[str, str]]:
    """The headers of every answer."""
    tls = [("Strict-Transport-Security", HSTS)] if service(Settings, app).over_tls else []
    return [*HEADERS.items(), *tls]


def allow_bodies(app: Flask, blueprint: str, most: Callable[[str], int]) -> None:
    """Let the server receive larger bodies for a blueprint, by endpoint; its pages still check each form."""
    app.extensions.setdefault(_BODIES, {})[blueprint] = most


def body_limit(app: Flask, method: str, path: str) -> int:
    """The bytes of a body that the server receives for a route, before the application sees it.

    Where no route takes a body it is the site's limit: the application answers with its own page.
    """
    most: int = app.config["MAX_CONTENT_LENGTH"]
    try:
        endpoint, _values = app.url_map.bind("localhost").match(path, method=method)
    except HTTPException:
        return most
    limits: dict[str, Callable[[str], int]] = app.extensions.get(_BODIES, {})
    limit = limits.get(str(endpoint).partition(".")[0])
    return max(most, limit(str(endpoint))) if limit else most


def _look_at_request() -> None:
    """Note when a request began, if the log wants it, and refuse what no page answers."""
    if log.isEnabledFor(logging.DEBUG):
        g.started = time.perf_counter()
    asked: Request = request._get_current_object()  # type: ignore[attr-defined]
    _refuse_unprintable(asked)
    if asked.query_string:
        _refuse_repeated(asked)
    if asked.method == "POST":
        _refuse_other_sites(asked)


def _refuse_unprintable(asked: Request) -> None:
    """No page has an address with a control character; PostgreSQL fails on NUL in any value."""
    if forbidden(asked.path):
        abort(404)


def _refuse_repeated(asked: Request) -> None:
    """Refuse a repeated parameter in the address; forms are checked when their body is read."""
    if asked.query_string.count(b"&") >= MOST_PARAMETERS or doubled(asked.args):
        abort(400)


def doubled(parameters: MultiDict[str, str]) -> bool:
    """Whether a parameter is repeated, except the lists of a form."""
    lists = (key for key, values in parameters.lists() if len(values) > 1)
    return any(key not in SEVERAL and not key.endswith(LIST) for key in lists)


def _refuse_other_sites(asked: Request) -> None:
    """Refuse a form that was posted from another site, if the browser says so."""
    if asked.headers.get("Sec-Fetch-Site") == "cross-site":
        abort(403)


def _write_log(response: Response) -> None:
    """Method, route, status, milliseconds, error id; only where `CAMPAIGN_LOG=debug` asks for it.

    It contains no personal data. But a line for each request reveals to the minute when somebody
    signed, so no site in production writes them.
    """
    if not log.isEnabledFor(logging.DEBUG):
        return
    milliseconds = (time.perf_counter() - g.get("started", time.perf_counter())) * 1000
    log.debug(
        "%s %s %d %dms %s",
        request.method if request.method in {"GET", "HEAD", "POST", "OPTIONS"} else "OTHER",
        request.endpoint or "-",
        response.status_code,
        milliseconds,
        g.get("error_id", "-"),
    )
