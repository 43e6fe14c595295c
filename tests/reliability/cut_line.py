"""R17: the network between the site and PostgreSQL is cut, at random and just after a COMMIT went through.

A line of ours lies between the two. `lose_answers`: what the database says to the next COMMITs never arrives,
so that nobody knows whether it happened. `cut`: every connection ends. `silent`: nothing passes any more, and
nobody is told, as behind a firewall that forgets.
"""

from __future__ import annotations

import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit, urlunsplit

from sqlalchemy import text

from tests.reliability import degraded, killing, links
from tests.reliability.degraded import Answers
from tests.reliability.house import House, Server


class Line:
    """A TCP proxy in front of a PostgreSQL server."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._to = (parts.hostname or "127.0.0.1", parts.port or 5432)
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        login = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
        self.url = urlunsplit(parts._replace(netloc=f"{login}127.0.0.1:{port}"))
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._is_cut, self.is_silent = False, False
        self.silent_at = b""  #: with a question that has these bytes, the line falls silent
        self.answers_to_lose, self.lost = 0, 0
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """End every connection, and refuse new ones until `mend`."""
        self._is_cut = True
        self._end()

    def mend(self) -> None:
        self._is_cut = self.is_silent = False
        self.silent_at = b""
        self._end()  # what was silent is known to be gone

    def close(self) -> None:
        self.cut()
        self._listener.close()

    def _end(self) -> None:
        pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for link in pair:
                with suppress(OSError):
                    link.shutdown(socket.SHUT_RDWR)
                link.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self._is_cut:
                client.close()
                continue
            server = socket.create_connection(self._to)
            self._pairs.append((client, server))
            loses = threading.Event()
            for source, target, is_question in ((client, server, True), (server, client, False)):
                threading.Thread(
                    target=self._pump, args=(source, target, is_question, loses), daemon=True
                ).start()

    def _pump(
        self, source: socket.socket, target: socket.socket, is_question: bool, loses: threading.Event
    ) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if is_question and self.silent_at and self.silent_at in data:
                    self.is_silent = True
                while self.is_silent:
                    time.sleep(0.01)
                if is_question and b"COMMIT" in data and self.answers_to_lose:
                    self.answers_to_lose -= 1
                    self.lost += 1
                    loses.set()
                if not is_question and loses.is_set():
                    break  # it happened, and whoever asked never hears of it
                target.sendall(data)
        for link in (source, target):
            with suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)


@contextmanager
def between(url: str) -> Iterator[Line]:
    """A line to that database."""
    line = Line(url)
    try:
        yield line
    finally:
        line.close()


@dataclass
class Cuts:
    """What the cuts came to."""

    cuts: int = 0
    answers_lost: int = 0
    tally: killing.Tally = field(default_factory=killing.Tally)
    statuses: Counter[int] = field(default_factory=Counter)
    unanswered: int = 0
    doubled: int = 0


def rounds(house: House, line: Line, many: int, chance: random.Random) -> Cuts:
    """Press links twice each while the line is cut; afterwards everybody who got no thanks presses again.

    `house` reaches its database by the line.
    """
    found, server, engine = Cuts(), Server(house), house.engine()
    token = links.form_token(house.data, "confirm/trees")
    try:
        for number in range(many):
            fresh = links.made(house.server_keys, house.key.public, 60, slot=number * 60)
            heard: set[int] = set()
            threads = [
                threading.Thread(target=_press, args=(server.port, fresh[n::4], token, heard, found))
                for n in range(4)
            ]
            for thread in threads:
                thread.start()
            time.sleep(chance.uniform(0.02, 0.2))
            if number % 2:
                line.answers_to_lose = 3
            else:
                line.cut()
                time.sleep(chance.uniform(0.0, 0.3))
                line.mend()
            for thread in threads:
                thread.join()
            line.answers_to_lose = 0
            found.cuts += 1
            _again(server.port, [link for link in fresh if link.record not in heard], token, found)
            killing.look(engine, found.tally, fresh, killing.Heard(Counter(heard)))
        with engine.connect() as connection:
            found.doubled = connection.execute(
                text("SELECT count(*) FROM signature WHERE NOT counted")
            ).scalar_one()
    finally:
        server.kill()
        engine.dispose()
    found.answers_lost = line.lost
    return found


def _press(port: int, mine: list[links.Link], token: str, heard: set[int], found: Cuts) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    for link in mine:
        try:
            status, is_thanks = killing.pressed(connection, link, token)
        except (OSError, HTTPException):
            found.unanswered += 1
            connection.close()
            continue
        found.statuses[status] += 1
        if is_thanks:
            heard.add(link.record)
    connection.close()


def _again(port: int, left: list[links.Link], token: str, found: Cuts) -> None:
    """Everybody who was told to try again does so, until the line is up: the second try is within a few seconds."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    for link in left:
        end = time.monotonic() + 30
        while True:
            _status, is_thanks = killing.pressed(connection, link, token)
            if is_thanks or time.monotonic() > end:
                break
            time.sleep(0.1)
        found.tally.replayed += 1
        found.tally.puzzled += not is_thanks
    connection.close()


