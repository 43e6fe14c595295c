"""A receiver on this machine that behaves as badly as a test says, with a certificate of its own."""

from __future__ import annotations

import contextlib
import datetime
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from campaign.outgoing import Addresses, Network

HOST = "hooks.example.org"

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@lru_cache(maxsize=1)
def _certificate() -> tuple[bytes, bytes]:
    """A certificate for HOST, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return certificate.public_bytes(serialization.Encoding.PEM), secret


@dataclass
class Receiver:
    """What arrived, and how it can be reached in place of HOST."""

    port: int
    received: list[bytes] = field(default_factory=list)
    #: The addresses that the name has, one list for each time it is asked for; the last one goes on.
    names: list[list[str]] = field(default_factory=lambda: [["127.0.0.1"]])
    asked: int = 0

    @property
    def url(self) -> str:
        return f"https://{HOST}/hook?key=1"

    def network(self, deadline: float = 20.0, allowed: Callable[[str], bool] | None = None) -> Network:
        """A network in which HOST is this receiver, and loopback is allowed unless the test says otherwise."""
        tls = ssl.create_default_context(cadata=_certificate()[0].decode())
        return Network(allowed or (lambda address: address == "127.0.0.1"), self._resolve, tls, deadline)

    def _resolve(self, _host: str, _port: int) -> Addresses:
        found = self.names[min(self.asked, len(self.names) - 1)]
        self.asked += 1
        return [(socket.AF_INET, (address, self.port)) for address in found]


Behaviour = Callable[[ssl.SSLSocket], None]


def answers(data: bytes) -> Behaviour:
    def behave(link: ssl.SSLSocket) -> None:
        link.sendall(data)

    return behave


def drips(link: ssl.SSLSocket) -> None:
    """A byte now and then, and never an end."""
    for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 10_000:
        link.sendall(bytes([byte]))
        time.sleep(0.05)


def hangs(link: ssl.SSLSocket) -> None:
    link.recv(1)


def resets(link: ssl.SSLSocket) -> None:
    link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def floods(link: ssl.SSLSocket) -> None:
    """Headers without end."""
    link.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        link.sendall(b"X-More: " + b"x" * 1_000 + b"\r\n")


def drips_a_body(link: ssl.SSLSocket) -> None:
    """A whole head, and then a body as slow as `drips`."""
    link.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    drips(link)


@contextlib.contextmanager
def receiving(behave: Behaviour) -> Iterator[Receiver]:
    """A receiver that reads each request and then behaves so."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, name) for name in ("cert.pem", "key.pem")]
        for file, content in zip(files, _certificate(), strict=True):
            file.write_bytes(content)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*files)
    listener = socket.create_server(("127.0.0.1", 0))
    receiver = Receiver(listener.getsockname()[1])
    ended = threading.Event()

    def serve() -> None:
        while not ended.is_set():
            try:
                plain, _address = listener.accept()
            except OSError:
                return
            threading.Thread(target=one, args=(plain,), daemon=True).start()

    def one(plain: socket.socket) -> None:
        with contextlib.suppress(OSError), context.wrap_socket(plain, server_side=True) as link:
            receiver.received.append(_request(link))
            behave(link)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield receiver
    finally:
        ended.set()
        listener.close()


def _request(link: ssl.SSLSocket) -> bytes:
    """A whole request: its head, and as many bytes as it says."""
    got = b""
    while b"\r\n\r\n" not in got:
        got += link.recv(65536)
    head, _end, body = got.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
    while len(body) < length:
        body += link.recv(65536)
    return head + b"\r\n\r\n" + body
