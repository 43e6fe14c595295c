"""The table of speed: eight kinds of work as ratios in one run, here and at another commit.

`python -m tests.benchmarks.table --against COMMIT` prints Markdown, before → after. The same measuring runs in a
checkout of the commit; what cannot be measured there is a dash.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.benchmarks import answers, book, load, merging, petition
from tests.benchmarks.against import checkout
from tests.storage import postgres_database
from tests.test_server import free_port
from tests.tools import ROOT, SEED

NAMES = 100_000
REQUESTS = 100_000
#: As the package is installed: with compiled modules. Development machines may forbid to write them.
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


def home() -> float:
    """The home page's requests a second, as a share of a bare Flask page's of its length."""
    ours, bare = answers.home_and_bare_flask()
    return ours / bare


def confirmations(url: str = "") -> float:
    """Confirmations a second by two processes, as a share of a bare Flask page's requests."""
    with tempfile.TemporaryDirectory() as folder, published_site(Path(folder)) as (port, _process):
        _answers(port)
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", "/en/january-2022/")
        page = connection.getresponse().read()
    with answers.bare_flask(page) as bare:
        before = answers.rate(bare)
        confirmed = petition.confirmations(url).rate
        return confirmed / statistics.mean((before, answers.rate(bare)))


def confirmations_on_postgresql() -> float:
    """The same on PostgreSQL."""
    with postgres_database() as url:
        return confirmations(url)


def letter() -> float:
    """A letter's PDF from choices, against typst alone with the same finished data."""
    ours, bare = answers.letter_and_typst()
    return ours / bare


def preview() -> float:
    """The preview of a letter inside the application, against one compile of it by typst alone."""
    ours, bare = answers.preview_and_typst()
    return ours / bare


def merge() -> float:
    """A merge of 10,000 letters by all cores, against as many single compiles by typst on one core."""
    seconds, _peak = merging.merge()
    return seconds / merging.single_compiles()


def names() -> float:
    """Names a second that a book of 100,000 sets."""
    seconds, _pages = book.made(NAMES)
    return NAMES / seconds


@contextmanager
def published_site(folder: Path, *options: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """A server with a published campaign and its mail worker; yields its port and its main process."""
    environment = {**ENVIRONMENT, "CAMPAIGN_DATA": str(folder / "data")}
    command = [sys.executable, "-m", "campaign"]
    subprocess.run([*command, "load", str(SEED)], cwd=ROOT, env=environment, check=True, capture_output=True)
    port = free_port()
    process = subprocess.Popen(
        [*command, "serve", "--port", str(port), *options], cwd=ROOT, env=environment, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield port, process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _answers(port: int) -> None:
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/en/january-2022/", timeout=30).close()
            return
        except OSError:
            time.sleep(0.01)


def start() -> float:
    """Seconds from the command to the first page of a published campaign; the middle of five."""
    seconds = []
    for _ in range(5):
        with tempfile.TemporaryDirectory() as folder:
            with published_site(Path(folder)) as (port, _process):
                _answers(port)  # the first start writes what is kept
            begun = time.perf_counter()
            with published_site(Path(folder)) as (port, _process):
                loaded = time.perf_counter() - begun
                _answers(port)
                seconds.append(time.perf_counter() - begun - loaded)
    return statistics.median(seconds)


def memory() -> float:
    """MiB of main process, one web process and mail worker together after 100,000 requests."""
    with tempfile.TemporaryDirectory() as folder, published_site(Path(folder)) as (port, process):
        _answers(port)
        pages = [f"/{code}/january-2022/{page}" for code in ("en", "ru") for page in ("", "write", "record")]
        for page in pages:
            load.load(port, load.gets(port, page, REQUESTS // len(pages)), b" 200 ", 8)
        return sum(map(_shared_out, _session(process.pid)))


def _session(leader: int) -> list[int]:
    """The processes of a session: a server and all that it started."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(folder.name)) == leader:
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def _shared_out(pid: int) -> float:
    """MiB of a process; what several share counts in equal parts for each (Linux: Pss)."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


#: Each kind of work with how it is measured, its unit, its aim, and whether more is better.
ROWS: dict[str, tuple[Callable[[], float], str, float, bool]] = {
    "home page, of a bare Flask page": (home, "×", 0.95, True),
    "confirmations, of that page, SQLite": (confirmations, "×", 0.5, True),
    "confirmations, of that page, PostgreSQL": (confirmations_on_postgresql, "×", 0.5, True),
    "letter PDF, of bare typst": (letter, "×", 1.1, False),
    "preview, of one bare compile": (preview, "×", 0.25, False),
    "merge of 10,000, of single compiles": (merge, "×", 0.55, False),
    "names a second in a book": (names, "/s", 6_000, True),
    "memory after 100,000 requests": (memory, "MiB", 160, False),
    "start of the server": (start, "s", 1.5, False),
}


def measured(name: str) -> float | None:
    """The figure of a row; None if it cannot be measured."""
    try:
        return ROWS[name][0]()
    except Exception as error:  # an older commit can lack anything
        print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)
        return None


@contextmanager
def before(commit: str) -> Iterator[Callable[[str], float | None]]:
    """What measures a row in a checkout of a commit, by this code; with '' there is nothing to measure."""
    if not commit:
        yield lambda _name: None
        return
    with checkout(commit) as tree:
        shutil.copytree(Path(__file__).parent, tree / "tests" / "benchmarks", dirs_exist_ok=True)
        pybabel = Path(sys.executable).with_name("pybabel")
        for source in tree.glob("campaign/languages/*/messages.po"):
            compiled = [pybabel, "-q", "compile", "-i", source, "-o", source.with_suffix(".mo")]
            subprocess.run(compiled, check=True, capture_output=True)
        yield partial(_measured_in, tree)


def _measured_in(tree: Path, name: str) -> float | None:
    command = [sys.executable, "-m", "tests.benchmarks.table", "--json", "--only", name]
    run = subprocess.run(command, cwd=tree, env=ENVIRONMENT, stdout=subprocess.PIPE, check=True)
    figure: float | None = json.loads(run.stdout.splitlines()[-1])
    return figure


def main() -> None:
    """Print the table, each row as soon as it is measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.table")
    parser.add_argument(
        "--against", default="", metavar="COMMIT", help="show this commit's figures before ours"
    )
    parser.add_argument("--only", default="", help="only rows whose names have this in them")
    parser.add_argument("--json", action="store_true", help="only the figure of one row, as JSON")
    options = parser.parse_args()
    if options.json:
        print(json.dumps(measured(options.only)))
        return
    print("| work | before | now | aim | |\n| --- | ---: | ---: | ---: | --- |", flush=True)
    with before(options.against) as measured_before:
        for name in (name for name in ROWS if options.only in name):
            print(_row(name, measured_before(name), measured(name)), flush=True)


def _row(name: str, old: float | None, now: float | None) -> str:
    _measure, unit, aim, least = ROWS[name]
    met = now is not None and (now >= aim if least else now <= aim)
    sign, missed = "≥" if least else "≤", "" if met else "missed"
    return f"| {name} | {_shown(old, unit)} | {_shown(now, unit)} | {sign} {aim:g} | {missed} |"


def _shown(figure: float | None, unit: str) -> str:
    if figure is None:
        return "–"
    return f"{figure:,.0f} {unit}" if figure >= 100 else f"{figure:.2f} {unit}"


if __name__ == "__main__":
    main()
