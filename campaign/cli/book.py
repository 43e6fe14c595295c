"""python -m campaign book: the volumes of names, off line, with a trustee's key."""

from __future__ import annotations

import argparse
from pathlib import Path

from campaign.cli.common import in_words
from campaign.cli.trustees import keys_of, opens


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of `book`."""
    opens(parser)
    parser.add_argument("--pack", required=True, type=Path, metavar="FOLDER", help="the campaign's pack")
    parser.add_argument(
        "--out", required=True, type=Path, metavar="FOLDER", help="a new folder, or a begun book"
    )
    parser.add_argument(
        "--void",
        type=Path,
        metavar="FILE.txt",
        help="the list that `signatures open` wrote and trustees looked through; without it the newest"
        " signature of each mailbox is in",
    )
    parser.add_argument("--language", required=True, metavar="CODE")
    parser.add_argument("--paper", default="a4", help="a4 or us-letter (default a4)")
    parser.add_argument(
        "--volume", type=int, default=10_000, metavar="NAMES", help="names in a volume (default 10000)"
    )
    parser.add_argument("--country", default="", metavar="CODE", help="only this country's names, such as FR")
    parser.add_argument(
        "--to",
        action="append",
        default=[],
        metavar="KEY",
        help="a letter of transmittal and a receipt for this office; may be repeated",
    )
    parser.add_argument("--initials", action="store_true", help="initials instead of names")
    parser.add_argument("--town", action="store_true", help="with the town")
    parser.set_defaults(command=in_words(_book))


def _book(options: argparse.Namespace) -> int:
    from rich.progress import Progress, TaskID

    from campaign.pack.files import parse, read_folder
    from campaign.trustees.book.choices import Choices
    from campaign.trustees.book.making import BookSource, make

    choices = Choices(options.language, options.paper, options.volume, options.country.upper(),
                      options.initials, options.town).checked()  # fmt: skip
    pack = parse(read_folder(options.pack))
    void = options.void.read_text(encoding="utf-8") if options.void else None
    source = BookSource(pack, options.signatures, keys_of(options), void, tuple(options.to))
    bars: dict[str, TaskID] = {}
    with Progress(transient=True) as progress:

        def report(step: str, done: int, total: int) -> None:
            if step not in bars:
                bars[step] = progress.add_task(step, total=total)
            progress.update(bars[step], completed=done)

        made = make(source, choices, options.out, report)
    sums = made.sums
    print(f"{options.out}: {sums.names:,} names in {made.volumes} volumes, {made.pages:,} pages of names.")
    print(
        f"Left out: {sums.void:,} void, {sums.undecided:,} undecided, {sums.unopened:,} sealed to another"
        f" key, {sums.elsewhere:,} of other countries. Together {sums.records:,}, as the manifest says."
    )
    return 0
