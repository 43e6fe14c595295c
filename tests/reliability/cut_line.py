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
        self.answers_to_lose, self.lost = 0, 0
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """End every connection, and refuse new ones until `mend`."""
        self._is_cut = True
        self._end()

    def mend(self) -> None:
        self._is_cut = self.is_silent = False
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


def silence(house: House, line: Line, seconds: float, rate: float = 100) -> tuple[Answers, Answers, bool]:
    """Readers while nothing passes any more and nobody is told; before, meanwhile, and whether it came back."""
    server = Server(house)
    try:
        degraded.readers(server.port, 4, 2, rate)
        before = degraded.readers(server.port, 4, 3, rate)
        line.is_silent = True
        meanwhile = degraded.readers(server.port, 4, seconds, rate)
        line.mend()
        time.sleep(3)
        after = degraded.ask(server.port, degraded.PAGES, 2)
        return before, meanwhile, set(after.statuses) == {200}
    finally:
        server.kill()
