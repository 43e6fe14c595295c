"""The proxies as they are shipped write down no address and no link, whatever goes wrong behind them."""

from __future__ import annotations

import re
import secrets
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from campaign.deploy.writing import Plan, rendered
from campaign.serving.bounds import BEGINNING
from tests.serving import local
from tests.tools import PATIENCE, needed

HOST = "letters.example.org"

#: What a server does behind the proxy: it is down, hangs up, answers nonsense, never answers.
FAULTS = ("down", "hangs up", "nonsense", "never", "answers")


def free_ports() -> tuple[int, int, int]:
    """Three different ports: of the server, and of the proxy with and without TLS."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
    server, tls, plain = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return server, tls, plain


@contextmanager
def behind(port: int, fault: str) -> Iterator[list[bytes]]:
    """A server with a fault; yields the requests that it got."""
    got: list[bytes] = []
    if fault == "down":
        with socket.socket() as holder:  # nobody listens there, and no other test takes the port
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            holder.bind(("127.0.0.1", port))
            yield got
        return
    with socket.create_server(("127.0.0.1", port)) as listener:
        listener.settimeout(0.2)
        stopped, kept = threading.Event(), []

        def serve() -> None:
            while not stopped.is_set():
                with suppress(OSError):
                    connection, _ = listener.accept()
                    connection.settimeout(2)
                    got.append(connection.recv(65_536))
                    if fault in {"nonsense", "answers"}:
                        answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
                        connection.sendall(answer if fault == "answers" else b"\x00\x01 nonsense\r\n\r\n")
                    kept.append(connection) if fault == "never" else connection.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield got
        stopped.set()
        thread.join()
        for connection in kept:
            connection.close()


def certificate(folder: Path) -> None:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "privkey.pem").write_bytes(private)


def nginx(folder: Path, ports: tuple[int, int, int], site: str) -> list[str]:
    """nginx as Debian sets it up, with logs on, and the shipped file included."""
    server, tls, plain = ports
    changed = site.replace(f"/etc/letsencrypt/live/{HOST}", str(folder)).replace(":8000", f":{server}")
    changed = re.sub(r"listen \[::\]:\d+( ssl)?;", "", changed)
    changed = changed.replace("listen 443", f"listen 127.0.0.1:{tls}").replace("listen 80;", f"listen 127.0.0.1:{plain};")  # fmt: skip
    (folder / "site.conf").write_text(changed)
    temporary = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in
                         ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))  # fmt: skip
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/main.log;\nevents {{}}\n"
        f"http {{ access_log {folder}/access.log; error_log {folder}/error.log; {temporary}\n"
        f"include {folder}/site.conf; }}\n"
    )
    return [needed("nginx", "nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf")]


def caddy(folder: Path, ports: tuple[int, int, int], site: str) -> list[str]:
    """Caddy with the shipped file, its ports, and a certificate that it does not have to fetch."""
    server, tls, plain = ports
    options = f"{{\n\tadmin off\n\tauto_https disable_redirects\n\thttps_port {tls}\n\thttp_port {plain}\n"
    changed = site.replace("{\n", options, 1).replace(":8000", f":{server}")
    tls_line = f"{HOST} {{\n\tbind 127.0.0.1\n\ttls {folder}/fullchain.pem {folder}/privkey.pem\n"
    changed = changed.replace(f"\n{HOST} {{\n", f"\n{tls_line}")
    (folder / "Caddyfile").write_text(changed)
    return [needed("caddy", "caddy"), "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


Start = Callable[[Path, tuple[int, int, int], str], list[str]]
PROXIES: dict[str, tuple[str, Start]] = {
    "nginx": ("nginx/campaign.conf", nginx),
    "caddy": ("caddy/Caddyfile", caddy),
}


@contextmanager
def running(name: str, folder: Path, ports: tuple[int, int, int], site: str) -> Iterator[int]:
    """A proxy in front of a server; yields its own port. All that it writes is in the folder."""
    certificate(folder)
    tls = ports[1]
    command = PROXIES[name][1](folder, ports, site)
    with (folder / "output.log").open("w") as output:
        home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
        process = subprocess.Popen(command, stdout=output, stderr=output, env=home)
        try:
            end = time.monotonic() + PATIENCE
            while True:
                with suppress(OSError):
                    socket.create_connection(("127.0.0.1", tls), 1).close()
                    break
                assert process.poll() is None and time.monotonic() < end, (folder / "output.log").read_text()
                time.sleep(0.05)
            yield tls
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE)


def ask(port: int, path: str, body: bytes = b"", patience: float = 2.0, complete: bool = True) -> bytes:
    """What the proxy answers; b'' if the visitor gave up first: `patience` in seconds, once there is a connection."""
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    length = len(body) if complete else len(body) + 1_000
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nX-Forwarded-For: 6.6.6.6\r\nContent-Length: {length}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\nConnection: close\r\n\r\n"
    )
    with (
        socket.create_connection(("127.0.0.1", port), PATIENCE) as plain,
        trusting.wrap_socket(plain, server_hostname=HOST) as connection,
    ):
        connection.settimeout(patience)
        with suppress(TimeoutError, OSError):  # it may answer, and read no more, before all was sent
            connection.sendall(head.encode() + body)
        with suppress(TimeoutError, OSError):
            return connection.recv(65_536) if complete else b""
    return b""


def visits(port: int, mark: str) -> None:
    """People open and press links, write letters, and give up, with a mark in each address and body."""
    for path in (f"/r/{mark}", f"/en/january-2022/petition/c/{mark}", f"/en/?q={mark}", f"/en/desk/{mark}"):
        ask(port, path, patience=0.1)
        ask(port, path, mark.encode() * 10, patience=0.1, complete=False)
    ask(port, f"/r/{mark}", mark.encode() * 4_000, patience=0.2)
    ask(port, f"/r/{'%' if mark else ''}{mark}", patience=0.1)  # a bad escape


#: What a proxy answers to a fault. nginx takes nonsense for HTTP/0.9, and waits for a server that never answers.
ANSWERED = {"down": b" 502 ", "hangs up": b" 502 ", "answers": b" 200 "}


def traces(folder: Path, mark: str) -> list[str]:
    """Files of the proxy that have the mark or a visitor's address."""
    needles = re.compile(re.escape(mark.encode()) + rb"|client: 127\.0\.0\.1|\"remote_(ip|addr)\"|6\.6\.6\.6")
    shipped = {"site.conf", "nginx.conf", "Caddyfile"}
    return [path.name for path in folder.rglob("*")
            if path.is_file() and path.name not in shipped and needles.search(path.read_bytes())]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("proxy", PROXIES)
