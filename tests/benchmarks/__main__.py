"""make bench: speed as ratios, measured in one run on one machine, so that they can be compared.

Nothing here is a test: a figure that misses its aim is printed as a miss and fails nothing.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

from tests.benchmarks import against, answers, book, merging, petition, slow_line
from tests.benchmarks import serving as http_server
from tests.storage import postgres_database
from tests.tools import ROOT


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


def letter_against_typst() -> None:
    """A letter from choices to PDF, against typst alone with the same finished data."""
    ours, bare = answers.letter_and_typst()
    print(f"  letter PDF {ours * 1000:.1f} ms, bare typst {bare * 1000:.1f} ms")
    show("letter PDF, warm, against bare typst", ours / bare, "×", 1.5, least=False)


def preview() -> None:
    """The preview's time inside the application, without the network."""
    ours, bare = answers.preview_and_typst()
    show("preview on the server, less an empty request", ours * 1000, "ms", 5, least=False)
    show("the same against one compile by bare typst", ours / bare, "×", 0.25, least=False)


def command_line() -> None:
    """python -m campaign --help, from nothing to its end."""
    command = [sys.executable, "-m", "campaign", "--help"]
    spent = answers.median(lambda _n: subprocess.run(command, cwd=ROOT, capture_output=True, check=True), 10)
    show("python -m campaign --help", spent, "s", 0.4, least=False)


def server_against_granian() -> None:
    """Our HTTP server against granian's WSGI mode."""
    for what, ratio in http_server.ratios().items():
        is_rate = what.endswith("rate")
        show(f"{what}, against granian", ratio, "×", 0.95 if is_rate else 1.05, least=is_rate)


def home_against_bare_flask() -> None:
    """Requests a second of the home page by the real server, against a Flask page of that length."""
    ours, bare = answers.home_and_bare_flask()
    print(f"  home page {ours:.0f}/s, bare Flask page {bare:.0f}/s")
    show("home page against a bare Flask page of its length", ours / bare, "×", 0.7, least=True)


if __name__ == "__main__":
    main()
