"""Public pages for a moment: what is the same for everybody is answered again before Flask sees the request.

A page of the newest edition depends on its address and on a few headers alone. Under load, most requests
ask for what another one got a moment ago; answering those takes a small part of the work. Nothing is kept
that was made for one visitor: only `public_pages` marks an answer, and only for a GET without a query or a
condition.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask, request

from campaign.editions.edition_cache import EditionCache
from campaign.services import service

#: Seconds for which an answer is used again. With the half second in which an edition is found, a new one is
#: still seen within a second.
SECONDS = 0.4

#: Answers that are kept at most. They are forgotten together, since all are made again in a moment.
MOST = 128

_MARK = "campaign.same_for_all"

#: What an answer depends on, besides the newest editions.
_INPUTS = (
    "PATH_INFO", "SCRIPT_NAME", "HTTP_HOST", "wsgi.url_scheme", "HTTP_ACCEPT_ENCODING",
    "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT", "HTTP_FORWARDED",
)  # fmt: skip

#: Headers of a request for a part of a page, or for a page that changed: Flask answers those.
_CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE", "HTTP_EXPECT")

#: The longest value that is part of a name: nobody fills the memory with headers.
_LONGEST = 256

Environment = dict[str, Any]
Start = Callable[..., Callable[[bytes], object]]
Application = Callable[[Environment, Start], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class _Answer:
    status: str
    headers: list[tuple[str, str]]
    body: bytes
    until: float
    editions: tuple[int, ...]


def mark() -> None:
    """Say that the answer to this request is the same for everybody who asks for this address."""
    request.environ[_MARK] = True


class SameForAll:
    """Answers from memory what it may, and asks the application for the rest. `counted` gets each status."""

    def __init__(
        self,
        application: Application,
        editions: Callable[[], tuple[int, ...]],
        counted: Callable[[int], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._application, self._editions = application, editions
        self._counted, self._clock = counted, clock
        self._kept: dict[tuple[str, ...], _Answer] = {}

    def __call__(self, environ: Environment, start: Start) -> Iterable[bytes]:
        name = _name(environ)
        if name is None:
            return self._application(environ, start)
        kept = self._kept.get(name)
        if kept is not None and self._clock() < kept.until and kept.editions == self._editions():
            self._counted(200)
            start(kept.status, list(kept.headers))
            return [kept.body]
        return self._ask(name, environ, start)

    def _ask(self, name: tuple[str, ...], environ: Environment, start: Start) -> Iterable[bytes]:
        began: list[tuple[str, list[tuple[str, str]]]] = []
        editions, until = self._editions(), self._clock() + SECONDS

        def noted(status: str, headers: list[tuple[str, str]], *more: Any) -> Callable[[bytes], object]:
            began.append((status, headers))
            return start(status, headers, *more)

        parts = self._application(environ, noted)
        if not environ.pop(_MARK, False) or len(began) != 1 or not _is_public(*began[0]):
            return parts
        try:
            body = b"".join(parts)
        finally:
            close = getattr(parts, "close", None)
            if close is not None:
                close()
        if len(self._kept) >= MOST:
            self._kept.clear()
        self._kept[name] = _Answer(began[0][0], list(began[0][1]), body, until, editions)
        return [body]


def _is_public(status: str, headers: list[tuple[str, str]]) -> bool:
    """Whether any cache may keep an answer with this status and these headers."""
    values = {name.lower(): value for name, value in headers}
    return (
        status.startswith("200")
        and "set-cookie" not in values
        and "public" in values.get("cache-control", "")
    )


def _name(environ: Environment) -> tuple[str, ...] | None:
    """What the answer depends on; None for a request that only the application answers."""
    if environ["REQUEST_METHOD"] != "GET" or environ.get("QUERY_STRING"):
        return None
    if any(condition in environ for condition in _CONDITIONS):
        return None
    values = tuple([environ.get(key, "") for key in _INPUTS])
    return None if any(len(value) > _LONGEST for value in values) else values


def init(app: Flask, counted: Callable[[int], None]) -> None:
    """Answer from memory in front of the application. Only a server does it: tests look at each answer."""
    cache = service(EditionCache, app)

    def editions() -> tuple[int, ...]:
        # Only in memory: whether there are newer ones is looked for by the application, which waits for a
        # bounded time.
        return tuple([edition.number for edition in cache.in_memory.values()])

    app.wsgi_app = SameForAll(app.wsgi_app, editions, counted)  # type: ignore[method-assign,assignment]
