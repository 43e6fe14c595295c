"""python -m campaign sheets: sheets from a pack, without a database."""

from __future__ import annotations

import argparse
from pathlib import Path

from campaign.cli.common import in_words


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of `sheets`."""
    parser.add_argument("--pack", required=True, type=Path, metavar="FOLDER")
    parser.add_argument(
        "--language", required=True, action="append", metavar="CODE", help="twice for two languages"
    )
    parser.add_argument("--sheets", type=int, default=1, metavar="N", help="how many (default 1)")
    parser.add_argument("--rows", type=int, default=12, metavar="N", help="8 to 20 on a sheet (default 12)")
    parser.add_argument("--paper", default="A4", help="A4 or Letter (default A4)")
    parser.add_argument("--landscape", action="store_true")
    parser.add_argument("--large", action="store_true", help="large print, 8 to 10 rows")
    parser.add_argument("--email", action="store_true", help="with a column for e-mail")
    parser.add_argument(
        "--return-to", default="", metavar="ADDRESS", help="where to send them: lines parted by commas"
    )
    parser.add_argument(
        "--site", default="", metavar="URL", help="the petition's page, for the code for phones"
    )
    parser.add_argument("--out", required=True, type=Path, metavar="FILE.pdf")
    parser.set_defaults(command=in_words(_sheets))


def add_scans(parser: argparse.ArgumentParser) -> None:
    """The options of `scans`."""
    parser.add_argument("scans", type=Path, metavar="FILE", help="what the desk gave out")
    parser.add_argument("--key", required=True, type=Path, action="append", metavar="FILE")
    parser.add_argument("--identity", type=Path, metavar="FILE", help="an age identity, not a passphrase")
    parser.add_argument("--campaign", required=True, metavar="SLUG")
    parser.add_argument("--out", required=True, type=Path, metavar="FOLDER")
    parser.set_defaults(command=in_words(_scans))


def _scans(options: argparse.Namespace) -> int:
    from campaign.cli.trustees import keys_of
    from campaign.paper import numbers, scans
    from campaign.whole_files import write_private

    keys = keys_of(options)
    options.out.mkdir(mode=0o700, parents=True, exist_ok=True)
    count = 0
    for count, one in enumerate(scans.opened(options.scans, keys), 1):
        number = numbers.written(options.campaign, numbers.of_key(one.sheet))
        write_private(options.out / f"{number}-{count}.{one.kind}", one.body)
    print(f"{count} scans in {options.out}.")
    return 0


def add_kit(parser: argparse.ArgumentParser) -> None:
    """The options of `kit`."""
    parser.add_argument("--pack", required=True, type=Path, metavar="FOLDER")
    parser.add_argument("--language", required=True, metavar="CODE")
    parser.add_argument("--sheets", type=int, default=10, metavar="N", help="how many (default 10)")
    parser.add_argument("--site", default="", metavar="URL", help="the petition's page, for phones")
    parser.add_argument("--out", required=True, type=Path, metavar="FILE.zip")
    parser.set_defaults(command=in_words(_kit))


def _kit(options: argparse.Namespace) -> int:
    from datetime import date

    from campaign.pack.files import parse, read_folder
    from campaign.paper import kits, sheets
    from campaign.paper.sheets import Layout, Print
    from campaign.whole_files import write_whole

    pack = parse(read_folder(options.pack))
    layout = sheets.checked(Layout((options.language,)), pack)
    what = Print(sheets.unknown(layout, options.sheets, pack), options.site)
    kit = kits.Kit(options.language, options.site, sheets.pdf(pack, layout, what), 0, date.today())
    write_whole(options.out, kits.archive(pack, kit))
    print(f"{options.out}: {options.sheets} sheets, flyer, poster, letters, a page for volunteers.")
    return 0


def _sheets(options: argparse.Namespace) -> int:
    from campaign.pack.files import parse, read_folder
    from campaign.paper import numbers, sheets
    from campaign.paper.sheets import Layout, Print
    from campaign.whole_files import write_whole

    pack = parse(read_folder(options.pack))
    paper = {"a4": "a4", "letter": "us-letter", "us-letter": "us-letter"}.get(options.paper.lower(), "")
    layout = Layout(
        tuple(options.language), options.rows, paper, options.landscape, options.large, options.email
    )
    sheets.checked(layout, pack)
    lines = tuple(line.strip() for line in options.return_to.split(",") if line.strip())
    every = sheets.unknown(layout, options.sheets, pack)
    write_whole(options.out, sheets.pdf(pack, layout, Print(every, options.site, return_to=lines)))
    first, last = (numbers.written(pack.slug, one) for one in (every[0], every[-1]))
    print(f"{options.out}: {options.sheets} sheets, {first} to {last}.")
    return 0
