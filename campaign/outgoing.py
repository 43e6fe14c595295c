"""Asking a machine on the internet whose address a person typed: https alone, and never a machine of our own.

The name is resolved once, every address of it must be a public one, and the connection goes to the address
that was checked. So a name whose answer changes meanwhile leads nowhere else. No redirect is followed, no
proxy of the environment is used, nothing is sent but what the caller gives, and the whole conversation has
one deadline.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

#: Seconds for a whole conversation, and bytes of an answer.
PATIENCE, MOST = 5.0, 64 * 1024

#: IPv6 networks whose addresses have one of IPv4 in them: NAT64, 6to4, Teredo. None is asked.
_CARRYING = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "2002::/16", "2001::/32", "::/96")))


class OutgoingError(OSError):
    """An address that is not asked, or gave no answer; `reason`: “address”, “private”, “away” or “long”."""

    def __init__(self, reason: str, why: str) -> None:
        super().__init__(why)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Target:
    """An address as it is asked: https, a name, a port, and the path with its query."""

    host: str
    port: int
    path: str


@dataclass(frozen=True, slots=True)
class OutgoingAnswer:
    """What a machine answered; the headers' names are in lower case."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def target(url: str) -> Target:
    """An address, taken apart. Raises OutgoingError for one that is never asked."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 443
    except ValueError:
        raise OutgoingError("address", "this is no address") from None
    readable = url.isascii() and url.isprintable() and " " not in url
    if parts.scheme != "https" or not host or not readable or parts.username or parts.password:
        raise OutgoingError("address", "an address begins with https:// and has a name without a password")
    query = f"?{parts.query}" if parts.query else ""
    return Target(host, port, (parts.path or "/") + query)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if ip.version == 6:
        if ip.ipv4_mapped:
            return is_public(str(ip.ipv4_mapped))
        if any(ip in network for network in _CARRYING):
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def checked_address(place: Target) -> str:
    """The IP address to connect to. Raises OutgoingError if there is none, or one is not public."""
    try:
        found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise OutgoingError("away", f"{place.host} is not known") from None
    addresses = [str(one[4][0]) for one in found]
    if not addresses:
        raise OutgoingError("away", f"{place.host} has no address")
    if not all(map(is_public, addresses)):
        raise OutgoingError("private", f"{place.host} is not on the public internet")
    return addresses[0]


class _ToAddress(http.client.HTTPSConnection):
    """A connection to an address that was checked, whose certificate has to be that of the name."""

    def __init__(self, place: Target, address: str, trust: ssl.SSLContext, patience: float) -> None:
        super().__init__(place.host, place.port, timeout=patience, context=trust)
        self._address, self._trust = address, trust

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), self.timeout)
        link = self._trust.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
        self.sock = link  # before the handshake, so that the deadline ends that, too
        link.do_handshake()


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for a whole conversation, and bytes of an answer."""

    patience: float = PATIENCE
    most: int = MOST


def fetch(url: str, limits: Limits = Limits()) -> OutgoingAnswer:
    """Get an address. A redirect is an answer like any other. Raises OutgoingError."""
    return _asked(target(url), limits, "GET", {})


def post(url: str, body: bytes, headers: Mapping[str, str], limits: Limits = Limits()) -> OutgoingAnswer:
    """Post to an address. A redirect is an answer like any other. Raises OutgoingError."""
    return _asked(target(url), limits, "POST", headers, body)


def _asked(
    place: Target, limits: Limits, method: str, headers: Mapping[str, str], body: bytes | None = None
) -> OutgoingAnswer:
    trust = ssl.create_default_context()
    connection = _ToAddress(place, checked_address(place), trust, limits.patience)
    deadline = threading.Timer(limits.patience, lambda: _cut(connection))
    deadline.daemon = True
    deadline.start()
    try:
        connection.request(method, place.path, body, dict(headers))
        response = connection.getresponse()
        content = response.read(limits.most + 1)
    except (OSError, http.client.HTTPException, ValueError) as error:
        why = str(error) or type(error).__name__
        raise OutgoingError("away", f"{place.host} gives no answer: {why}") from None
    finally:
        deadline.cancel()
        connection.close()
    if len(content) > limits.most:
        raise OutgoingError("long", f"the answer of {place.host} has more than {limits.most:,} bytes")
    return OutgoingAnswer(response.status, content, {k.lower(): v for k, v in response.getheaders()})


def _cut(connection: http.client.HTTPConnection) -> None:
    """End a conversation that lasts too long, however slowly it goes on."""
    with suppress(OSError):  # it may have ended by itself
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)
