"""Each proxy before several machines: what one of them has not done is done by another one, and nothing twice."""

from __future__ import annotations

import http.client
import http.server
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from campaign.deploy.writing import Plan, rendered
from tests.deploy.test_proxies import HOST, PROXIES, free_ports, running, traces
from tests.tools import PATIENCE, until

#: What a machine does with a request: it does it, says that it can't and has done nothing, says that nobody knows,
#: or ends the connection when it has the request.
SOUND, AWAY, UNKNOWN, ENDS = "sound", "away", "unknown", "ends"

_STATUSES = {SOUND: 200, AWAY: 503, UNKNOWN: 504}


@dataclass
class Machine:
    """A stand-in for a machine of the site, and the requests that it got."""

    state: str
    port: int = 0
    got: list[tuple[str, str, int]] = field(default_factory=list)
    asked: int = 0

    @contextmanager
    def runs(self) -> Iterator[None]:
        machine = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                pass

            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if self.path == "/health":
                    machine.asked += self.headers["Host"] == HOST
                    return self._say(200, "degraded: no database" if machine.state == AWAY else "ok")
                machine.got.append((self.command, self.path, len(body)))
                if machine.state == ENDS:
                    return None
                return self._say(_STATUSES[machine.state], f"{machine.state} in words {len(body)}")

            do_GET = do_POST = handle_any  # noqa: N815

            def _say(self, status: int, words: str) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(words)))
                self.end_headers()
                self.wfile.write(words.encode())

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, *_: object) -> None:
                pass

        with Server(("127.0.0.1", self.port), Handler) as server:
            self.port = server.server_port
            thread = threading.Thread(target=server.serve_forever, args=(0.02,))
            thread.start()
            try:
                yield
            finally:
                server.shutdown()
                thread.join()


@contextmanager
def before(proxy: str, folder: Path, states: list[str]) -> Iterator[tuple[int, list[Machine]]]:
    """The proxy, as it is shipped for so many machines; its port, once it has asked how they are."""
    with ExitStack() as stack:
        machines = [Machine(state) for state in states]
        site = rendered(Plan(HOST, postgres=True, machines=len(states)))[PROXIES[proxy][0]]
        for number, machine in enumerate(machines, 1):
            stack.enter_context(machine.runs())
            site = site.replace(f"app-{number}.internal:8000", f"127.0.0.1:{machine.port}")
        port = stack.enter_context(running(proxy, folder, free_ports(), site))
        if proxy == "caddy":
            until(lambda: all(machine.asked > 1 for machine in machines))
        yield port, machines


def ask(
    port: int, method: str, path: str, body: bytes = b"", kind: str = "application/x-www-form-urlencoded"
) -> tuple[int, str]:
    """The status and the text that a visitor gets."""
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", port), PATIENCE) as plain,
        trusting.wrap_socket(plain, server_hostname=HOST) as secure,
    ):
        connection = http.client.HTTPConnection(HOST)
        connection.sock = secure
        connection.request(method, path, body or None, {"Content-Type": kind})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


#: Requests for which one machine after the other is taken, so that each meets the first one, too.
MANY = 8

#: How a request that met the machine ends, and whether another machine may have got it.
CASES = {
    ("GET", AWAY): ({200}, True),
    ("GET", UNKNOWN): ({200, 504}, False),
    ("GET", ENDS): ({200}, True),
    ("POST", AWAY): ({200}, True),
    ("POST", UNKNOWN): ({200, 504}, False),
    ("POST", ENDS): ({200, 502}, False),
}


@pytest.mark.slow
@pytest.mark.reliability(17)
@pytest.mark.parametrize("path", ["/en/trees/petition", "/en/desk/sign-in"])
@pytest.mark.parametrize(("method", "state"), CASES)
@pytest.mark.parametrize("proxy", PROXIES)
def test_what_one_machine_has_not_done_is_done_by_another_and_nothing_is_done_twice(
    proxy: str, method: str, state: str, path: str, tmp_path: Path
) -> None:
    statuses, again = CASES[method, state]
    body = b"typed" * 10_000 if method == "POST" else b""
    with before(proxy, tmp_path, [state, SOUND]) as (port, machines):
        answers = [ask(port, method, path, body) for _ in range(MANY)]
    assert {status for status, _text in answers} <= statuses
    done = [text for status, text in answers if status == 200]
    assert done and set(done) == {f"sound in words {len(body)}"}
    got = [len(machine.got) for machine in machines]
    assert got[1] == len(done), "what another machine did, its visitor heard of"
    if not again:
        assert sum(got) == MANY, "a request that may have been done was sent again"


@pytest.mark.slow
@pytest.mark.reliability(17)
@pytest.mark.parametrize("proxy", PROXIES)
def test_a_form_that_one_machine_refused_and_another_may_have_taken_goes_no_further(
    proxy: str, tmp_path: Path
) -> None:
    with before(proxy, tmp_path, [AWAY, ENDS, SOUND]) as (port, machines):
        statuses = [ask(port, "POST", "/en/trees/petition", b"typed")[0] for _ in range(MANY)]
    _away, ends, sound = machines
    assert len(ends.got) + len(sound.got) == MANY
    assert statuses.count(200) == len(sound.got) > 0


@pytest.mark.reliability(17)
@pytest.mark.parametrize("proxy", PROXIES)
def test_while_no_machine_reaches_the_database_each_visitor_reads_so_in_words(
    proxy: str, tmp_path: Path
) -> None:
    """A proxy that leaves machines out for their 503 has none left, and answers with a page of its own."""
    with before(proxy, tmp_path, [AWAY] * 3) as (port, machines):
        for method, path in (
            ("POST", "/en/trees/petition"),
            ("GET", "/en/desk/"),
            ("GET", "/en/trees/"),
        ) * 3:
            body = b"typed" if method == "POST" else b""
            assert ask(port, method, path, body) == (503, f"away in words {len(body)}"), path
        for machine in machines:
            machine.state = SOUND
        until(lambda: ask(port, "POST", "/en/trees/petition", b"typed")[0] == 200)


@pytest.mark.slow
@pytest.mark.parametrize("proxy", PROXIES)
def test_large_files_of_organisers_go_through_and_nothing_is_written_to_a_disk(
    proxy: str, tmp_path: Path
) -> None:
    mark = "Mark" * 8
    typed, scan = mark.encode() * 100_000, mark.encode() * 600_000
    with before(proxy, tmp_path, [SOUND, AWAY]) as (port, machines):
        assert ask(port, "POST", "/en/trees/write", typed) == (200, f"sound in words {len(typed)}")
        form = ask(port, "POST", "/en/desk/trees/sheets", scan, "multipart/form-data; boundary=x")
        # A file is passed on while it arrives: nobody can send it once more.
        assert form in {(200, f"sound in words {len(scan)}"), (503, f"away in words {len(scan)}")}
        assert traces(tmp_path, mark) == []
    assert traces(tmp_path, mark) == []
    assert {size for machine in machines for _method, _path, size in machine.got} == {len(typed), len(scan)}
