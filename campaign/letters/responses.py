"""Answers of the composer that only the browser that asked may keep."""

from __future__ import annotations

from flask import Response, make_response, request


def typed_page(html: str, status: int, shown_again: bool) -> Response:
    """A page with what was typed, or its parts by what the request accepts.

    Without a script, “back” shows it again; on a device in a country at risk it must not be found.
    """
    response = uncached(html, status, shown_again)
    response.headers["Vary"] = "Accept"
    return response


def uncached(body: str | bytes, status: int = 200, shown_again: bool = False) -> Response:
    """An answer that only this browser may keep, and only to be `shown_again` by “back”."""
    response = make_response(body, status)
    again = shown_again or request.method != "POST"
    response.headers["Cache-Control"] = "private, no-cache" if again else "no-store"
    return response


def file_answer(name: str, suffix: str, mime: str, body: bytes) -> Response:
    """A download under a name of ours."""
    response = uncached(body)
    response.headers["Content-Type"] = mime
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{suffix}"'
    return response
