"""Our HTTP server against granian's WSGI mode, which it replaced: the same application, in turn."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from tests.benchmarks.load import Measured, gets, load
from tests.reliability.house import House, Server, built
from tests.test_server import free_port
from tests.tools import ROOT

_GRANIAN = """
import sys
from granian import Granian
from granian.constants import Interfaces
Granian("tests.reliability.served:sound", factory=True, port=int(sys.argv[1]), interface=Interfaces.WSGI,
        blocking_threads=4, log_enabled=False, websockets=False).serve()
"""

_FORM = urlencode({"form_token": "none", "language": "en", "addressee": "president", "name": "Ana"}).encode()


@contextmanager
def granian(house: House) -> Iterator[int]:
    """The same application by granian; yields the port."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", _GRANIAN, str(port)], cwd=ROOT, env=house.environment, start_new_session=True
    )
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _posts(port: int, many: int) -> list[bytes]:
    head = (
        f"POST /en/trees/write HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(_FORM)}\r\n\r\n"
    )
    return [head.encode() + _FORM] * many


def _measure(port: int) -> tuple[Measured, Measured]:
    pages = load(port, gets(port, "/en/trees/", 3_000), b"<html")
    forms = load(port, _posts(port, 300), b"<html")
    return pages, forms


def ratios(rounds: int = 5) -> dict[str, float]:
    """Our rate and 99th percentile as multiples of granian's, for a cached page and for a form."""
    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        house = built(Path(folder) / "data")
        server = Server(house)
        try:
            with granian(house) as port:
                for _ in range(rounds):
                    pairs = zip(_measure(server.port), _measure(port), ("page", "form"), strict=True)
                    for ours, theirs, what in pairs:
                        found.setdefault(f"{what}, rate", []).append(ours.rate / theirs.rate)
                        found.setdefault(f"{what}, p99", []).append(ours.slowest / theirs.slowest)
        finally:
            server.kill()
    return {what: statistics.median(values) for what, values in found.items()}
