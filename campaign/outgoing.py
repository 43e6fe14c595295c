"""Asking a machine on the internet whose address a person typed: https alone, and never a machine of our own.

The name is looked up once, every address of it must be a public one, and the connection goes to an address
that was checked. So a name whose answer changes meanwhile leads nowhere else. No redirect is followed, no
proxy of the environment is used, nothing is sent but what the caller gives, and the whole conversation has
one deadline, from looking up the name to the end of the answer.

Not by http.client: its time limit is for each read, so that a machine that sends a byte now and then would
keep us for hours. llhttp, the parser of our server, reads the answer.
"""

from __future__ import annotations

import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

import httptools

from campaign.untrusted import UnreadableError, parsing

#: Seconds for a whole conversation, bytes of an answer's body, and bytes that are read around it.
DEADLINE, MOST, MOST_AROUND = 15.0, 64 * 1024, 64 * 1024

#: The port of https, and how many addresses of a name are tried.
PORT, TRIED = 443, 4

#: Addresses in which another one is written: a gateway would lead on to it (RFC 6052).
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Addresses = list[tuple[int, Any]]


class OutgoingError(Exception):
    """An address that is not asked, or gave no answer.

    `reason`: “address” (not of https), “name” (unknown), “private”, “connection”, “tls”, “timeout”, “answer”
    (not HTTP, or cut short) or “long”.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Target:
    """An address as it is asked: https, a name, a port, and the path with its query."""

    host: str
    port: int
    path: str


@dataclass(frozen=True, slots=True)
class OutgoingAnswer:
    """What a machine answered."""

    status: int
    body: bytes


def target(url: str) -> Target:
    """An address, taken apart. Raises OutgoingError for one that is never asked."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORT
    except ValueError:
        raise OutgoingError("address") from None
    # Nothing in an address may end a line of the request.
    visible = url.isascii() and url.isprintable() and " " not in url
    if parts.scheme != "https" or not host or not visible or "@" in parts.netloc:
        raise OutgoingError("address")
    query = f"?{parts.query}" if parts.query else ""
    return Target(host, port, (parts.path or "/") + query)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet: not of this machine, its network, or a group."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        if ip.sixtofour is not None or ip.teredo is not None or ip.is_site_local:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def resolved(host: str, port: int) -> Addresses:
    """The addresses of a name, each as its family and what a socket connects to. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(family, address) for family, _kind, _protocol, _name, address in found]


@dataclass(frozen=True, slots=True)
class Network:
    """How other machines are reached, in how many seconds; a test puts its own server in their place."""

    allowed: Callable[[str], bool] = is_public
    resolve: Callable[[str, int], Addresses] = resolved
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    deadline: float = DEADLINE


def fetch(network: Network, url: str) -> OutgoingAnswer:
    """Get an address. A redirect is an answer like any other. Raises OutgoingError."""
    place = target(url)
    answer = _asked(network, place, _request("GET", place), _Answer(MOST))
    return OutgoingAnswer(answer.status, bytes(answer.body))


def post(network: Network, url: str, headers: Mapping[str, str], body: bytes) -> int:
    """Post the body and give the status of the answer, of which no more is read. Raises OutgoingError."""
    place = target(url)
    head = _request("POST", place, {**headers, "Content-Length": str(len(body))})
    return _asked(network, place, head + body, _Answer(None)).status


def _request(method: str, place: Target, headers: Mapping[str, str] = MappingProxyType({})) -> bytes:
    name = f"[{place.host}]" if ":" in place.host else place.host
    port = "" if place.port == PORT else f":{place.port}"
    lines = [f"{method} {place.path} HTTP/1.1", f"Host: {name}{port}", "Connection: close"]
    lines += [f"{header}: {value}" for header, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("ascii")


def _asked(network: Network, place: Target, request: bytes, answer: _Answer) -> _Answer:
    end = time.monotonic() + network.deadline
    with _connected(network, place, end) as link:
        try:
            _send(link, request, end)
            _read(link, answer, end)
        except TimeoutError:
            raise OutgoingError("timeout") from None
        except OSError:
            raise OutgoingError("connection") from None
    return answer


def _looked_up(network: Network, place: Target, end: float) -> Addresses:
    """The addresses of a name, all of them allowed. A look-up has no deadline: a thread waits for it."""
    answers: queue.SimpleQueue[Addresses] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            answers.put(network.resolve(place.host, place.port))
        except (OSError, UnicodeError):
            answers.put([])

    threading.Thread(target=look_up, name="look-up", daemon=True).start()
    try:
        addresses = answers.get(timeout=_left(end))
    except queue.Empty:
        raise OutgoingError("timeout") from None
    if not addresses:
        raise OutgoingError("name")
    if not all(network.allowed(address[0]) for _family, address in addresses):
        raise OutgoingError("private")
    return addresses


def _connected(network: Network, place: Target, end: float) -> ssl.SSLSocket:
    """A connection to one of the addresses of a name. Each has its share of the time that is left."""
    addresses = _looked_up(network, place, end)[:TRIED]
    error = OutgoingError("connection")
    for number, where in enumerate(addresses):
        share = _left(end) / (len(addresses) - number)
        try:
            return _secured(network, place.host, where, time.monotonic() + share)
        except OutgoingError as failed:
            error = failed
    raise error


def _secured(network: Network, host: str, where: tuple[int, Any], end: float) -> ssl.SSLSocket:
    """A connection with TLS to the address; the certificate has to be the name's."""
    plain = socket.socket(where[0], socket.SOCK_STREAM)
    try:
        plain.settimeout(_left(end))
        plain.connect(where[1])
        plain.settimeout(_left(end))  # for all of the handshake
        return network.tls.wrap_socket(plain, server_hostname=host)
    except OutgoingError:
        plain.close()
        raise
    except (OSError, ValueError) as error:  # ValueError: no name for a certificate, such as “.example”
        plain.close()
        reason = "timeout" if isinstance(error, TimeoutError) else "connection"
        raise OutgoingError("tls" if isinstance(error, ssl.SSLError | ValueError) else reason) from None


