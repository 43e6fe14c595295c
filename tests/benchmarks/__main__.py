"""make bench: speed as ratios, measured in one run on one machine, so that they can be compared.

Nothing here is a test: a figure that misses its aim is printed as a miss and fails nothing.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typst

from campaign.letters.compose import compose
from campaign.letters.fitting import size_for
from campaign.letters.formats import pdf
from campaign.pack.files import parse, read_folder
from campaign.press import typeset
from campaign.press.fonts import FOLDER
from tests.benchmarks import against, book, merging, petition, slow_line
from tests.benchmarks import serving as http_server
from tests.storage import postgres_database
from tests.test_server import free_port, serving
from tests.tools import ROOT, SEED, choices


def main() -> None:
    """Print each figure with its aim; with --against COMMIT, only the comparison with that commit."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--against", metavar="COMMIT", help="compare pages and letters with this commit")
    parser.add_argument("--slow-line", action="store_true", help="only pages over a slow line")
    options = parser.parse_args()
    commit = options.against
    print(f"{'what':54}{'measured':>16}  aim")
    if commit:
        for kind, ratio in against.compared(commit).items():
            show(f"{kind}, speed as a share of that at {commit[:10]}", ratio, " ×", 0.97, least=True)
        return
    pages_over_a_slow_line()
    if options.slow_line:
        return
    letter_against_typst()
    preview()
    command_line()
    home_against_bare_flask()
    server_against_granian()
    many_senders()
    signatures()
    book_of_names()


def pages_over_a_slow_line() -> None:
    """Front page and composer over Slow 3G with a processor four times as slow, as Chromium emulates both."""
    for one in slow_line.pages():
        front = one.page.endswith(" /")
        show(
            f"{one.page}, KiB on the wire with fonts",
            one.with_fonts,
            "KiB",
            90 if front else 110,
            least=False,
        )
        show(f"{one.page}, KiB without", one.without, "KiB", 40 if front else 60, least=False)
        show(f"{one.page}, first paint", one.paint, "s", 1.8, least=False)
        show(f"{one.page}, can be used", one.usable, "s", 4, least=False)


def book_of_names() -> None:
    """A book of a hundred thousand names, and whether ten times the names take ten times as long."""
    seconds, ratio, peak = book.growth()
    show("book of 100,000 names, seconds", seconds, " s", 60, least=False)
    show("its seconds a name, against one of 10,000", ratio, " ×", 1.2, least=False)
    show("its largest process, MiB", peak, "MiB", 1_024, least=False)


def signatures() -> None:
    """Confirmations a second, and how the petition stands when millions are stored."""
    show(
        "confirmations/s on SQLite, two processes, FULL",
        petition.confirmations().rate,
        "/s",
        1_200,
        least=True,
    )
    with postgres_database() as url:
        show(
            "confirmations/s on PostgreSQL, two processes",
            petition.confirmations(url).rate,
            "/s",
            1_200,
            least=True,
        )
    found = petition.flatness()
    least = min(found)
    for size in sorted(found)[1:]:
        for what, seconds in found[size].items():
            ratio = seconds / found[least][what]
            show(f"{what} at {size:,} stored against {least:,}", ratio, "×", 1.2, least=False)


def many_senders() -> None:
    """`merge` of a long list: seconds, memory, and how others do a tenth of it."""
    seconds, peak = merging.merge()
    alone = merging.single_compiles()
    show("merge of 10,000 rows, two cores", seconds, "s", 90, least=False)
    show("memory of all its processes at the peak", peak, "MiB", 600, least=False)
    print(f"  {merging.ROWS / seconds:.0f} letters/s")
    show("merge against single typst compiles on one core", seconds / alone, "×", 1, least=False)
    ours = seconds * merging.SAMPLE / merging.ROWS
    for name, theirs in (("LibreOffice", merging.by_libreoffice()), ("WeasyPrint", merging.by_weasyprint())):
        if theirs is None:
            print(f"  {name} is not here to compare with")
        else:
            print(f"  1,000 letters by {name}: {theirs:.0f} s, {theirs / ours:.0f} × merge's share of them")


def show(what: str, measured: float, unit: str, aim: float, least: bool) -> None:
    """One line; a miss says so."""
    met = measured >= aim if least else measured <= aim
    sign = "≥" if least else "≤"
    print(f"{what:54}{measured:>12.2f} {unit:3}  {sign} {aim:g} {'' if met else '  MISSED'}", flush=True)


def median(action: Callable[[int], Any], rounds: int) -> float:
    """Seconds of the middle of so many rounds; the round's number makes each one new work."""
    spent = []
    for number in range(rounds):
        started = time.perf_counter()
        action(number)
        spent.append(time.perf_counter() - started)
    return statistics.median(spent)


