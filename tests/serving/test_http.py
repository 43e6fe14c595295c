"""What goes over the wire: whole requests reach the application as they were sent, and nothing else does."""

from __future__ import annotations

import asyncio
import json
import random
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from campaign.serving.bounds import BEGINNING, Bounds, Site
from campaign.serving.worker import Server
from tests.serving.local import error_page, everything, running
from tests.tools import PATIENCE, until

H = b"Host: site.example\r\n"
END = H + b"Connection: close\r\n\r\n"


def echo(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    """Says in JSON what it was asked."""
    try:
        body = environ["wsgi.input"].read().decode("latin-1")
    except OSError:
        body = "not received"
    said = {
        key: value
        for key, value in environ.items()
        if isinstance(value, str) and key not in {"REMOTE_PORT", "SERVER_PORT"}
    }
    text = json.dumps({**said, "body": body}).encode()
    start(
        "200 OK",
        [("Content-Type", "application/json"), ("Server", "x/1"), ("Content-Length", str(len(text)))],
    )
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [text]


def parts_of(answer: bytes) -> tuple[int, dict[str, str], bytes]:
    head, _gap, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    return int(status.split()[1]), dict(line.lower().split(": ", 1) for line in lines), body


def said(answer: bytes) -> dict[str, str]:
    status, headers, body = parts_of(answer)
    assert status == 200 and "server" not in headers and headers["date"].endswith("gmt")
    found: dict[str, str] = json.loads(body)
    return found


UNDERSTOOD = {
    "a page": (b"GET /ru/x%20y?q=1%20 HTTP/1.1\r\n" + END, {"PATH_INFO": "/ru/x y", "QUERY_STRING": "q=1%20", "REQUEST_METHOD": "GET", "body": "", "HTTP_HOST": "site.example", "REMOTE_ADDR": "127.0.0.1"}),
    "a path in UTF-8": (b"GET /%D3%99 HTTP/1.1\r\n" + END, {"PATH_INFO": "/" + "ә".encode().decode("latin-1")}),
    "a form": (b"POST / HTTP/1.1\r\nContent-Type: t/x\r\nContent-Length: 3\r\n" + END + b"a=1", {"body": "a=1", "CONTENT_LENGTH": "3", "CONTENT_TYPE": "t/x"}),
    "a form in chunks": (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + END + b"2\r\na=\r\n1;x=y\r\n1\r\n0\r\nTrailer: 1\r\n\r\n", {"body": "a=1", "CONTENT_LENGTH": "3"}),
    "a whole address": (b"GET http://other.example/a?b HTTP/1.1\r\n" + END, {"PATH_INFO": "/a", "QUERY_STRING": "b", "HTTP_HOST": "other.example"}),
    "several of a header": (b"GET / HTTP/1.1\r\nX-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 2.2.2.2\r\nCookie: a=1\r\nCookie: b=2\r\n" + END, {"HTTP_X_FORWARDED_FOR": "1.1.1.1,2.2.2.2", "HTTP_COOKIE": "a=1; b=2"}),
    "a header that passes for another": (b"GET / HTTP/1.1\r\nX_Forwarded_For: 9.9.9.9\r\nX-Forwarded-For: 1.1.1.1\r\n" + END, {"HTTP_X_FORWARDED_FOR": "1.1.1.1"}),
    "an offer of another protocol": (b"GET / HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n" + H + b"\r\n", {"PATH_INFO": "/"}),
    "HTTP/1.0": (b"GET /old HTTP/1.0\r\n\r\n", {"PATH_INFO": "/old", "SERVER_PROTOCOL": "HTTP/1.0"}),
}  # fmt: skip


@pytest.mark.parametrize(("sent", "expected"), UNDERSTOOD.values(), ids=UNDERSTOOD)
@pytest.mark.parametrize("split", [False, True], ids=["at once", "byte by byte"])
def test_a_request_reaches_the_application_as_it_was_sent(
    sent: bytes, expected: dict[str, str], split: bool
) -> None:
    with running(echo) as site, site.connect() as link:
        for piece in [sent[n : n + 1] for n in range(len(sent))] if split else [sent]:
            link.sendall(piece)
        found = said(everything(link))
    assert {key: found.get(key) for key in expected} == expected
    assert not {"HTTP_TRANSFER_ENCODING", "HTTP_X_FORWARDED_FOR_"} & set(found)


REFUSED = {
    "no HTTP": (b"hello\r\n\r\n", 400),
    "a path that is not encoded": ("GET /ә HTTP/1.1\r\n".encode() + END, 400),
    "no host": (b"GET / HTTP/1.1\r\n\r\n", 400),
    "two hosts": (b"GET / HTTP/1.1\r\nHost: a\r\n" + END, 400),
    "no path": (b"OPTIONS * HTTP/1.1\r\n" + END, 400),
    "a tunnel": (b"CONNECT a:443 HTTP/1.1\r\n" + END, 400),
    "two sizes": (b"POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n" + END + b"a=12", 400),
    "a size and chunks": (b"POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n" + END + b"0\r\n\r\n", 400),
    "chunks that are none": (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + END + b"zz\r\n", 400),
    "a space before the colon": (b"GET / HTTP/1.1\r\nX : 1\r\n" + END, 400),
    "a folded header": (b"GET / HTTP/1.1\r\nX: 1\r\n 2\r\n" + END, 400),
    "a long header": (b"GET / HTTP/1.1\r\nX: " + b"x" * 40_000 + b"\r\n" + END, 431),
    "a long address": (b"GET /" + b"x" * 40_000 + b" HTTP/1.1\r\n" + END, 431),
    "many headers": (b"GET / HTTP/1.1\r\n" + b"X: 1\r\n" * 101 + END, 431),
    "a head without an end": (b"GET / HTTP/1.1\r\nX: " + b"x" * 700_000, 431),
    "chunks of nothing but their size": (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + END + (b"1;" + b"x" * 9000 + b"\r\na\r\n") * 200, 400),
    "more requests at once than anybody sends": (b"GET / HTTP/1.1\r\n" + H + b"\r\n", 400),
}  # fmt: skip


@pytest.mark.parametrize(("sent", "status"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_request_never_reaches_the_application(sent: bytes, status: int) -> None:
    many = sent.startswith(b"GET / HTTP/1.1\r\nHost: site.example\r\n\r\n")
    called: list[str] = []

    def application(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        called.append(environ["PATH_INFO"])
        return echo(environ, start)

    with running(application) as site:
        answer = site.answers(sent * 100 if many else sent)
    last = answer[answer.rindex(b"HTTP/1.1 ") :]
    assert parts_of(last)[0] == status and b"our page %d" % status in last
    assert len(called) <= (10 if many else 0)


def test_requests_sent_at_once_are_answered_in_their_order_and_the_connection_is_kept() -> None:
    with running(echo) as site:
        sent = b"".join(b"GET /%d HTTP/1.1\r\n" % n + H + b"\r\n" for n in range(5))
        answer = site.answers(sent + b"GET /5 HTTP/1.1\r\n" + END)
    assert [answer.index(b'"/%d"' % n) for n in range(6)] == sorted(
        answer.index(b'"/%d"' % n) for n in range(6)
    )
    assert answer.count(b"HTTP/1.1 200 OK") == 6 and answer.count(b"Connection: close") == 1


def test_the_head_of_a_page_has_its_length_and_no_body() -> None:
    with running(echo) as site:
        status, headers, body = parts_of(site.answers(b"HEAD / HTTP/1.1\r\n" + END))
    assert (status, body) == (200, b"") and int(headers["content-length"]) > 100


def test_a_client_that_asks_before_it_sends_its_body_is_told_to_continue() -> None:
    with (
        running(echo) as site,
        site.connect(b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n" + END) as link,
    ):
        assert link.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        link.sendall(b"a=1")
        assert said(everything(link))["body"] == "a=1"


def too_large(size: int, chunked: bool, most: int, way: bytes = b"") -> dict[str, str]:
    """What the application gets of a body that is larger than its route may receive."""
    way += b"Transfer-Encoding: chunked\r\n" if chunked else b"Content-Length: %d\r\n" % size
    body = b"%x\r\n" % size + b"x" * size if chunked else b"x" * size
    with running(echo, most=most) as site:
        with site.connect(b"POST / HTTP/1.1\r\n" + way + END) as link:
            sending = threading.Thread(target=send_what_it_takes, args=(link, body))
            sending.start()
            found = said(everything(link))
            link.shutdown(socket.SHUT_RDWR)
            sending.join()
        until(lambda: site.server.large_bodies.left == site.server.bounds.large_bodies)
    assert int(found["CONTENT_LENGTH"]) > most
    return found


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_above_its_routes_limit_is_not_received_and_the_application_says_so(chunked: bool) -> None:
    assert too_large(3_000_000, chunked, most=60_000)["body"] == "not received"


@pytest.mark.parametrize("expect", [b"", b"Expect: 100-continue\r\n"])
def test_of_a_body_in_chunks_that_is_too_large_nothing_is_received_however_it_arrives(expect: bytes) -> None:
    most = 100_000 if expect else 60_000
    with running(echo, most=most) as site:
        head = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + expect + END
        with site.connect(head + b"%x\r\n" % 3_000_000) as link:
            for size in (1, 30_000, 30_000, 30_000, 30_000):
                link.sendall(b"x" * size)
                time.sleep(0.02)
            answer = everything(link).removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")
            assert said(answer)["body"] == "not received"


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("most", [100_000, 2_000_000])
def test_where_files_are_taken_the_beginning_of_a_body_that_is_too_large_is_received(
    chunked: bool, most: int
) -> None:
    assert too_large(3_000_000, chunked, most)["body"] == "x" * BEGINNING


def test_of_a_body_that_is_a_little_too_large_the_application_gets_what_there_is() -> None:
    assert too_large(200_000, False, most=100_000)["body"] == "x" * 200_000


def test_a_client_that_asks_before_it_sends_too_much_is_answered_at_once() -> None:
    with (
        running(echo, most=100_000) as site,
        site.connect(b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3000000\r\n" + END) as link,
    ):
        assert said(everything(link))["body"] == "not received"


def test_the_beginning_counts_among_the_large_bodies_and_without_room_there_is_less_of_it() -> None:
    def upload(size: int, sent: int) -> bytes:
        return b"POST / HTTP/1.1\r\nContent-Length: %d\r\n" % size + END + b"x" * sent

    with running(echo, most=400_000, large_bodies=500_000) as site:
        with site.connect(upload(400_000, 399_000)):
            until(lambda: site.server.large_bodies.left < 200_000)
            assert len(said(site.answers(upload(3_000_000, 700_000)))["body"]) < 200_000
        until(lambda: site.server.large_bodies.left == 500_000)


def test_who_still_sends_after_the_answer_is_read_for_a_while_and_then_cut_off() -> None:
    head = b"POST / HTTP/1.1\r\nContent-Length: 900000000\r\n" + END
    with running(echo, most=100_000, linger=0.2, linger_most=1.0) as site:
        with site.connect(head) as link, suppress(OSError):
            while True:  # slower than it could, and never silent for long
                link.sendall(b"x" * 60_000)
                time.sleep(0.02)
        until(lambda: not site.server._connections)


def send_what_it_takes(link: socket.socket, body: bytes) -> None:
    with suppress(OSError):
        link.sendall(body)


def test_large_bodies_share_a_bounded_memory_that_they_give_back() -> None:
    def upload(size: int) -> bytes:
        return b"POST / HTTP/1.1\r\nContent-Length: %d\r\n" % size + END + b"x" * size

    with running(echo, large_bodies=500_000) as site:
        assert len(said(site.answers(upload(400_000)))["body"]) == 400_000
        with site.connect(upload(400_000)[:-1]):
            until(lambda: site.server.large_bodies.left < 200_000)
            assert parts_of(site.answers(upload(400_000)))[0] == 503
            assert len(said(site.answers(upload(60_000)))["body"]) == 60_000
        until(lambda: site.server.large_bodies.left == 500_000)


class Parts:
    """An application whose answer comes in parts, each when the test says so."""

    def __init__(self, length: int | None = None) -> None:
        self.go, self.closed, self.length = threading.Semaphore(0), threading.Event(), length

    def __call__(self, environ: dict[str, Any], start: Any) -> Parts:
        if environ["PATH_INFO"] == "/other":
            return echo(environ, start)  # type: ignore[return-value]
        start("200 OK", [("Content-Length", str(self.length))] if self.length else [])
        return self

    def __iter__(self) -> Iterator[bytes]:
        for letter in b"abc":
            self.go.acquire(timeout=10)
            yield bytes([letter]) * 70_000

    def close(self) -> None:
        self.closed.set()


@pytest.mark.parametrize(
    ("version", "length", "framing"),
    [(b"1.1", None, "transfer-encoding"), (b"1.1", 210_000, "content-length"), (b"1.0", None, "connection")],
)
def test_an_answer_in_parts_goes_out_part_by_part(version: bytes, length: int | None, framing: str) -> None:
    application = Parts(length)
    with running(application) as site, site.connect(b"GET / HTTP/%b\r\n" % version + END) as link:
        application.go.release()
        first = link.recv(1000)
        assert b"aaa" in first and b"b" * 9 not in first
        application.go.release(2)
        whole = first + everything(link)
    status, headers, body = parts_of(whole)
    assert status == 200 and framing in headers and application.closed.is_set()
    if framing == "transfer-encoding":
        assert body.endswith(b"\r\n0\r\n\r\n")
    assert [body.count(letter * 70_000) for letter in (b"a", b"b", b"c")] == [1, 1, 1]


@pytest.mark.reliability(14)
def test_somebody_who_does_not_read_holds_no_thread_and_is_disconnected_after_a_while() -> None:
    class Endless:
        closed = threading.Event()

        def __call__(self, environ: dict[str, Any], start: Any) -> Any:
            if environ["PATH_INFO"] == "/other":
                return echo(environ, start)
            start("200 OK", [])
            return self

        def __iter__(self) -> Iterator[bytes]:
            while True:
                yield b"x" * 100_000

        def close(self) -> None:
            self.closed.set()

    application = Endless()
    with running(application, threads=1, write=1.0) as site, site.connect(b"GET / HTTP/1.1\r\n" + END):
        for _ in range(20):
            assert said(site.answers(b"GET /other HTTP/1.1\r\n" + END))
        assert application.closed.wait(PATIENCE)


@pytest.mark.parametrize("length", [10, 1_000_000])
def test_an_answer_of_another_length_than_it_said_is_cut(length: int) -> None:
    application = Parts(length)
    application.go.release(3)
    with running(application) as site:
        answer = site.answers(b"GET / HTTP/1.1\r\n" + END)
        assert not answer or len(parts_of(answer)[2]) < length
        assert said(site.answers(b"GET /other HTTP/1.1\r\n" + END))
    assert application.closed.is_set()


@pytest.mark.parametrize("kind", [ValueError, SystemExit])
def test_an_application_that_fails_takes_no_thread_with_it(kind: type[BaseException]) -> None:
    def application(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/fail":
            raise kind("secret")
        return echo(environ, start)

    with running(application, threads=1) as site:
        for _ in range(3):
            status, _headers, body = parts_of(site.answers(b"GET /fail HTTP/1.1\r\n" + END))
            assert status == 500 and b"secret" not in body
        assert said(site.answers(b"GET / HTTP/1.1\r\n" + END))


def test_a_form_whose_sender_disconnects_half_way_never_reaches_the_application() -> None:
    called: list[str] = []

    def application(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        called.append(environ["PATH_INFO"])
        return echo(environ, start)

    with running(application) as site:
        for way in (b"Content-Length: 10\r\n", b"Transfer-Encoding: chunked\r\n"):
            site.connect(b"POST /half HTTP/1.1\r\n" + way + H + b"\r\n5\r\nabcde").close()
        assert said(site.answers(b"GET /whole HTTP/1.1\r\n" + END))
    assert called == ["/whole"]


SLOW = {
    "half a form": (b"POST /ru/x HTTP/1.1\r\nContent-Length: 60000\r\n" + H + b"\r\nab", b"our page 408 /ru/x"),
    "half a form in chunks": (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + H + b"\r\n2\r\nab\r\n", b"our page 408 /"),
    "half a head": (b"GET / HTTP/1.1\r\nX: ", b"our page 408"),
    "nothing": (b"", b""),
}  # fmt: skip


@pytest.mark.reliability(14)
@pytest.mark.parametrize(("sent", "page"), SLOW.values(), ids=SLOW)
@pytest.mark.parametrize("drip", [False, True], ids=["silent", "dripping"])
def test_what_does_not_arrive_in_time_is_answered_with_408_or_closed(
    sent: bytes, page: bytes, drip: bool
) -> None:
    with running(echo, head=0.4, body=0.4, rate=1024) as site, site.connect(sent) as link:
        link.settimeout(0.05 if drip and sent else 10)
        got, end = b"", time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                part = link.recv(65536)
            except TimeoutError:
                link.sendall(b"1")
                continue
            if not part:
                break
            got += part
        assert time.monotonic() < end
    assert (page in got and parts_of(got)[0] == 408) if page else got == b""


def test_a_connection_too_many_ends_the_one_that_has_waited_longest() -> None:
    with running(echo, connections=5) as site:
        idle = [site.connect(b"GET / HTTP/1.1\r\nX") for _ in range(5)]
        until(lambda: len(site.server._connections) == 5)
        for _ in range(4):
            assert said(site.answers(b"GET / HTTP/1.1\r\n" + END))
        assert idle[0].recv(10) == b""
        for link in idle:
            link.close()


def test_requests_in_work_end_before_the_server_stops() -> None:
    application = Parts()
    with running(application, stop=10) as site:
        link = site.connect(b"GET / HTTP/1.1\r\n" + H + b"\r\n")
        until(lambda: any(one.state.name == "ANSWER" for one in site.server._connections))
        threading.Timer(0.3, lambda: application.go.release(3)).start()
    with link:
        assert b"ccc" in everything(link)


#: What is on its way when the server is told to stop, and what follows.
ON_ITS_WAY = {
    "a kept connection's next request": (b"GET /first HTTP/1.1\r\n" + H + b"\r\n", b"GET /second HTTP/1.1\r\n" + H + b"\r\n"),
    "half a form": (b"POST / HTTP/1.1\r\nContent-Type: t/x\r\nContent-Length: 3\r\n" + H + b"\r\na", b"=1"),
    "half a head": (b"GET / HTTP/1.1\r\n" + H, b"\r\n"),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), ON_ITS_WAY.values(), ids=ON_ITS_WAY)
def test_what_is_on_its_way_when_the_server_stops_is_answered_as_the_last_one(
    before: bytes, after: bytes
) -> None:
    """A proxy does not know that the server stops: what it sent would be lost, and a form is not sent twice."""
    with running(echo, stop=PATIENCE, quiet=PATIENCE) as site:
        with site.connect(before) as link:
            if b"first" in before:
                assert b'"/first"' in link.recv(65536)
            until(lambda: any(one._request or one.served for one in site.server._connections))
            site.stop()
            until(lambda: site.server.stopping)
            link.sendall(after)
            status, headers, _body = parts_of(everything(link))
        assert (status, headers["connection"]) == (200, "close")


def test_who_waits_in_the_system_when_the_server_stops_is_taken_and_who_comes_later_is_refused() -> None:
    with running(echo, stop=PATIENCE, quiet=PATIENCE) as site:
        go_on = threading.Event()
        site.call(go_on.wait)  # the event loop is busy, and accepts nobody
        with site.connect(b"GET / HTTP/1.1\r\n" + H + b"\r\n") as link:
            site.stop()
            go_on.set()
            until(lambda: site.server.stopping)
            assert parts_of(everything(link))[0] == 200
        with pytest.raises(ConnectionRefusedError):
            site.connect()


def test_a_kept_connection_that_brings_nothing_does_not_hold_up_the_end() -> None:
    with (
        running(echo, stop=PATIENCE, quiet=0.1) as site,
        site.connect(b"GET / HTTP/1.1\r\n" + H + b"\r\n") as link,
    ):
        assert link.recv(65536)
        site.stop()
        assert link.recv(10) == b""


def test_two_processes_share_the_connections_that_come_at_once() -> None:
    async def accepted() -> list[int]:
        listener, stopped = socket.create_server(("127.0.0.1", 0)), asyncio.Event()
        links = [socket.create_connection(listener.getsockname()) for _ in range(20)]
        site = Site(echo, lambda _method, _path: 0, error_page)
        servers = [Server(site, 1, Bounds(stop=0.1, quiet=0.0)) for _ in range(2)]
        running = [asyncio.create_task(server.run(listener.dup(), stopped)) for server in servers]
        while sum(len(server._connections) for server in servers) < len(links):
            await asyncio.sleep(0)
        found = [len(server._connections) for server in servers]
        stopped.set()
        await asyncio.gather(*running)
        for link in (*links, listener):
            link.close()
        return found

    assert min(asyncio.run(asyncio.wait_for(accepted(), PATIENCE))) >= 6


def test_no_sequence_of_bytes_makes_the_server_fail(caplog: pytest.LogCaptureFixture) -> None:
    chance = random.Random(14)
    whole = [sent for sent, *_more in (*UNDERSTOOD.values(), *REFUSED.values()) if len(sent) < 2000]
    with running(echo, linger=0.1) as site:
        for _ in range(400):
            sent = bytearray(b"".join(chance.choices(whole, k=2)))
            for _ in range(chance.randint(0, 4)):
                at = chance.randrange(len(sent))
                sent[at : at + chance.randint(0, 3)] = chance.choice(
                    [b"", b"\r\n", b"\0", b":", b"\xff", b"9" * 30]
                )
            with site.connect() as link:
                for start in range(0, len(sent), 97):
                    send_what_it_takes(link, bytes(sent[start : start + 97]))
                with suppress(OSError):
                    link.shutdown(socket.SHUT_WR)
                    everything(link)
        until(lambda: not site.server._connections)
        assert said(site.answers(b"GET / HTTP/1.1\r\n" + END))
        assert site.server.large_bodies.left == site.server.bounds.large_bodies
    assert not [
        record for record in caplog.records if record.levelname == "ERROR" or record.name == "asyncio"
    ]
