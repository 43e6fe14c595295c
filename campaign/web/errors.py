"""Error pages in the visitor's language, with an id and no details of the request."""

from __future__ import annotations

import logging
import secrets

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException, NotFound, TooManyRequests
from werkzeug.http import HTTP_STATUS_CODES

from campaign import commits
from campaign.database import is_away
from campaign.disk_space import is_temporary
from campaign.logs import frames

log = logging.getLogger("campaign.errors")

#: (title, what to do) by status.
WORDS = {
    400: (_l("We couldn’t read this request"), _l("Go back and try again.")),
    403: (
        _l("This is not allowed"),
        _l("The form was sent from another site. Open the page here and try again."),
    ),
    404: (_l("There is no such page"), _l("It may have moved. Start again from the front page.")),
    405: (_l("This page can’t be used that way"), _l("Open it from the front page.")),
    410: (
        _l("This campaign has been removed"),
        _l("Its organisers have taken it off this site. Nothing of it can be read or signed any more."),
    ),
    408: (_l("That took too long"), _l("Check your connection and try again.")),
    413: (
        _l("Too much data at once"),
        _l("Go back and shorten the text: a letter has room for 2,000 characters of your own."),
    ),
    415: (_l("We couldn’t read this request"), _l("Go back and try again.")),
    429: (_l("Too many requests from your network"), _l("Wait a minute and try again.")),
    500: (
        _l("Something went wrong here"),
        _l("This is our fault. What you typed is still in your browser: go back and try again."),
    ),
    503: (_l("The site is busy"), _l("Wait a minute and try again.")),
    504: (
        _l("We don’t know whether that was saved"),
        _l("Wait a minute, then check. If it is not there, try again: no signature is counted twice."),
    ),
}


class AbsentPartError(NotFound):
    """What this campaign does not have, such as letters; `title` says so to visitors."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title


def init(app: Flask) -> None:
    """Answer every error with our own page."""
    app.register_error_handler(HTTPException, _expected)
    app.register_error_handler(AbsentPartError, _absent)
    app.register_error_handler(Exception, unexpected)
    # Flask's own log of an exception repeats its message, which may contain what people typed.
    app.log_exception = lambda exc_info: None  # type: ignore[method-assign]


#: Below this programs ask: errors there are JSON (RFC 9457), in English as the rest of its words. The address
#: itself is a page for people.
FOR_PROGRAMS = "/api/"


#: Seconds after which somebody whom the site could not serve is asked to try again.
LATER = "60"


def unavailable() -> int:
    """The status while the database or the disk can't take something.

    503 says that nothing was done, so that a proxy before several machines may ask another one; 504 that
    nobody knows: a COMMIT may have gone through.
    """
    return 504 if commits.asked() else 503


def is_for_programs(path: str) -> bool:
    """Whether programs ask at this address."""
    return path.startswith(FOR_PROGRAMS) and path != FOR_PROGRAMS


def page(status: int) -> Response:
    """The error page for a status; for a program, the same as JSON."""
    g.error_id = g.get("error_id") or secrets.token_hex(4)
    if is_for_programs(request.path):
        response = _problem(status)
    else:
        title, advice = WORDS.get(status, WORDS[500 if status >= 500 else 400])
        html = render_template("site/error.html", title=title, advice=advice, error_id=g.error_id)
        response = make_response(html, status)
    response.headers["Cache-Control"] = "no-store"
    if status in {429, 503, 504}:
        response.headers["Retry-After"] = LATER
    return response


def _problem(status: int) -> Response:
    title = HTTP_STATUS_CODES.get(status, "Error")
    response = jsonify({"type": "about:blank", "title": title, "status": status, "id": g.error_id})
    response.status_code, response.mimetype = status, "application/problem+json"
    return response


def _absent(error: AbsentPartError) -> Response:
    """A page that says what the campaign does not have, and leads to what it has."""
    g.error_id = "absent"
    response = make_response(render_template("site/absent.html", title=error.title), 404)
    response.headers["Cache-Control"] = "no-store"
    return response


def _expected(error: HTTPException) -> Response:
    status = error.code or 500
    if 300 <= status < 400:
        return make_response(error.get_response())
    response = page(status)
    if status == 429 and isinstance(error, TooManyRequests) and isinstance(error.retry_after, int):
        response.headers["Retry-After"] = str(error.retry_after)
    if status == 405:
        response.headers["Allow"] = error.get_response().headers.get("Allow", "GET")
    return response


def unexpected(error: Exception) -> Response:
    """Log the kind of the error and the lines of code, never its message or any value.

    503 or 504 if the database or the disk can't take it now, which passes; 500 for what we did wrong.
    """
    response = page(unavailable() if is_away(error) or is_temporary(error) else 500)
    name, places = type(error).__name__, frames(error)
    # If the database or the disk fails, every place fails: that is one cause, not fifty.
    cause = name if isinstance(error, DBAPIError | OSError) else f"{name} at {places}"
    details = {"route": request.endpoint or "-", "cause": cause}
    log.error("error %s %s at %s", g.error_id, name, places, extra=details)
    return response
