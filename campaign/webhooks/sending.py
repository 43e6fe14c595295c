"""One request to a webhook: to an address that was checked, with one deadline, and no redirect.

Not by http.client: its time limit is for each read, so that a receiver that sends a byte now and then would
keep it for hours. llhttp, the parser of our server, reads the status.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httptools

from campaign.untrusted import UnreadableError, parsing
from campaign.webhooks.addresses import PORT, is_public

#: Seconds for all of a try, and bytes of an answer that are read at most.
DEADLINE, MOST_BYTES = 15.0, 64 * 1024

Addresses = list[tuple[int, Any]]


class SendError(Exception):
    """No answer came. `reason`: “name”, “private”, “connection”, “tls”, “timeout” or “answer”."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def resolved(host: str, port: int) -> Addresses:
    """The addresses of a name, each as its family and what a socket connects to. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(family, address) for family, _kind, _protocol, _name, address in found]


@dataclass(frozen=True, slots=True)
class Network:
    """How other machines are reached; a test puts its own server in their place."""

    allowed: Callable[[str], bool] = is_public
    resolve: Callable[[str, int], Addresses] = resolved
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    deadline: float = DEADLINE


def send(network: Network, url: str, headers: Mapping[str, str], body: bytes) -> int:
    """Post the body and give the status of the answer. Raises SendError."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or PORT
    end = time.monotonic() + network.deadline
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"POST {path} HTTP/1.1", f"Host: {parts.netloc}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    head = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode("ascii")
    with _connected(network, host, port, end) as connection:
        try:
            connection.settimeout(_left(end))
            connection.sendall(head + body)
            return _status(connection, end)
        except TimeoutError:
            raise SendError("timeout") from None
        except OSError:
            raise SendError("connection") from None


def _connected(network: Network, host: str, port: int, end: float) -> ssl.SSLSocket:
    """A connection to one of the addresses of a name, if all of them are allowed."""
    try:
        addresses = network.resolve(host, port)
    except OSError:
        raise SendError("name") from None
    if not addresses or not all(network.allowed(address[0]) for _family, address in addresses):
        raise SendError("private" if addresses else "name")
    error = SendError("connection")
    for family, address in addresses:
        try:
            return _secured(network, host, (family, address), end)
        except SendError as failed:
            error = failed
    raise error


def _secured(network: Network, host: str, where: tuple[int, Any], end: float) -> ssl.SSLSocket:
    """A connection with TLS to the address; the certificate has to be the name's."""
    plain = socket.socket(where[0], socket.SOCK_STREAM)
    try:
        plain.settimeout(_left(end))
        plain.connect(where[1])
        plain.settimeout(_left(end))
        return network.tls.wrap_socket(plain, server_hostname=host)
    except SendError:
        plain.close()
        raise
    except OSError as error:
        plain.close()
        reason = "timeout" if isinstance(error, TimeoutError) else "connection"
        raise SendError("tls" if isinstance(error, ssl.SSLError) else reason) from None


class _Answer:
    """What the parser says: the status of the answer, 0 before it is known."""

    def __init__(self) -> None:
        self.status = 0
        self.parser = httptools.HttpResponseParser(self)

    def on_headers_complete(self) -> None:
        status = int(self.parser.get_status_code())
        if status >= 200 and not self.status:  # what comes before is interim
            self.status = status


def _status(connection: ssl.SSLSocket, end: float) -> int:
    """The status of the answer; whatever follows its headers is not read."""
    answer, read = _Answer(), 0
    while read < MOST_BYTES:
        connection.settimeout(_left(end))
        data = connection.recv(4096)
        if not data:
            break
        read += len(data)
        try:
            with parsing():
                answer.parser.feed_data(data)
        except UnreadableError:
            if not answer.status:
                break
        if answer.status:
            return answer.status
    raise SendError("answer")


def _left(end: float) -> float:
    """The seconds that are left. Raises SendError if there are none."""
    left = end - time.monotonic()
    if left <= 0:
        raise SendError("timeout")
    return left
