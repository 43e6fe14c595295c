"""What an address that a person typed can lead to: the public internet by https, and nothing else."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from campaign import outgoing
from campaign.outgoing import Limits, OutgoingError
from tests.tools import busy_at_most

NAME = "server.example.org"


@pytest.mark.security(68)
@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
     "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1",
     "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1",
     "2001:0:7f00:1::"],
)  # fmt: skip
def test_an_address_of_our_own_network_is_not_public(address: str) -> None:
    assert not outgoing.is_public(address)


def test_an_address_of_the_internet_is_public() -> None:
    assert all(map(outgoing.is_public, ("9.9.9.9", "2620:fe::fe", "::ffff:9.9.9.9")))


@pytest.mark.parametrize(
    "url",
    ["http://a.example.org/", "ftp://a.example.org/", "//a.example.org/", "https:///x", "https://me:pw@a.example.org/",
     "https://a.example.org:99999/", "https://a.example.org/a b", "https://a.example.org/\r\nHost: b", "https://[::1",
     "file:///etc/passwd", "https://ä.example.org/", ""],
)  # fmt: skip
def test_what_is_no_https_address_is_not_asked(url: str) -> None:
    with pytest.raises(OutgoingError) as refused:
        outgoing.fetch(url)
    assert refused.value.reason == "address"


@pytest.mark.security(68)
def test_a_name_with_one_address_of_our_own_network_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    _leading_to(monkeypatch, "9.9.9.9", "127.0.0.1")
    with pytest.raises(OutgoingError) as refused:
        outgoing.fetch(f"https://{NAME}/")
    assert refused.value.reason == "private"


@pytest.mark.security(68)
def test_a_name_is_resolved_once_and_that_address_is_asked(server: _Server) -> None:
    server.answer = lambda link: link.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
    answer = outgoing.fetch(server.url)
    assert (answer.status, answer.body, server.resolved) == (200, b"hi", 1)
    assert server.asked[0].startswith(b"GET /x?y=1 HTTP/1.1\r\nHost: server.example.org")
    answer = outgoing.post(server.url, b"body", {"X-Kind": "test"})
    assert b"X-Kind: test" in server.asked[1] and server.asked[1].startswith(b"POST")


def test_a_redirect_is_not_followed(server: _Server) -> None:
    server.answer = lambda link: link.sendall(
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n"
    )
    assert outgoing.fetch(server.url).status == 302 and len(server.asked) == 1


def _drip(link: ssl.SSLSocket) -> None:
    link.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    try:
        while True:
            link.sendall(b".")
            threading.Event().wait(0.02)
    except OSError:
        pass


def _flood(link: ssl.SSLSocket) -> None:
    with suppress(OSError):
        link.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + b"." * 200_000)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [(_flood, "long"), (_drip, "away"), (lambda link: link.sendall(b"nonsense\r\n\r\n"), "away")],
)
def test_an_answer_that_is_long_slow_or_none_at_all_is_given_up(
    answer: Callable[[ssl.SSLSocket], None], reason: str, server: _Server
) -> None:
    server.answer = answer
    with busy_at_most(5), pytest.raises(OutgoingError) as refused:
        outgoing.fetch(server.url, Limits(patience=0.5))
    assert refused.value.reason == reason


def test_a_certificate_of_another_name_is_refused(server: _Server) -> None:
    with pytest.raises(OutgoingError) as refused:
        outgoing.fetch(server.url.replace(NAME, "other.example.org"))
    assert refused.value.reason == "away"


class _Server:
    """A server on this machine with a certificate for NAME, which its client takes for a public one."""

    def __init__(self, port: int) -> None:
        self.url = f"https://{NAME}:{port}/x?y=1"
        self.answer: Callable[[ssl.SSLSocket], None] = lambda _link: None
        self.asked: list[bytes] = []
        self.resolved = 0


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[_Server]:
    path = _certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    trust = ssl.create_default_context(cafile=str(path))
    monkeypatch.setattr(outgoing.ssl, "create_default_context", lambda: trust)
    monkeypatch.setattr(outgoing, "is_public", lambda _address: True)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        made = _Server(listening.getsockname()[1])
        _leading_to(monkeypatch, "127.0.0.1", made=made)
        with _serving(listening, context, made):
            yield made


def _request(link: ssl.SSLSocket) -> bytes:
    """A request with its body, which is `body`."""
    asked = b""
    while part := link.recv(65_536):
        asked += part
        if asked.endswith(b"\r\n\r\nbody" if asked.startswith(b"POST") else b"\r\n\r\n"):
            break
    return asked


@contextmanager
def _serving(listening: socket.socket, context: ssl.SSLContext, made: _Server) -> Iterator[None]:
    def serve() -> None:
        while True:
            try:
                plain, _from = listening.accept()
                with context.wrap_socket(plain, server_side=True) as link:
                    made.asked.append(_request(link))
                    made.answer(link)
            except ssl.SSLError:
                continue
            except OSError:
                return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield
    listening.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def _leading_to(monkeypatch: pytest.MonkeyPatch, *addresses: str, made: _Server | None = None) -> None:
    def resolved(host: str, port: int, *_more: object, **_options: object) -> list[object]:
        if made and host == NAME:  # a connection to an address asks for that, too
            made.resolved += 1
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(outgoing.socket, "getaddrinfo", resolved)


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path
