"""Five hundred half-sent bodies, heads and idle connections, and how long other visitors wait meanwhile.

The same measure without them and with them, on the bare server and behind nginx and Caddy, whose
configuration is made here: as short as an operator's would be.
"""

from __future__ import annotations

import http.client
import multiprocessing
import os
import resource
import selectors
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.reliability.house import House, Server
from tests.test_server import free_port

#: The page that other visitors open, of the small campaign.
PAGE = "/en/trees/"

_NGINX = """
daemon off;
worker_processes 1;
worker_rlimit_nofile 8192;
pid {folder}/nginx.pid;
error_log /dev/null;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    client_header_timeout 10s;
    client_body_timeout 10s;
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://127.0.0.1:{behind};
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $remote_addr;
        }}
    }}
}}
"""

_CADDY = """
{{
    admin off
    auto_https off
    log {{
        level ERROR
    }}
    servers {{
        timeouts {{
            read_header 10s
            read_body 30s
        }}
    }}
}}
http://127.0.0.1:{port} {{
    bind 127.0.0.1
    reverse_proxy 127.0.0.1:{behind} {{
        transport http {{
            keepalive 30s
        }}
    }}
}}
"""


@dataclass(frozen=True)
class Waited:
    """Milliseconds that visitors waited: the middle and the 99th percentile; and who got no page."""

    pages: int
    failed: int
    median: float
    p99: float


@dataclass(frozen=True)
class Compared:
    """Visitors without and with the slow clients."""

    without: Waited
    slow: Waited

    @property
    def ratio(self) -> float:
        return self.slow.p99 / self.without.p99


@contextmanager
def in_front(proxy: str, behind: int, folder: Path) -> Iterator[int | None]:
    """The port of a proxy before the server; the server's own for 'bare', None if it is not installed."""
    program = {"nginx": "nginx", "caddy": "caddy"}.get(proxy)
    if program is None:
        yield behind
        return
    path = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin")
    if path is None:
        yield None
        return
    port = free_port()
    file = folder / f"{proxy}.conf"
    file.write_text({"nginx": _NGINX, "caddy": _CADDY}[proxy].format(folder=folder, port=port, behind=behind))
    command = (
        [path, "-c", str(file)]
        if proxy == "nginx"
        else [path, "run", "--adapter", "caddyfile", "--config", str(file)]
    )
    environment = {**os.environ, "XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def _wait(port: int) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with suppress(OSError, http.client.HTTPException):
            if _visit(port) == 200:
                return
        time.sleep(0.05)
    raise AssertionError("the proxy did not start")


def _visit(port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", PAGE)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def visitors(port: int, seconds: float, rate: float = 20.0) -> Waited:
    """Visitors who come `rate` times a second, each over a new connection, in a process of their own."""
    context = multiprocessing.get_context("fork")
    out, into = context.Pipe(duplex=False)

    def visit() -> None:
        waits, failed, begun = [], 0, time.perf_counter()
        for number in range(int(seconds * rate)):
            time.sleep(max(0.0, begun + number / rate - time.perf_counter()))
            since = time.perf_counter()
            try:
                failed += _visit(port) != 200
            except (OSError, http.client.HTTPException):
                failed += 1
            waits.append((time.perf_counter() - since) * 1000)
            if time.perf_counter() - begun > seconds + 60:
                break
        into.send((waits, failed))

    process = context.Process(target=visit)
    process.start()
    waits, failed = out.recv()
    process.join()
    waits.sort()
    return Waited(len(waits), failed, waits[len(waits) // 2], waits[int(len(waits) * 0.99)])


@contextmanager
def slow_clients(port: int, many: int) -> Iterator[None]:
    """So many half-sent bodies, half-sent heads and idle connections, opened again when they are ended."""
    context = multiprocessing.get_context("fork")
    opened = context.Event()
    process = context.Process(target=_keep_open, args=(port, many, opened), daemon=True)
    process.start()
    opened.wait(60)
    try:
        yield
    finally:
        process.kill()
        process.join()


def _keep_open(port: int, many: int, opened: object) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4 * many + 100)), hard))
    head = f"{{}} {PAGE} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
    kinds = [
        (
            head.format("POST")
            + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\nname="
        ).encode(),
        (head.format("GET") + "X-Slow: ").encode(),
        b"",
    ]
    links = selectors.DefaultSelector()
    missing = [kinds[number % 3] for number in range(3 * many)]
    while True:
        for sent in [missing.pop() for _ in range(len(missing))]:
            if link := _open(port, sent):
                links.register(link, selectors.EVENT_READ, sent)
            else:
                missing.append(sent)
        opened.set()  # type: ignore[attr-defined]
        for key, _events in links.select(timeout=1):
            assert isinstance(key.fileobj, socket.socket)
            if _ended(key.fileobj):
                links.unregister(key.fileobj)
                key.fileobj.close()
                missing.append(key.data)


def _open(port: int, sent: bytes) -> socket.socket | None:
    try:
        link = socket.create_connection(("127.0.0.1", port), timeout=5)
        link.sendall(sent)
        link.setblocking(False)
    except OSError:
        return None
    return link


def _ended(link: socket.socket) -> bool:
    try:
        while part := link.recv(65536):
            del part
    except BlockingIOError:
        return False
    except OSError:
        pass
    return True


def compare(house: House, proxy: str, folder: Path, many: int, seconds: float) -> Compared | None:
    """Other visitors' waiting without and with the slow clients; None without the proxy."""
    server = Server(house)
    try:
        with in_front(proxy, server.port, folder) as port:
            if port is None:
                return None
            visitors(port, 2)  # the page is cached
            without = visitors(port, seconds)
            with slow_clients(port, many):
                return Compared(without, visitors(port, seconds))
    finally:
        server.kill()
