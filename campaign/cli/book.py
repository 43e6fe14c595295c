"""python -m campaign book: the volumes of names, offline, with a trustee's key."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.progress import Progress, TaskID

from campaign.cli.errors import errors_in_words
from campaign.cli.sealed_options import keys_by_epoch, sealed_list_options
from campaign.pack.files import parse, read_folder
from campaign.trustees.book import answered
from campaign.trustees.book.choices import INITIALS, BookError, Choices
from campaign.trustees.book.log_entries import LogFiles
from campaign.trustees.book.making import BookSource, make


@dataclass(frozen=True, slots=True)
class Options:
    """The options of `book`."""

    signatures: Path
    key: tuple[Path, ...]
    identity: Path | None
    pack: Path
    out: Path
    void: Path | None
    language: str
    paper: str
    volume: int
    country: str
    to: tuple[str, ...]
    answers: Path | None
    initials: bool
    town: bool
    at_risk: str
    log: str
    policy: Path | None
    openings: Path | None


@click.command()
@sealed_list_options
@click.option("--pack", required=True, type=Path, metavar="FOLDER", help="The campaign's pack.")
@click.option(
    "--out", required=True, type=Path, metavar="FOLDER", help="A new folder, or a book that is not finished."
)
@click.option(
    "--void", type=Path, metavar="FILE.txt",
    help="The list of signatures to exclude that `signatures open` wrote and trustees looked through."
    " Without it, the newest signature of each e-mail address counts.",
)  # fmt: skip
@click.option("--language", required=True, metavar="CODE", help="The language of the book.")
@click.option("--paper", default="a4", metavar="PAPER", help="a4 or us-letter (default a4).")
@click.option(
    "--volume", type=int, default=10_000, metavar="NAMES", help="Names in a volume (default 10000)."
)
@click.option("--country", default="", metavar="CODE", help="Only names of this country, such as FR.")
@click.option(
    "--to", multiple=True, metavar="KEY",
    help="An addressee, for a covering letter and a receipt. Repeat it for each.",
)  # fmt: skip
@click.option(
    "--answers", type=Path, metavar="FILE.json",
    help="The site’s answers.json: the covering letters say what became of the letters to each office.",
)  # fmt: skip
@click.option("--initials", is_flag=True, help="Print initials instead of names.")
@click.option("--town", is_flag=True, help="Print the town as well.")
@click.option(
    "--at-risk", default=INITIALS, metavar="HOW",
    help="People from the pack’s countries at risk: initials (default), left-out, or names. Names are printed"
    " only of those who agreed that their name is handed over.",
)  # fmt: skip
@click.option(
    "--log",
    default="",
    metavar="PLACE",
    help="The public log’s address, or a copy of it in a folder, to list the entries of the names.",
)
@click.option(
    "--policy", type=Path, metavar="FILE", help="Whom you trust to sign the log (C2SP, tlog-policy)."
)
@click.option("--openings", type=Path, metavar="FILE", help="What `log openings` wrote, without a sample.")
@errors_in_words
def book(**arguments: Any) -> int:
    """Make the volumes of names to hand over, offline."""
    options = Options(**arguments)
    choices = Choices(options.language, options.paper, options.volume, options.country.upper(),
                      options.initials, options.town, options.at_risk).checked()  # fmt: skip
    source = _source(options)
    bars: dict[str, TaskID] = {}
    with Progress(transient=True) as progress:

        def report(step: str, completed: int, total: int) -> None:
            if step not in bars:
                bars[step] = progress.add_task(step, total=total)
            progress.update(bars[step], completed=completed)

        result = make(source, choices, options.out, report)
    sums = result.sums
    print(
        f"{options.out}: {sums.names:,} names in {result.volumes} volumes, {result.pages:,} pages of names."
    )
    print(
        f"Left out: {sums.void:,} void, {sums.undecided:,} undecided, {sums.unopened:,} sealed to another"
        f" key, {sums.elsewhere:,} of other countries, {sums.at_risk:,} at risk. Together {sums.records:,},"
        " as the manifest says."
    )
    if result.entries:
        print(
            f"entries.txt: {sums.names - result.entries.waiting:,} names are in the log of"
            f" {result.entries.checkpoint.size:,} entries, {result.entries.waiting:,} not yet."
        )
    if sums.protected:
        print(f"With initials and no town, because their country puts them at risk: {sums.protected:,}.")
    return 0


def _source(options: Options) -> BookSource:
    pack = parse(read_folder(options.pack))
    void = options.void.read_text(encoding="utf-8") if options.void else None
    keys = keys_by_epoch(options.key, options.identity)
    answers = answered.read(options.answers.read_text(encoding="utf-8"), pack.slug) if options.answers else {}
    return BookSource(pack, options.signatures, keys, void, options.to, answers, log=_log_files(options))


def _log_files(options: Options) -> LogFiles | None:
    """The public log, if its entries are to be listed. Raises BookError."""
    if not (options.log or options.policy or options.openings):
        return None
    if not (options.log and options.policy and options.openings):
        raise BookError("To list the entries of the log, give all three: --log, --policy and --openings.")
    return LogFiles(options.log, options.policy, options.openings)