def test_a_proxy_as_it_is_shipped_writes_down_no_visitor_and_no_link(
    proxy: str, fault: str, tmp_path: Path
) -> None:
    ports, mark = free_ports(), f"Mark{secrets.token_hex(24)}"
    site = rendered(Plan(HOST))[PROXIES[proxy][0]]
    with behind(ports[0], fault) as got, running(proxy, tmp_path, ports, site) as port:
        visits(port, mark)
        answer = ask(port, f"/r/{mark}", patience=PATIENCE if fault in ANSWERED else 1)
        assert traces(tmp_path, mark) == []  # while it runs: no temporary file either
    assert traces(tmp_path, mark) == []
    assert ANSWERED.get(fault, b"") in answer
    for request in filter(None, got):
        assert b"X-Forwarded-For: 127.0.0.1" in request and b"6.6.6.6" not in request


@pytest.mark.parametrize("proxy", PROXIES)
def test_without_those_lines_a_proxy_does_so_that_the_search_can_fail(proxy: str, tmp_path: Path) -> None:
    ports, mark = free_ports(), f"Mark{secrets.token_hex(24)}"
    site = rendered(Plan(HOST))[PROXIES[proxy][0]]
    loud = re.sub(r"^\s*(access_log|error_log|exclude) .*$", "", site, flags=re.M)
    with running(proxy, tmp_path, ports, loud) as port:
        visits(port, mark)
    assert traces(tmp_path, mark) != []


