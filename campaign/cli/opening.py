"""python -m campaign signatures open: the list of names, offline, with a trustee's key."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.progress import Progress

from campaign.cli.errors import errors_in_words
from campaign.cli.sealed_options import keys_by_epoch, sealed_list_options
from campaign.csv_files import CsvWriter
from campaign.signatures import exclusion_list, paper_requests, sealed_list
from campaign.signatures.paper_requests import PaperRequest
from campaign.signatures.person import Person
from campaign.trustees import opening
from campaign.whole_files import write_private

COLUMNS = ("name", "country", "place", "day", "language", "shown", "news", "email")


@dataclass(frozen=True, slots=True)
class Opening:
    """The files of `signatures open`."""

    signatures: Path
    key: tuple[Path, ...]
    identity: Path | None
    out: Path
    void: Path
    requests: Path | None


@click.command()
@sealed_list_options
@click.option("--out", required=True, type=Path, metavar="FILE.csv", help="The list of names to write.")
@click.option(
    "--void", required=True, type=Path, metavar="FILE.txt",
    help="The list of signatures to exclude, to write and then to look through.",
)  # fmt: skip
@click.option(
    "--requests", type=Path, metavar="FILE",
    help="What people who signed on paper ask for: the file from the desk.",
)  # fmt: skip
@errors_in_words
def open_list(**arguments: Any) -> int:
    """Write the names, and the list of signatures to exclude.

    Do this offline. Duplicates and suspicious series are in the list of signatures to exclude.
    """
    files = Opening(**arguments)
    head, keys = sealed_list.head(files.signatures), keys_by_epoch(files.key, files.identity)
    asked = _requests(files.requests, head.campaign)
    with Progress(transient=True) as progress:
        bar = progress.add_task("Opening", total=2 * head.records)
        examined = opening.examine(files.signatures, keys, lambda: progress.advance(bar), asked)
        people = opening.people(files.signatures, keys, examined.kept)
        _write_names(files.out, (signature.person for signature in people), lambda: progress.advance(bar))
    file_hash = sealed_list.file_hash(files.signatures)
    text = exclusion_list.written(head.campaign, file_hash, examined.lines)
    text += "".join(map(paper_requests.not_found, examined.not_found))
    write_private(files.void, text.encode())
    print(f"{examined.records} records, {examined.people} people: {files.out}")
    _print_doubts(examined)
    print(f"{len(examined.lines)} lines in {files.void}. Look through those that begin with “?”;")
    print("then, at the desk, one person brings the list and another carries it out.")
    return 0


def _requests(path: Path | None, slug: str) -> list[PaperRequest]:
    """The requests of people who signed on paper; none without a file. Raises RequestsError."""
    return paper_requests.read(path.read_text(encoding="utf-8"), slug) if path else []


def _write_names(path: Path, people: Iterable[Person], advance: Callable[[], None]) -> None:
    write_private(path, b"")
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = CsvWriter(file)
        rows.write(COLUMNS)
        for person in people:
            cells = (person.name, person.country, person.place, person.day, person.language,
                     "yes" if person.shown else "", "yes" if person.news else "", person.email)  # fmt: skip
            rows.write(cells)
            advance()


def _print_doubts(examined: opening.OpeningReport) -> None:
    if examined.unopened:
        print(f"{examined.unopened} records are sealed to another key: name it with --key, too.")
    for place, (description, number) in enumerate(examined.series, 1):
        print(f"series {place}: {description}: {number}")
    for one in examined.not_found:
        print(f"request {one.number}: sheet {one.sheet} has no signature in row {one.row} of this file.")
