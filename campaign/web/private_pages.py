"""Pages for one visitor: neither stored nor found by search engines."""

from __future__ import annotations

from flask import Response, make_response, redirect


def private(page: str, status: int = 200) -> Response:
    """A page for one visitor."""
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def see_other(address: str) -> Response:
    """On to a page of ours after a form, so that no reload sends it again."""
    response = make_response(redirect(address, 303))
    response.headers["Cache-Control"] = "no-store"
    return response
