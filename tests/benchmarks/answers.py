"""One request at a time: the home page against a bare Flask page, a letter and its preview against typst alone."""

from __future__ import annotations

import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typst

from campaign.letters.compose import compose
from campaign.letters.fitting import size_for
from campaign.letters.formats import pdf
from campaign.letters.letter import Letter
from campaign.pack.files import parse, read_folder
from campaign.press import typeset
from campaign.press.fonts import FOLDER
from tests.test_server import free_port, serving
from tests.tools import SEED, choices

BARE = """
from flask import Flask
app = Flask(__name__)
page = open({path!r}).read()

@app.get("/en/january-2022/")
def home():
    return page
"""


def median(action: Callable[[int], Any], rounds: int) -> float:
    """Seconds of the middle of so many rounds; the round's number makes each one new work."""
    return in_turn((action,), rounds)[0]


def in_turn(actions: tuple[Callable[[int], Any], ...], rounds: int) -> tuple[float, ...]:
    """Median seconds of actions that take turns, so that the machine's mood is the same for all."""
    spent: list[list[float]] = [[] for _ in actions]
    for number in range(rounds):
        for action, seconds in zip(actions, spent, strict=True):
            started = time.perf_counter()
            action(number)
            seconds.append(time.perf_counter() - started)
    return tuple(map(statistics.median, spent))


def bare_typst(letters: list[Letter]) -> Callable[[int], bytes]:
    """A compile by typst alone of the letter with a number, from its finished data."""
    compiler = typst.Compiler(
        str(typeset.TEMPLATES / "letter.typ"), root=str(typeset.TEMPLATES), font_paths=[str(FOLDER)],
        ignore_system_fonts=True,
    )  # fmt: skip
    data = [json.dumps(pdf.as_data([one], [size_for(one)]), ensure_ascii=False) for one in letters]

    def compiled(number: int) -> bytes:
        made: bytes = compiler.compile(
            format="pdf",
            sys_inputs={"data": data[number]},
            pdf_standards=list(typeset.STANDARDS),
            timestamp=0,
        )
        return made

    compiled(0)
    return compiled


def letter_and_typst(rounds: int = 200) -> tuple[float, float]:
    """Seconds of a letter from choices to PDF, and of typst alone with the same finished data.

    Names change in every round, so that nobody's memory of the round before helps.
    """
    pack = parse(read_folder(SEED))

    def letter(number: int) -> Letter:
        return compose(pack, choices(pack, language="ru", own_words=f"Own words {number}."))

    bare = bare_typst([letter(number + 1_000) for number in range(rounds)])
    pdf.render(letter(0))
    collect_as_a_server()
    ours, theirs = in_turn((lambda number: pdf.render(letter(number)), bare), rounds)
    return ours, theirs


def preview_and_typst(rounds: int = 200) -> tuple[float, float]:
    """Seconds of the preview inside the application, less an empty request, and of typst for that letter."""
    from tests.conftest import published
    from tests.tools import BASE, typed

    pack = parse(read_folder(SEED))
    own_words = "I teach law in Lyon."
    bare = bare_typst(
        [compose(pack, choices(pack, seed=number, own_words=own_words)) for number in range(rounds)]
    )
    with tempfile.TemporaryDirectory() as folder:
        client = published(Path(folder), SEED).test_client()
        form = typed(client, own_words=own_words)
        live = {"Accept": "text/vnd.campaign.parts"}  # as the composer's script asks
        collect_as_a_server()
        shown, empty, compiled = in_turn(
            (
                lambda number: client.post(
                    f"{BASE}/write/preview", data={**form, "name": f"Name {number}"}, headers=live
                ),
                lambda _number: client.get("/health"),
                bare,
            ),
            rounds,
        )
    return shown - empty, compiled


def collect_as_a_server() -> None:
    """Look for garbage as rarely as a process of the server does."""
    try:
        from campaign.memory import collect_less_garbage
    except ImportError:  # an older commit, in a checkout for the comparison: its server does not
        return
    collect_less_garbage()


@contextmanager
def bare_flask(page: bytes) -> Iterator[int]:
    """A Flask application that answers with this page, by granian; yields its port."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "page.html").write_bytes(page)
        (Path(folder) / "bare.py").write_text(BARE.format(path=str(Path(folder) / "page.html")))
        port = free_port()
        process = subprocess.Popen(
            [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--blocking-threads", "4",
             "--port", str(port), "--no-log", "bare:app"],
            cwd=folder, env={**os.environ, "PYTHONPATH": folder},
        )  # fmt: skip
        try:
            _wait(port)
            yield port
        finally:
            process.terminate()
            process.wait()


def home_and_bare_flask(rounds: int = 5) -> tuple[float, float]:
    """Requests a second of the home page by the real server, and of a Flask page of that length."""
    rates = []
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "data") as address:
        port = int(address.rsplit(":", 1)[1])
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", "/en/january-2022/")
        with bare_flask(connection.getresponse().read()) as other:
            for _ in range(rounds):  # in turn, so that the machine's mood is the same for both
                rates.append((rate(port), rate(other)))
    ours, theirs = (statistics.median(column) for column in zip(*rates, strict=True))
    return ours, theirs


def _wait(port: int) -> None:
    for _ in range(100):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
            connection.request("GET", "/en/january-2022/")
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.1)


def rate(port: int, seconds: float = 2.0, clients: int = 4) -> float:
    """Answers a second for so many kept connections at once."""
    counts = [0] * clients
    end = time.perf_counter() + seconds

    def ask(which: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        while time.perf_counter() < end:
            connection.request("GET", "/en/january-2022/")
            connection.getresponse().read()
            counts[which] += 1

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds
