"""The HTTP server in this process, with an application of the tests behind it."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from campaign.serving.bounds import Bounds, Site
from campaign.serving.worker import Server
from tests.tools import PATIENCE


@dataclass
class Running:
    """A server that runs, and how to talk to it in bytes."""

    port: int
    server: Server
    stop: Callable[[], object]
    #: Has the event loop do something; it does nothing else meanwhile.
    call: Callable[[Callable[[], object]], object]

    def connect(self, sent: bytes = b"") -> socket.socket:
        link = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        link.sendall(sent)
        return link

    def answers(self, sent: bytes) -> bytes:
        """Everything that comes back until the server ends the connection."""
        with self.connect(sent) as link:
            return everything(link)


def everything(link: socket.socket) -> bytes:
    got = b""
    while part := link.recv(65536):
        got += part
    return got


def error_page(status: int, path: str) -> bytes:
    return f"our page {status} {path}".encode()


@contextmanager
def running(
    application: Callable[..., Any], threads: int = 2, most: int = 1 << 20, **bounds: Any
) -> Iterator[Running]:
    """A server on a free port. Its deadlines are short unless the test says otherwise."""
    listener = socket.create_server(("127.0.0.1", 0))
    short = Bounds(**{"head": 30.0, "body": 30.0, "linger": 1.0, "stop": 1.0, **bounds})
    site = Site(application, lambda _method, _path: most, error_page)
    ready, box = threading.Event(), {}

    async def serve() -> None:
        box["stopped"], box["loop"] = asyncio.Event(), asyncio.get_running_loop()
        box["server"] = Server(site, threads, short)
        ready.set()
        await box["server"].run(listener, box["stopped"])

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    ready.wait(PATIENCE)
    port = listener.getsockname()[1]

    def stop() -> None:
        box["loop"].call_soon_threadsafe(box["stopped"].set)

    try:
        yield Running(port, box["server"], stop, box["loop"].call_soon_threadsafe)
    finally:
        with suppress(RuntimeError):  # it has stopped already
            stop()
        thread.join(20)
        assert not thread.is_alive()
