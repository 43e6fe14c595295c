"""python -m campaign merge: a letter for each row of a list of senders, without a database."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from campaign.cli.letter_options import PackCommand, SharedOptions, shared_choices, shared_options, with_pack
from campaign.letters import cover, senders
from campaign.letters import merge as merging
from campaign.letters.compose import compose
from campaign.letters.duplicates import Duplicates
from campaign.letters.letter import Choices
from campaign.pack.model import Pack
from campaign.spreadsheets.reading import Table

#: Maximum printed problems of a list; the others are only counted.
SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeOptions(SharedOptions):
    """The options of `merge`."""

    to: str
    senders: Path
    out: Path
    duplex: bool
    cover: bool
    with_duplicates: bool
    keep_going: bool
    check: bool
    workers: int


@click.command(cls=PackCommand)
@click.option(
    "--to", required=True, metavar="ADDRESSEE", help="The addressee where the list has no column “to”."
)
@shared_options
@click.option(
    "--senders", type=Path, required=True, metavar="FILE",
    help=f"The list: .xlsx, .ods or CSV. Columns: {', '.join(senders.COLUMNS)}; only name is needed.",
)  # fmt: skip
@click.option("--out", type=Path, required=True, metavar="FILE", help="Such as letters.pdf or letters.zip.")
@click.option("--duplex", is_flag=True, help="Each letter begins on the front of a leaf, for both sides.")
@click.option("--cover", is_flag=True, help="Put a list on top: number, initials, addressee.")
@click.option(
    "--with-duplicates", is_flag=True,
    help="Make a letter for each row, even where a person appears twice for one addressee.",
)  # fmt: skip
@click.option(
    "--keep-going", is_flag=True,
    help="Leave out bad rows and duplicates. FILE-rejected.csv has them, with the reason.",
)  # fmt: skip
@click.option("--check", is_flag=True, help="Say how the list was read, and make nothing.")
@click.option("--workers", type=int, default=0, metavar="N", help="Processes (default: one for each core).")
def merge(**arguments: Any) -> int:
    """Write a letter for each row of a list of senders.

    Every row is checked first. The letters are one PDF or one ZIP file. With --pack, --help shows the
    choices of that pack.
    """
    options = MergeOptions(**arguments)
    return with_pack(options.pack, lambda texts, pack: _write(options, texts, pack))


def _write(options: MergeOptions, texts: dict[str, str], pack: Pack) -> int:
    common = _choices(options, pack)
    rejected = options.out.with_name(f"{options.senders.stem}-rejected.csv")
    found = _check_rows(options, pack, rejected if options.keep_going and not options.check else None)
    if options.check:
        print(f"{options.senders.name}: {found.accepted:,} rows can be used, {found.refused:,} can’t.")
        return 1 if found.refused or not found.accepted else 0
    if found.refused and not options.keep_going:
        print("Nothing was made. With --keep-going these rows are left out.", file=sys.stderr)
        if found.duplicates:
            print("With --with-duplicates each gets a letter.", file=sys.stderr)
        return 1
    accepted, refused = found.accepted, found.refused
    if not accepted:
        print("There is no row to make a letter of.", file=sys.stderr)
        return 1
    with _Progress(accepted) as progress:
        on_top = _cover(options, pack, common) if options.cover else ()
        printing = merging.Printing(options.duplex, on_top, options.workers)
        letters = _letters(options, pack, common)
        merging.write(options.out, texts, letters, progress.advance, printing)
    left_out = f", {refused:,} rows left out (see {rejected})" if refused else ""
    print(f"{options.out}: {accepted:,} letters{left_out}.")
    return 0


def _duplicates(options: MergeOptions) -> Duplicates | None:
    return None if options.with_duplicates else Duplicates(options.to)


def _letters(options: MergeOptions, pack: Pack, common: Choices) -> Iterator[Choices]:
    """The choices of each letter, read from the list again."""
    return merging.choices_of(senders.rows(options.senders), pack, common, _duplicates(options))


def _cover(options: MergeOptions, pack: Pack, common: Choices) -> list[bytes]:
    """The list on top, in the language of the letters."""
    rows = cover.rows_of(_letters(options, pack, common), pack, common.language)
    return list(cover.documents(rows, common.language, common.paper))


def _choices(options: MergeOptions, pack: Pack) -> Choices:
    """The choices for all letters. Raises ValueError for a wrong choice, before the list is read."""
    if options.out.suffix not in {".pdf", ".zip"}:
        raise ValueError(f"--out can't be “{options.out.name}”: choose .pdf or .zip.")
    if options.duplex and options.out.suffix == ".zip":
        raise ValueError("--duplex is for one file: choose .pdf.")
    common = shared_choices(options, options.to, pack)
    if not (letter := compose(pack, common)).by_post:
        ways = letter.email or letter.web_form
        raise ValueError(f"“{options.to}” has no postal address: letters to it go to {ways}.")
    if common.beside.startswith("mine:"):
        raise ValueError("--beside mine:… is a page for one sender to keep: choose both:… for many.")
    return common


@dataclass(frozen=True, slots=True)
class Found:
    """How many rows of a list are good, how many are not, and how many of these are duplicates."""

    accepted: int
    refused: int
    duplicates: int


def _check_rows(options: MergeOptions, pack: Pack, rejected: Path | None) -> Found:
    """Look at every row; prints the problems as one list."""
    path = options.senders
    refused: set[int] = set()
    count = 0
    duplicates = _duplicates(options)
    row_check = merging.RowCheck(pack, options.to, duplicates)

    def report(problem: senders.Problem) -> None:
        nonlocal count
        count += 1
        refused.add(problem.row)
        if count <= SHOWN:
            print(f"{path.name}: {problem}", file=sys.stderr)

    rejected_rows = senders.RejectedRow(rejected) if rejected else None
    try:
        with senders.opened(path) as table:
            _print_notes(path.name, table)
            accepted = merging.checked(table.rows, row_check, report, rejected_rows)
    finally:
        if rejected_rows is not None:
            rejected_rows.close()
    for row in table.repeated:
        print(f"{path.name}: row {row} repeats the headings and is left out.")
    if rejected is not None and not refused:
        rejected.unlink()
    if count > SHOWN:
        print(f"… and {count - SHOWN:,} more", file=sys.stderr)
    return Found(accepted, len(refused), duplicates.count if duplicates else 0)


def _print_notes(name: str, table: Table) -> None:
    """How the list was read: before its rows, so that a wrong guess is seen first."""
    columns = ", ".join(heading if heading == key else f"{heading} → {key}" for heading, key in table.columns)
    for note in (*map(str, table.notes), f"Columns: {columns}."):
        print(f"{name}: {note}")


class _Progress:
    """A bar with rate and remaining time, only on a terminal."""

    def __init__(self, total: int) -> None:
        console = Console(stderr=True)
        columns = (
            TextColumn("Letters"), BarColumn(), MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"), TimeRemainingColumn(),
        )  # fmt: skip
        self._bar = Progress(*columns, console=console, disable=not console.is_terminal)
        self._task = self._bar.add_task("", total=total, rate="")

    def __enter__(self) -> _Progress:
        self._bar.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._bar.stop()

    def advance(self, count: int) -> None:
        """Add this number of letters."""
        speed = self._bar.tasks[0].speed
        self._bar.update(self._task, advance=count, rate=f"{speed:.0f}/s" if speed else "")