def in_turn(one: Callable[[int], Any], other: Callable[[int], Any], rounds: int) -> tuple[float, float]:
    """Median seconds of two actions that take turns, so that the machine's mood is the same for both."""
    spent: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds):
        for action, seconds in zip((one, other), spent, strict=True):
            started = time.perf_counter()
            action(number)
            seconds.append(time.perf_counter() - started)
    return statistics.median(spent[0]), statistics.median(spent[1])


def letter_against_typst() -> None:
    """A letter from choices to PDF, against typst alone with the same finished data.

    Names change in every round, so that nobody's memory of the round before helps.
    """
    pack = parse(read_folder(SEED))

    def letter(number: int) -> Any:
        return compose(pack, choices(pack, language="ru", own_words=f"Own words {number}."))

    bare = typst.Compiler(
        str(typeset.TEMPLATES / "letter.typ"), root=str(typeset.TEMPLATES), font_paths=[str(FOLDER)],
        ignore_system_fonts=True,
    )  # fmt: skip
    made = [letter(n + 1_000) for n in range(200)]
    data = [json.dumps(pdf.as_data([one], [size_for(one)]), ensure_ascii=False) for one in made]
    pdf.render(letter(0))
    bare.compile(format="pdf", sys_inputs={"data": data[0]}, pdf_standards=list(typeset.STANDARDS))
    ours, theirs = in_turn(
        lambda n: pdf.render(letter(n)),
        lambda n: bare.compile(
            format="pdf", sys_inputs={"data": data[n]}, pdf_standards=list(typeset.STANDARDS), timestamp=0
        ),
        200,
    )
    print(f"  letter PDF {ours * 1000:.1f} ms, bare typst {theirs * 1000:.1f} ms")
    show("letter PDF, warm, against bare typst", ours / theirs, "×", 1.5, least=False)


def preview() -> None:
    """The preview's time inside the application, without the network."""
    from tests.conftest import published
    from tests.tools import BASE, typed

    with tempfile.TemporaryDirectory() as folder:
        app = published(Path(folder), SEED)
        client = app.test_client()
        form = typed(client, own_words="I teach law in Lyon.")
        client.post(f"{BASE}/write/preview", data=form)
        spent = median(
            lambda n: client.post(f"{BASE}/write/preview", data={**form, "name": f"Name {n}"}), 200
        )
        bare = median(lambda _n: client.get("/health"), 200)
    show("preview on the server, less an empty request", (spent - bare) * 1000, "ms", 5, least=False)


def command_line() -> None:
    """python -m campaign --help, from nothing to its end."""
    command = [sys.executable, "-m", "campaign", "--help"]
    spent = median(lambda _n: subprocess.run(command, cwd=ROOT, capture_output=True, check=True), 10)
    show("python -m campaign --help", spent, "s", 0.4, least=False)


def server_against_granian() -> None:
    """Our HTTP server against granian's WSGI mode."""
    for what, ratio in http_server.ratios().items():
        is_rate = what.endswith("rate")
        show(f"{what}, against granian", ratio, "×", 0.95 if is_rate else 1.05, least=is_rate)


BARE = """
from flask import Flask
app = Flask(__name__)
page = open({path!r}).read()

@app.get("/en/january-2022/")
def home():
    return page
"""


def home_against_bare_flask() -> None:
    """Requests a second of the home page by the real server, against a Flask page of that length."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "data") as address:
        port = int(address.rsplit(":", 1)[1])
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", "/en/january-2022/")
        (Path(folder) / "page.html").write_bytes(connection.getresponse().read())
        (Path(folder) / "bare.py").write_text(BARE.format(path=str(Path(folder) / "page.html")))
        other = free_port()
        process = subprocess.Popen(
            [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--blocking-threads", "4",
             "--port", str(other), "--no-log", "bare:app"],
            cwd=folder, env={**os.environ, "PYTHONPATH": folder},
        )  # fmt: skip
        try:
            _wait(other)
            ratios, rates = [], []
            for _ in range(5):  # in turn, so that the machine's mood is the same for both
                ours, theirs = rate(port), rate(other)
                ratios.append(ours / theirs)
                rates.append((ours, theirs))
        finally:
            process.terminate()
            process.wait()
    ours, theirs = (statistics.median(column) for column in zip(*rates, strict=True))
    print(f"  home page {ours:.0f}/s, bare Flask page {theirs:.0f}/s")
    show("home page against a bare Flask page of its length", statistics.median(ratios), "×", 0.7, least=True)


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


if __name__ == "__main__":
    main()
