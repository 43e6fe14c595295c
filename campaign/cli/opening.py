"""python -m campaign signatures open: the list of names, offline, with a trustee's key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.progress import Progress

from campaign.cli.errors import errors_in_words
from campaign.cli.sealed_options import identity_option, keys_by_epoch, keys_option, several_option
from campaign.csv_files import CsvWriter
from campaign.signatures import exclusion_list, paper_requests, sealed_list
from campaign.signatures.paper_requests import PaperRequest
from campaign.signatures.person import Person
from campaign.trustees import opening
from campaign.whole_files import write_private

COLUMNS = ("name", "country", "place", "day", "language", "shown", "shown-as", "news", "email")

#: Before the key of an extra field, in the heading of its column.
EXTRA = "extra-"


@dataclass(frozen=True, slots=True)
class Opening:
    """The files of `signatures open`."""

    signatures: tuple[Path, ...]
    key: tuple[Path, ...]
    identity: Path | None
    out: Path
    void: Path
    requests: Path | None


@click.command()
@several_option
@keys_option
@identity_option
@click.option("--out", required=True, type=Path, metavar="FILE.csv", help="The list of names to write.")
@click.option(
    "--void", required=True, type=Path, metavar="FILE.txt",
    help="The list of signatures to exclude, to write and then to look through; with several exports one for "
    "each, FILE-1.txt and so on.",
)  # fmt: skip
@click.option(
    "--requests", type=Path, metavar="FILE",
    help="What people who signed on paper ask for: the file from the desk.",
)  # fmt: skip
@errors_in_words
def open_list(**arguments: Any) -> int:
    """Write the names, and the list of signatures to exclude.

    Do this offline. Duplicates and suspicious series are in the list of signatures to exclude. Exports of
    several servers are opened together: an e-mail address counts once, with its newest signature.
    """
    files = Opening(**arguments)
    campaign, records = _of_one_campaign(files)
    keys = keys_by_epoch(files.key, files.identity)
    asked = _requests(files.requests, campaign)
    with Progress(transient=True) as progress:
        bar = progress.add_task("Opening", total=2 * records)
        examined = opening.examine(files.signatures, keys, lambda: progress.advance(bar), asked)
        people = opening.people(files.signatures, keys, examined.kept)
        signers = (signature.person for signature in people)
        _write_names(files.out, signers, examined.extra_columns, lambda: progress.advance(bar))
    if len(files.signatures) > 1:
        _print_exports(files, examined)
    print(f"{examined.records} records, {examined.people} people: {files.out}")
    _print_doubts(examined)
    _write_lists(files, campaign, examined)
    print("Look through the lines that begin with “?”; then, at the desk of the server that a list is for,")
    print("one person brings it and another carries it out.")
    return 0


def _of_one_campaign(files: Opening) -> tuple[str, int]:
    """The campaign of all exports, and their records. Raises ValueError if they don't belong together."""
    heads = [sealed_list.head(path) for path in files.signatures]
    for path, head in zip(files.signatures, heads, strict=True):
        if head.campaign != heads[0].campaign:
            raise ValueError(
                f"{path} is of {head.campaign}, and {files.signatures[0]} of {heads[0].campaign}."
            )
    hashes = [sealed_list.file_hash(path) for path in files.signatures]
    if len(set(hashes)) < len(hashes):
        raise ValueError("One of the exports is there twice: name the file of each server once.")
    if files.requests and len(heads) > 1:
        raise ValueError("--requests is for the export of the server that it came from: open that one alone.")
    return heads[0].campaign, sum(head.records for head in heads)


def _print_exports(files: Opening, examined: opening.OpeningReport) -> None:
    for export, path in enumerate(files.signatures):
        print(f"{path}: {examined.of_export[export]} records")
    print(f"{examined.shared} e-mail addresses are in more than one of them: each counts once.")


def _write_lists(files: Opening, campaign: str, examined: opening.OpeningReport) -> None:
    """The exclusion list of each export: every server knows its own records alone."""
    for export, path in enumerate(files.signatures):
        lines = [line for line in examined.lines if line.export == export]
        text = exclusion_list.written(campaign, sealed_list.file_hash(path), lines)
        text += "".join(map(paper_requests.not_found, examined.not_found))
        place = _numbered(files.void, export, files.signatures)
        write_private(place, text.encode())
        print(f"{len(lines)} lines in {place}.")


def _numbered(path: Path, export: int, exports: Sequence[Path]) -> Path:
    return path.with_stem(f"{path.stem}-{export + 1}") if len(exports) > 1 else path


def _requests(path: Path | None, slug: str) -> list[PaperRequest]:
    """The requests of people who signed on paper; none without a file. Raises RequestsError."""
    return paper_requests.read(path.read_text(encoding="utf-8"), slug) if path else []


def _write_names(
    path: Path, people: Iterable[Person], extra: Sequence[str], advance: Callable[[], None]
) -> None:
    """`extra`: the keys of the extra fields, each of which has a column."""
    write_private(path, b"")
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = CsvWriter(file)
        rows.write((*COLUMNS, *(f"{EXTRA}{key}" for key in extra)))
        for person in people:
            cells = (person.name, person.country, person.place, person.day, person.language,
                     "yes" if person.shown else "", person.public_name, "yes" if person.news else "",
                     person.email)  # fmt: skip
            typed = person.extra or {}
            rows.write((*cells, *(typed.get(key, "") for key in extra)))
            advance()


def _print_doubts(examined: opening.OpeningReport) -> None:
    if examined.unopened:
        print(f"{examined.unopened} records are sealed to another key: name it with --key, too.")
    for place, (description, number) in enumerate(examined.series, 1):
        print(f"series {place}: {description}: {number}")
    for one in examined.not_found:
        print(f"request {one.number}: sheet {one.sheet} has no signature in row {one.row} of this file.")