def says_how_much_came(environ: dict[str, Any], start: Any) -> list[bytes]:
    """A site that refuses what is too large, and says for which address, and how much of it arrived."""
    size = len(environ["wsgi.input"].read())
    body = f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}: {size} of {environ['CONTENT_LENGTH']}".encode()
    start("413 Content Too Large", [("Content-Length", str(len(body)))])
    return [body]


#: Where forms with files are sent: to the desk, with a return slip, from a stall.
WITH_FILES = (
    "/en/desk/trees/content/demand/keep-them",
    "/kk/trees/slip/abcdefgh/answer",
    "/zh-Hans/trees/stall",
)


@pytest.mark.security(26)
@pytest.mark.parametrize("path", WITH_FILES)
@pytest.mark.parametrize("machines", [1, 3])
@pytest.mark.parametrize("proxy", PROXIES)
def test_of_a_file_that_is_too_large_the_site_gets_the_beginning_and_its_answer_comes_back(
    proxy: str, machines: int, path: str, tmp_path: Path
) -> None:
    size = 30 * 1024 * 1024
    site = rendered(Plan(HOST, postgres=machines > 1, machines=machines))[PROXIES[proxy][0]]
    site = re.sub(r"app-\d\.internal", "127.0.0.1", site)
    with local.running(says_how_much_came, most=1_000_000, linger=5.0) as server:
        ports = (server.port, *free_ports()[1:])
        with running(proxy, tmp_path, ports, site) as port:
            answer = ask(port, f"{path}?text=en%20", bytes(size), patience=PATIENCE)
    said = f"{path}?text=en%20: {BEGINNING} of {size}"
    assert answer.startswith(b"HTTP/1.1 413 ") and answer.endswith(said.encode()), answer[:300]


@pytest.mark.parametrize("machines", [1, 3])
@pytest.mark.parametrize("proxy", PROXIES)
def test_each_proxy_takes_the_file_for_an_onion_service_and_for_several_machines(
    proxy: str, machines: int, tmp_path: Path
) -> None:
    certificate(tmp_path)
    site = rendered(Plan(HOST, onion=True, postgres=True, machines=machines))[PROXIES[proxy][0]]
    ports = free_ports()
    for number in range(1, machines + 1):
        site = site.replace(f"app-{number}.internal", "127.0.0.1")
    command = PROXIES[proxy][1](tmp_path, ports, site)
    if proxy == "nginx":
        command.append("-t")
    else:
        command[1] = "validate"
    ran = subprocess.run(command, capture_output=True, text=True, env={"HOME": str(tmp_path)})
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("circuit", ["fc00:dead:beef:4dad::ab:cdef"])
def test_nginx_tells_the_server_which_circuit_of_tor_a_request_came_over(
    circuit: str, tmp_path: Path
) -> None:
    ports = free_ports()
    site = rendered(Plan(HOST, onion=True))["nginx/campaign.conf"].replace(":8081", f":{ports[2]}")
    site = re.sub(r"server \{\s+listen 80;.*?\n\}\n", "", site, count=1, flags=re.S)
    with behind(ports[0], "answers") as got, running("nginx", tmp_path, ports, site):
        with socket.create_connection(("127.0.0.1", ports[2]), 5) as tor:
            tor.sendall(
                f"PROXY TCP6 {circuit} ::1 65535 80\r\nGET /en/ HTTP/1.1\r\nHost: {'a' * 56}.onion\r\n"
                "X-Forwarded-For: 6.6.6.6\r\nConnection: close\r\n\r\n".encode()
            )
            assert b" 200 " in tor.recv(65_536)
        assert traces(tmp_path, circuit) == []
    assert f"X-Forwarded-For: {circuit}".encode() in got[0] and b"6.6.6.6" not in got[0]