@dataclass
class Silence:
    """What was answered before and while nothing passed any more and nobody was told."""

    before: Answers
    meanwhile: Answers
    #: To those who write, and the slowest in milliseconds, by what they do.
    written: dict[str, Answers]
    is_back: bool

    @property
    def holds(self) -> bool:
        writers = self.written.values()
        return (
            (set(self.meanwhile.statuses), self.meanwhile.failed, self.is_back) == ({200}, 0, True)
            and all(
                set(answers.statuses) <= {200, 303, 422, 503} and not answers.failed for answers in writers
            )
            and max(self.meanwhile.times) < _LONGEST
            and all(max(answers.times) < _LONGEST_WRITTEN for answers in writers)
        )

    def __str__(self) -> str:
        written = "; ".join(
            f"{what}: {answers.statuses}, slowest {max(answers.times):.0f} ms"
            for what, answers in self.written.items()
        )
        meanwhile = self.meanwhile
        return (
            f"{meanwhile.statuses}, {meanwhile.failed} without an answer, p99 {meanwhile.p99:.0f} ms "
            f"({self.before.p99:.0f} ms before), slowest {max(meanwhile.times):.0f} ms; meanwhile {written}; all pages again "
            f"afterwards: {self.is_back}"
        )


#: Milliseconds that an answer may take while the database is silent: two seconds, and what its own work takes on a
#: busy machine, which for signing and for a password is much.
_LONGEST, _LONGEST_WRITTEN = 2500, 3500


def silence(house: House, line: Line, seconds: float, rate: float = 100) -> Silence:
    """Readers and writers while nothing passes any more and nobody is told."""
    server = Server(house)
    try:
        degraded.readers(server.port, 4, 2, rate)
        before = degraded.readers(server.port, 4, 3, rate)
        line.is_silent = True
        written: dict[str, Answers] = {}
        writers = threading.Thread(target=_write, args=(server.port, house, seconds, written))
        writers.start()
        meanwhile = degraded.readers(server.port, 4, seconds, rate)
        writers.join()
        line.mend()
        time.sleep(3)
        after = degraded.ask(server.port, degraded.PAGES, 2)
        return Silence(before, meanwhile, written, set(after.statuses) == {200})
    finally:
        server.kill()


def _write(port: int, house: House, seconds: float, written: dict[str, Answers]) -> None:
    """Sign, confirm, withdraw, open the desk and the page of a link, once a second each."""
    steps = degraded.writing(house)

    def one(what: str, path: str, body: str) -> None:
        answers, end = written[what], time.monotonic() + seconds - 5
        while (begun := time.monotonic()) < end:
            connection = HTTPConnection("127.0.0.1", port, timeout=30)
            try:
                headers = {"Content-Type": "application/x-www-form-urlencoded"}
                connection.request("POST" if body else "GET", path, body or None, headers)
                status = connection.getresponse().status
                answers.statuses[status] = answers.statuses.get(status, 0) + 1
                answers.times.append((time.monotonic() - begun) * 1e3)
            except (OSError, HTTPException):
                answers.failed += 1
            connection.close()
            time.sleep(1)

    written.update({what: Answers() for what, _path, _body in steps})
    threads = [threading.Thread(target=one, args=step) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
