"""Running the application for one request in a thread, and its answer as bytes."""

from __future__ import annotations

import contextvars
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from email.utils import formatdate
from http import HTTPStatus
from typing import Any

from campaign import clock
from campaign.logs import frames
from campaign.serving.requests import Request

log = logging.getLogger("campaign.serving")

#: Bytes and seconds after which a part of a long answer goes to the client.
PART_BYTES = 64 * 1024
PART_SECONDS = 0.1

#: What the server decides itself, and the software's name, which nobody needs.
_OWN = {"connection", "keep-alive", "transfer-encoding", "server", "date"}

Headers = Sequence[tuple[str, str]]


class BrokenAnswerError(Exception):
    """The application failed after its answer had begun: the connection must be cut, so that it shows."""


class _Date:
    """The Date header, written once a second."""

    def __init__(self) -> None:
        self._second, self._text = 0, ""

    def __call__(self) -> str:
        second = int(clock.seconds())
        if second != self._second:
            self._second, self._text = second, formatdate(second, usegmt=True)
        return self._text


_date = _Date()


def head(status: str, headers: Headers, extra: str, keep: bool) -> bytes:
    """The status line and the headers of an answer; `extra` are lines about its length."""
    lines = [f"{name}: {value}\r\n" for name, value in headers if name.lower() not in _OWN]
    closing = "" if keep else "Connection: close\r\n"
    return f"HTTP/1.1 {status}\r\nDate: {_date()}\r\n{''.join(lines)}{extra}{closing}\r\n".encode("latin-1")


def whole(status: int, headers: Headers, body: bytes, with_body: bool = True) -> bytes:
    """An answer that the server gives itself, after which the connection is closed."""
    line = f"{status} {HTTPStatus(status).phrase}"
    return head(line, headers, f"Content-Length: {len(body)}\r\n", keep=False) + (body if with_body else b"")


class Answer:
    """The answer to one request, made part by part in threads of the pool.

    Each part is given to `send(data, more)`; after one with `more` the thread is free, and `run` is called
    again when the client has taken enough. All parts run in one context, as Flask's do.
    """

    def __init__(
        self,
        application: Callable[..., Any],
        request: Request,
        environ: dict[str, Any],
        keep: bool,
        send: Callable[[bytes, bool], None],
    ) -> None:
        self._application, self._request, self._environ = application, request, environ
        self.keep, self._send = keep, send
        self._context = contextvars.copy_context()
        self._iterable: Iterable[bytes] | None = None
        self._parts: Iterator[bytes] = iter(())
        self._status, self._headers = "", ()  # type: tuple[str, Headers]
        self._written: list[bytes] = []
        self._begun = self._chunked = False
        self._left = -1  # bytes that the Content-Length still allows; -1 without one

    def run(self) -> None:
        """Make the next part. Raises BrokenAnswerError if it fails after the first."""
        try:
            data, more = self._context.run(self._step)
        except BaseException as error:  # whatever it is, the thread goes on with other requests
            log.error("the application failed: %s at %s", type(error).__name__, frames(error))
            with suppress(Exception):
                self._context.run(self.close)
            if self._begun:
                raise BrokenAnswerError from error
            self.keep, self._begun = False, True
            data, more = whole(500, (("Content-Type", "text/plain"),), b"500\n"), False
        self._send(data, more)  # outside of the context: another thread may make the next part at once

    def close(self) -> None:
        """Tell the application that its answer is no longer needed."""
        close, self._iterable = getattr(self._iterable, "close", None), None
        if close is not None:
            close()

    def abandon(self) -> None:
        """End an answer that nobody reads any more."""
        self._context.run(self.close)

    def _step(self) -> tuple[bytes, bool]:
        if self._iterable is None:
            self._iterable = self._application(self._environ, self._start)
            self._parts = iter(self._iterable)
        data, more = self._collect()
        if not more:
            self.close()
        return self._framed(data, more), more

    def _start(self, status: str, headers: Headers, _error: object = None) -> Callable[[bytes], None]:
        self._status, self._headers = status, headers
        return self._written.append

    def _collect(self) -> tuple[bytes, bool]:
        """What the application gives until a part is full or old enough, and whether more follows."""
        parts, size, since = self._written, 0, time.monotonic()
        self._written = []
        for part in self._parts:
            parts.append(part)
            size += len(part)
            if size >= PART_BYTES or (size and time.monotonic() - since > PART_SECONDS):
                return b"".join(parts), size != self._rest()
        return b"".join(parts), False

    def _rest(self) -> int:
        """Bytes that a Content-Length still promises; -1 if there is none."""
        if self._begun:
            return self._left
        return next((int(value) for name, value in self._headers if name.lower() == "content-length"), -1)

    def _framed(self, data: bytes, more: bool) -> bytes:
        """A part as it goes over the connection."""
        without_body = self._request.method == "HEAD" or self._status[:3] in {"204", "304"}
        start = b""
        if not self._begun:
            start = self._head(len(data), more, without_body)
            self._begun = True
        if without_body:
            return start
        if self._left >= 0:
            self._left -= len(data)
            if self._left < 0 or (self._left > 0 and not more):
                raise ValueError("an answer is not as long as its Content-Length")
        if not self._chunked:
            return start + data
        chunk = b"%x\r\n%b\r\n" % (len(data), data) if data else b""
        return start + chunk + (b"" if more else b"0\r\n\r\n")

    def _head(self, size: int, more: bool, without_body: bool) -> bytes:
        self._left, extra = self._rest(), ""
        if without_body:
            self._left = -1
        elif self._left < 0 and not more:
            extra, self._left = f"Content-Length: {size}\r\n", size
        elif self._left < 0 and self._request.version == "1.1":
            extra, self._chunked = "Transfer-Encoding: chunked\r\n", True
        elif self._left < 0:
            self.keep = False  # HTTP/1.0 knows the end of such an answer by the end of the connection
        if self.keep and self._request.version == "1.0":
            extra += "Connection: keep-alive\r\n"
        return head(self._status, self._headers, extra, self.keep)
