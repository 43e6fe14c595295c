"""One connection: what arrives is parsed on the event loop, and only whole requests go to the threads."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import deque
from contextlib import suppress
from enum import Enum, auto
from io import BytesIO
from typing import TYPE_CHECKING

import httptools

from campaign.logs import frames
from campaign.serving.answers import Answer, BrokenAnswerError, whole
from campaign.serving.bounds import BEGINNING
from campaign.serving.requests import Request, RequestError

if TYPE_CHECKING:
    from campaign.serving.worker import Server

log = logging.getLogger("campaign.serving")

#: How much longer than its deadline a connection may get, by chance.
_SPREAD = 0.25

#: Requests that a client may send ahead of the answers.
_AHEAD = 8

#: Bytes that a body sent in chunks may need for their sizes, as a multiple of itself.
_CHUNKING = 2


class State(Enum):
    """What the connection waits for."""

    HEAD = auto()
    BODY = auto()
    ANSWER = auto()
    END = auto()  # the last answer is written; what the client still sends is thrown away


class Connection(asyncio.Protocol):
    """Receives requests, gives them to the server's threads one at a time, and writes their answers.

    `since` is when the connection began to wait for what `state` says, by the loop's clock.
    """

    def __init__(self, server: Server) -> None:
        self.server = server
        self.state, self.since = State.HEAD, server.now()
        self.served = 0
        # Many connections that came at once do not end at once: that would keep others waiting.
        self._patience = 1 + random.random() * _SPREAD  # noqa: S311  nobody gains from guessing it
        self._transport: asyncio.Transport
        self._parser = httptools.HttpRequestParser(self)
        self._request: Request | None = None  # the one that arrives
        self._waiting: deque[Request] = deque()  # arrived, not yet answered
        self._answer: Answer | None = None
        self._raw = 0  # bytes of the request that arrives, with all that surrounds its body
        self._refusal = 0  # the status to answer with, after the answers before it
        self._early = bytearray()  # arrived while an answer was made
        self._last = False  # no further request is read
        self._paused = self._gone = self._ended = self._working = self._quick = False
        self._write_mark = (0.0, 0)
        self._ended_at = 0.0
        self._written = 0

    # asyncio calls these

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._client = transport.get_extra_info("peername")[:2]
        self._local = transport.get_extra_info("sockname")[:2]
        self.server.add(self)

    def connection_lost(self, _error: Exception | None) -> None:
        self._gone = True
        self.server.remove(self)
        if self._request is not None:
            self._release(self._request)
        for request in self._waiting:
            self._release(request)
        self._waiting.clear()
        if self._answer is not None and not self._working:
            self.server.submit(self._answer.abandon)

    def eof_received(self) -> bool:
        """A client may end its side after a request; the answer still goes out."""
        self._last = self._ended = True
        return self.state is State.ANSWER

    def pause_writing(self) -> None:
        self._paused = True

    def resume_writing(self) -> None:
        self._paused = False
        self._proceed()

    def data_received(self, data: bytes) -> None:
        if self.state is State.END:
            self.since = self.server.now()  # thrown away: the answer comes afterwards
            return
        if self._last:
            return
        if self.state is State.ANSWER:
            self._early += data
            self._transport.pause_reading()
            return
        self._feed(data)

    # the parser calls these, while it is fed

    def on_message_begin(self) -> None:
        if not self._refusal and not self._last:
            self._request, self._raw = Request(), 0
            if len(self._waiting) >= _AHEAD:
                self._refusal = 400
        else:
            self._request = None

    def on_url(self, url: bytes) -> None:
        if self._request is not None:
            self._request.url += url
            self._request.head_size += len(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        request = self._request
        if request is None or self._refusal or request.method:  # with a method, this is a trailer
            return
        request.head_size += len(name) + len(value)
        request.fields.append((name, value))
        bounds = self.server.bounds
        if request.head_size > bounds.head_bytes or len(request.fields) > bounds.head_fields:
            self._refusal = 431

    def on_headers_complete(self) -> None:
        request = self._request
        if request is None or self._refusal:
            return
        try:
            request.read_head(self._parser.get_method(), self._parser.get_http_version())
        except RequestError as error:
            self._refusal = error.status
            return
        request.keep_alive = self._parser.should_keep_alive()
        if request.length or "HTTP_TRANSFER_ENCODING" in request.headers:
            if self.state is State.HEAD:
                self._wait(State.BODY)
            request.body = BytesIO()
            self._limit(request, request.length)
            if request.expects_continue and not request.too_large and self.state is State.BODY:
                self._write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, piece: bytes) -> None:
        request = self._request
        if request is None or request.body is None or self._refusal or request.begun:
            return
        request.received += len(piece)
        if request.received > self.server.bounds.small_body and not request.too_large:
            self._limit(request, request.received)
        if request.too_large:
            self._begin_large(request, piece)
        elif request.received > self.server.bounds.small_body and not self._hold(request, len(piece)):
            self._refusal = 503
        else:
            request.body.write(piece)

    def _hold(self, request: Request, size: int) -> bool:
        """Whether there is memory for so much more of a large body; if so, it is taken."""
        if not self.server.large_bodies.take(size):
            return False
        request.held += size
        return True

    def _begin_large(self, request: Request, piece: bytes) -> None:
        """Keep the beginning of a body that is too large, as far as there is memory for it."""
        if request.begun or request.body is None:
            return
        piece = piece[: BEGINNING - request.body.tell()]
        if not self._hold(request, len(piece)):
            request.begun = True
            return
        request.body.write(piece)
        request.begun = request.body.tell() >= BEGINNING

    def on_message_complete(self) -> None:
        request = self._request
        if request is None or self._refusal:
            return
        self._request, self._raw = None, 0
        self._waiting.append(request)
        self._last = not request.keep_alive or request.too_large

    # what arrived

    def _feed(self, data: bytes) -> None:
        self._raw += len(data)
        if self.state is State.HEAD and self._raw == len(data) and not self._request:
            self.since = self.server.now()  # a head's time begins with its first byte
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._last = True  # no other protocol is spoken here
        except httptools.HttpParserCallbackError as error:  # a fault of ours, not of the request
            log.error("a request could not be read: %s", frames(error.__context__ or error))
            self._refusal = 500
        except httptools.HttpParserError:
            self._refusal = self._refusal or 400
        self._check_size()
        request = self._request
        if request is not None and request.too_large and request.begun:
            self._request, self._last = None, True
            self._waiting.append(request)
        self._proceed()

    def _limit(self, request: Request, size: int) -> None:
        """Note that a body is larger than its route may receive."""
        if size <= self.server.bounds.small_body:
            return
        if request.limit < 0:
            path = request.path.encode("latin-1").decode("utf-8", "replace")
            request.limit = self.server.site.body_limit(request.method, path)
        request.too_large = size > request.limit
        # Of a body that arrives in chunks, the beginning is there already.
        takes_files = request.limit > self.server.bounds.small_body and not request.expects_continue
        request.begun = request.too_large and (not takes_files or request.received >= BEGINNING)
        if request.begun and not takes_files:
            request.body = BytesIO()  # or the application would get more or less of it by chance

    def _check_size(self) -> None:
        """Refuse a head that does not end, and a body that is all chunk sizes or trailers."""
        request, bounds = self._request, self.server.bounds
        if request is None or self._refusal:
            return
        if request.body is None:
            if self._raw > 2 * bounds.head_bytes + 256 * 1024:  # asyncio reads so much at once
                self._refusal = 431
        elif self._raw > _CHUNKING * max(request.received, request.length) + 512 * 1024:
            self._refusal = 400

    # what goes out

    def _proceed(self) -> None:
        """Continue the answer, begin the next, or wait for another request."""
        if self._gone or self._paused or self.state is State.END:
            return
        if self._answer is not None:
            if self.state is State.ANSWER and not self._working:
                self._work(self._answer)
        elif self._waiting:
            self._begin(self._waiting.popleft())
        elif self._refusal:
            self.refuse(self._refusal)
        elif self._last:
            self._end()
        elif self.state is State.ANSWER:
            self._read_on()

    def _read_on(self) -> None:
        has_body = self._request is not None and self._request.body is not None
        self._wait(State.BODY if has_body else State.HEAD)
        if self._early:
            early, self._early = bytes(self._early), bytearray()
            self._transport.resume_reading()
            self._feed(early)

    def _begin(self, request: Request) -> None:
        self._wait(State.ANSWER)
        keep = request.keep_alive and not request.too_large and not self.server.stopping
        environ = request.environment(self._client, self._local)

        def send(data: bytes, more: bool) -> None:
            self.server.call(lambda: self._sent(request, data, more))

        self._answer = Answer(self.server.site.application, request, environ, keep, send)
        self._quick = self.server.site.quick(request.method, request.path)
        self._work(self._answer, unless_gone=request.method in {"GET", "HEAD"})

    def _work(self, answer: Answer, unless_gone: bool = False) -> None:
        self._working = True

        def work() -> None:
            if self._gone and unless_gone:
                return  # nobody waits for it, and it changes nothing
            try:
                answer.run()
            except BrokenAnswerError:
                self.server.call(self.abort)

        self.server.submit(work, self._quick)

    def _sent(self, request: Request, data: bytes, more: bool) -> None:
        """A thread made a part of the answer."""
        answer, self._working = self._answer, False
        if not more or self._gone:
            self._release(request)
        if self._gone:
            if answer is not None and more:
                self.server.submit(answer.abandon)
            return
        self._write(data)
        if not more:
            assert answer is not None
            self._answer, self.served = None, self.served + 1
            if not answer.keep:
                self._last, self._refusal = True, 0
                self._waiting.clear()
        self._proceed()

    def refuse(self, status: int) -> None:
        """Answer with an error page of the server's own, and end the connection."""
        request = self._request or Request()
        self._request = None
        self._release(request)
        path = request.path.encode("latin-1").decode("utf-8", "replace")
        body = self.server.site.error_page(status, path)
        later = (("Retry-After", "60"),) if status == 503 else ()
        headers = (*self.server.site.headers, *later)
        self._write(whole(status, headers, body, request.method != "HEAD"))
        self.server.note_refusal(status)
        self._end()

    def _write(self, data: bytes) -> None:
        self._written += len(data)
        self._transport.write(data)

    def _end(self) -> None:
        """End our side. What the client still sends is read for a while, or it would lose the answer."""
        self._wait(State.END)
        self._ended_at = self.since
        self._early.clear()
        if self._ended or self._transport.is_closing():
            self._transport.close()
        else:
            with suppress(OSError):  # the client has gone
                self._transport.write_eof()
            self._transport.resume_reading()

    def _wait(self, state: State) -> None:
        self.state, self.since = state, self.server.now()

    def _release(self, request: Request) -> None:
        self.server.large_bodies.left += request.held
        request.held, request.body = 0, None

    # the server calls these

    def abort(self) -> None:
        """Cut the connection at once."""
        self._transport.abort()

    @property
    def works(self) -> bool:
        """Whether the server waits for it before it stops: a request or an answer may be on its way."""
        return self.state is not State.END or self._transport.get_write_buffer_size() > 0

    def stop(self) -> None:
        """The server stops: close the connection if it has brought nothing of a request."""
        if self.state is State.HEAD and self._request is None and not self._raw:
            self._transport.close()

    def check_deadline(self, now: float) -> None:
        """End the connection if the client takes too long."""
        bounds, waited = self.server.bounds, (now - self.since) / self._patience
        if self._transport.get_write_buffer_size():
            self.since = now
            self._check_writing(now)
        elif self._gone or self._transport.is_closing():
            return
        elif self.state is State.HEAD:
            begun = self._request is not None or self._raw > 0
            if begun and waited > bounds.head:
                self.refuse(408)
            elif waited > (bounds.idle if self.served else bounds.head):
                self._transport.close()
        elif self.state is State.BODY:
            received = self._request.received if self._request else 0
            if waited > min(bounds.most, bounds.body + received / bounds.rate):
                self.refuse(408)
        elif self.state is State.END and max(waited / bounds.linger, self._ending(now)) > 1:
            self.abort()

    def _ending(self, now: float) -> float:
        """How much of the time has passed in which a client may still send after its last answer."""
        return (now - self._ended_at) / self.server.bounds.linger_most

    def _check_writing(self, now: float) -> None:
        """Cut the connection if nothing of an answer was taken for long."""
        taken = self._written - self._transport.get_write_buffer_size()
        since, before = self._write_mark
        if taken != before or since == 0:
            self._write_mark = (now, taken)
        elif now - since > self.server.bounds.write:
            self.abort()
