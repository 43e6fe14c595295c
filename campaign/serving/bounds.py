"""How long a client may take, and how much it may make the server hold."""

from __future__ import annotations

import resource
from collections.abc import Callable
from dataclasses import dataclass, replace

#: Bytes of a larger body that are received all the same where a route takes files: what was typed is in them.
BEGINNING = 512 * 1024


@dataclass(frozen=True, slots=True)
class Bounds:
    """Deadlines in seconds and bounds in bytes, of one process.

    A head has `head` seconds, a kept connection `idle` seconds until its next request. A body has
    `body` seconds and one more for every `rate` bytes that arrived, at most `most`: somebody on a slow
    line can send a form, and nobody can send it for ever. A client that takes nothing of its answer for
    `write` seconds is disconnected. `idle` is longer than the 60 s for which nginx keeps a connection, so
    that nginx closes first and no request is lost.
    """

    head: float = 10.0
    idle: float = 75.0
    body: float = 20.0
    rate: int = 1024
    most: float = 600.0
    write: float = 60.0
    #: For so long we read on after the last answer while a client sends nothing; in all, for so long.
    linger: float = 5.0
    linger_most: float = 30.0
    #: Time that requests in work have to end when the server stops, and that a kept connection without a
    #: request stays open then: a proxy may have sent one that has not arrived yet.
    stop: float = 10.0
    quiet: float = 1.0
    #: Connections; the one that has waited longest is closed for a new one.
    connections: int = 2048
    head_bytes: int = 32 * 1024
    head_fields: int = 100
    #: Every request may have a body of this size, whether there is memory or not.
    small_body: int = 64 * 1024
    #: What all larger bodies together may hold: four uploads of the largest size at once.
    large_bodies: int = 96 * 1024 * 1024

    def within_files(self) -> Bounds:
        """Raise the limit of open files as far as allowed; fewer connections where that is not enough."""
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = self.connections + _OTHER_FILES
        if soft < wanted:
            soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        return replace(self, connections=max(16, min(self.connections, soft - _OTHER_FILES)))


#: Files that the application itself opens: databases, pipes to typst, static files.
_OTHER_FILES = 256


@dataclass(slots=True)
class LargeBodies:
    """The memory that is left for bodies above the small size. Only the event loop uses it."""

    left: int

    def take(self, size: int) -> bool:
        """Whether there is memory for so many bytes; if so, they are taken."""
        if size > self.left:
            return False
        self.left -= size
        return True


@dataclass(frozen=True, slots=True)
class Site:
    """What the server asks the site: its WSGI application, and questions about a request."""

    application: Callable[..., object]
    #: The largest body that the route at a path may receive, in bytes.
    body_limit: Callable[[str, str], int]
    #: The body of the error page for a status, in the language of the path.
    error_page: Callable[[int, str], bytes]
    #: Whether a request is answered by a thread of its own, whatever keeps the others busy. It must not wait.
    quick: Callable[[str, str], bool] = lambda _method, _path: False
    #: Headers of an answer that the server gives itself.
    headers: tuple[tuple[str, str], ...] = ()
    #: What is done when the last request was answered. A second signal to stop does not cut it short.
    at_end: Callable[[], None] = lambda: None