def _send(link: ssl.SSLSocket, request: bytes, end: float) -> None:
    while request:
        link.settimeout(_left(end))
        request = request[link.send(request) :]


class _Answer:
    """What the parser says. `most`: bytes of the body that are taken; None if the status is enough."""

    def __init__(self, most: int | None) -> None:
        self.status, self.body, self.done = 0, bytearray(), False
        self._most, self._measured = most, False
        self.parser = httptools.HttpResponseParser(self)

    def on_header(self, name: bytes, _value: bytes) -> None:
        self._measured |= name.lower() in {b"content-length", b"transfer-encoding"}

    def on_headers_complete(self) -> None:
        status = int(self.parser.get_status_code())
        if status < 200:  # an interim answer
            self._measured = False
        elif not self.status:
            self.status, self.done = status, self._most is None

    def on_body(self, part: bytes) -> None:
        if not self.done:
            self.body += part

    def on_message_complete(self) -> None:
        self.done = self.done or bool(self.status)

    def take(self, data: bytes) -> None:
        """Read on. Raises OutgoingError for what is not HTTP; what follows a whole answer is ignored."""
        try:
            with parsing():
                self.parser.feed_data(data)
        except UnreadableError:
            if not self.done:
                raise OutgoingError("answer") from None

    def close(self) -> None:
        """Nothing more comes: the end of a body whose length was not said."""
        self.done = self.done or (bool(self.status) and not self._measured)

    @property
    def is_long(self) -> bool:
        """Whether there is more of the body than is taken."""
        return self._most is not None and len(self.body) > self._most


def _read(link: ssl.SSLSocket, answer: _Answer, end: float) -> None:
    """Read until the answer has what is wanted of it. Raises OSError or OutgoingError."""
    read = 0
    while not answer.done:
        link.settimeout(_left(end))
        data = link.recv(4096)
        read += len(data)
        if data:
            answer.take(data)
        else:
            answer.close()
        if answer.is_long or (answer.status and read > MOST + MOST_AROUND):
            raise OutgoingError("long")
        if not answer.done and (not data or (not answer.status and read > MOST_AROUND)):
            raise OutgoingError("answer")


def _left(end: float) -> float:
    """The seconds that are left. Raises OutgoingError if there are none."""
    left = end - time.monotonic()
    if left <= 0:
        raise OutgoingError("timeout")
    return left
