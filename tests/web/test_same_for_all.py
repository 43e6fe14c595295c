"""Public pages from memory for a moment: what may be answered again, and what never."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import create_environ

from campaign.editions.edition_cache import EditionCache
from campaign.web.same_for_all import MOST, SECONDS, SameForAll
from tests.tools import BASE

PUBLIC = [("Cache-Control", "public, max-age=60"), ("Content-Type", "text/html")]


class Site:
    """An application that counts how often it is asked, behind the memory; its clock is set by hand."""

    def __init__(
        self, headers: list[tuple[str, str]] = PUBLIC, status: str = "200 OK", marks: bool = True
    ) -> None:
        self.headers, self.status, self.marks = headers, status, marks
        self.asked, self.closed, self.now, self.editions = 0, 0, 0.0, (1,)
        self.counted: list[int] = []
        self.memory = SameForAll(self._answer, lambda: self.editions, self.counted.append, lambda: self.now)

    def _answer(self, environ: dict[str, Any], start: Any) -> Any:
        self.asked += 1
        if self.marks:
            environ["campaign.same_for_all"] = True
        start(self.status, self.headers)
        site = self

        class Parts:
            def __iter__(self) -> Any:
                return iter([b"answer ", str(site.asked).encode()])

            def close(self) -> None:
                site.closed += 1

        return Parts()

    def get(self, path: str = "/en/trees/", **environ: str) -> bytes:
        got: list[str] = []
        asked = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "", "HTTP_HOST": "a", **environ}
        parts = self.memory(asked, lambda status, _headers: got.append(status) or (lambda _: None))
        body = b"".join(parts)
        if hasattr(parts, "close"):
            parts.close()
        assert got == [self.status]
        return body


def test_a_moment_later_the_same_page_is_answered_without_the_application() -> None:
    site = Site()
    assert [site.get(), site.get(), site.get()] == [b"answer 1"] * 3
    assert (site.asked, site.closed, site.counted) == (1, 1, [200, 200])
    site.now += SECONDS
    assert site.get() == b"answer 2"


def test_a_new_edition_is_seen_at_once() -> None:
    site = Site()
    site.get()
    site.editions = (2,)
    assert site.get() == b"answer 2"


@pytest.mark.parametrize(
    "changes",
    [
        {"QUERY_STRING": "to=mayor"}, {"REQUEST_METHOD": "POST"}, {"REQUEST_METHOD": "HEAD"},
        {"HTTP_IF_NONE_MATCH": '"1"'}, {"HTTP_RANGE": "bytes=0-1"}, {"HTTP_HOST": "b" * 300},
    ],
    ids=str,
)  # fmt: skip
def test_what_may_differ_is_asked_every_time(changes: dict[str, str]) -> None:
    site = Site()
    site.get(**changes), site.get(**changes)
    assert site.asked == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"HTTP_HOST": "b"}, {"HTTP_ACCEPT_ENCODING": "br"}, {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_X_FORWARDED_HOST": "c"}, {"wsgi.url_scheme": "https"}, {"SCRIPT_NAME": "/site"},
    ],
    ids=str,
)  # fmt: skip
def test_no_request_gets_the_answer_to_another_one(changes: dict[str, str]) -> None:
    site = Site()
    assert site.get() != site.get(**changes)
    assert site.get() == b"answer 1" and site.get(**changes) == b"answer 2"


@pytest.mark.security(36)
@pytest.mark.parametrize(
    "site",
    [
        Site(marks=False), Site(status="404 NOT FOUND"), Site(headers=[("Cache-Control", "no-store")]),
        Site(headers=[*PUBLIC, ("Set-Cookie", "a=b")]),
    ],
    ids=["not marked", "an error", "not public", "a cookie"],
)  # fmt: skip
def test_what_was_made_for_one_visitor_is_never_kept(site: Site) -> None:
    site.get(), site.get()
    assert site.asked == 2


def test_it_keeps_no_more_than_so_many() -> None:
    site = Site()
    for number in range(3 * MOST):
        site.get(f"/{number}")
    assert len(site.memory._kept) <= MOST


def test_pages_of_an_edition_are_marked_and_nothing_else_is(app: Flask) -> None:
    marked = {}
    for path in ("/", "/record", "/write", "/petition"):
        environ = create_environ(f"{BASE}{path}")
        b"".join(app.wsgi_app(environ, lambda *_: lambda _: None))
        marked[path] = "campaign.same_for_all" in environ
    assert marked == {"/": True, "/record": True, "/write": False, "/petition": False}


def test_a_new_edition_is_still_seen_within_a_second() -> None:
    assert SECONDS + EditionCache.EVERY < 1
