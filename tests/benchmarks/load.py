"""A load of confirmations from another process: requests made beforehand, over connections that stay open."""

from __future__ import annotations

import multiprocessing
import socket
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True)
class Measured:
    """What a load came to. `slowest` is the 99th percentile in milliseconds."""

    good: int
    seconds: float
    slowest: float

    @property
    def rate(self) -> float:
        return self.good / self.seconds


def posts(port: int, paths: list[str], token: str) -> list[bytes]:
    """The bytes of a POST to each path."""
    body = urlencode({"form_token": token}).encode()
    head = (
        "POST {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        "Content-Length: {}\r\n\r\n"
    )
    return [head.format(path, port, len(body)).encode() + body for path in paths]


def gets(port: int, path: str, many: int) -> list[bytes]:
    """The bytes of a GET, so often."""
    return [f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()] * many


def load(port: int, requests: list[bytes], mark: bytes, connections: int = 16) -> Measured:
    """Send them all, from a process of its own; `mark` stands in a good answer."""
    context = multiprocessing.get_context("fork")
    out, into = context.Pipe(duplex=False)
    process = context.Process(target=_client, args=(port, requests, mark, connections, into))
    process.start()
    good, seconds, slowest = out.recv()
    process.join()
    return Measured(good, seconds, slowest)


def _client(port: int, requests: list[bytes], mark: bytes, connections: int, into: object) -> None:
    times: list[float] = []
    good = [0] * connections

    def one(number: int) -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as link:
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for request in requests[number::connections]:
                begun = time.perf_counter()
                link.sendall(request)
                good[number] += mark in _answer(link)
                times.append(time.perf_counter() - begun)

    threads = [threading.Thread(target=one, args=(n,)) for n in range(connections)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begun
    times.sort()
    into.send((sum(good), seconds, times[int(len(times) * 0.99)] * 1000))  # type: ignore[attr-defined]


def _answer(link: socket.socket) -> bytes:
    """One answer, whole."""
    got = link.recv(65536)
    while b"\r\n\r\n" not in got:
        got += link.recv(65536)
    head, _gap, body = got.partition(b"\r\n\r\n")
    at = head.lower().index(b"content-length:") + 15
    size = int(head[at:].split(b"\r\n", 1)[0])
    while len(body) < size:
        body += link.recv(65536)
    return body
