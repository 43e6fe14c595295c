"""What a check asks of other machines: the site's own public address, the relay, a clock, the onion service.

Nothing else is asked, no redirect is followed, and no proxy of the environment is used.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from campaign.mail.sender import Relay

#: Seconds for one conversation.
PATIENCE = 10.0

#: Where Tor listens for programs of this machine (SOCKS, RFC 1928).
TOR = ("127.0.0.1", 9050)

_MOST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of a web server; the headers' names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: str


class Network:
    """The network as it is. Tests give their own."""

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask an address once. Raises OSError or http.client.HTTPException."""
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        connection: http.client.HTTPConnection = (
            http.client.HTTPSConnection(host, port, timeout=PATIENCE, context=ssl.create_default_context())
            if parts.scheme == "https"
            else http.client.HTTPConnection(host, port, timeout=PATIENCE)
        )
        try:
            return _answer(connection, parts.path or "/", headers or {})
        finally:
            connection.close()

    def certificate_end(self, url: str) -> datetime:
        """When the certificate of an https address ends, if it is accepted. Raises OSError if not."""
        parts = urlsplit(url)
        address = (parts.hostname or "", parts.port or 443)
        with (
            socket.create_connection(address, PATIENCE) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=address[0]) as tls,
        ):
            end = (tls.getpeercert() or {})["notAfter"]
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(end)), UTC)

    def relay(self, url: str) -> bool:
        """Sign in at the relay and leave; whether it spoke TLS. Raises what `Relay.try_out` does."""
        return Relay(url, patience=PATIENCE).try_out()

    def onion(self, url: str, path: str) -> Answer:
        """Ask the onion service by way of Tor on this machine. Raises ConnectionRefusedError without Tor."""
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 80
        connection = http.client.HTTPConnection(host, port)
        connection.sock = _by_tor(host, port)
        try:
            return _answer(connection, path, {})
        finally:
            connection.close()


def _answer(connection: http.client.HTTPConnection, path: str, headers: Mapping[str, str]) -> Answer:
    connection.request("GET", path, headers=dict(headers))
    response = connection.getresponse()
    body = response.read(_MOST).decode("utf-8", "replace")
    return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, body)


def _by_tor(host: str, port: int) -> socket.socket:
    """A connection to an onion service, which Tor makes for us."""
    link = socket.create_connection(TOR, 60)  # a circuit takes long to be built
    try:
        link.sendall(b"\x05\x01\x00")  # version 5, one method: no sign-in
        if link.recv(2) != b"\x05\x00":
            raise OSError("what listens on Tor's port does not speak SOCKS")
        name = host.encode("ascii")
        link.sendall(b"\x05\x01\x00\x03" + bytes([len(name)]) + name + port.to_bytes(2))
        reply = link.recv(262)
        if reply[1:2] != b"\x00":
            raise OSError("Tor does not reach it")
    except BaseException:
        link.close()
        raise
    return link
