"""python -m campaign sheets, kit: material for a street stall, from a pack and without a database."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from campaign import clock
from campaign.cli.errors import errors_in_words
from campaign.pack import photographs
from campaign.pack.files import parse, read_folder
from campaign.paper import kits, numbers
from campaign.paper import sheets as printing
from campaign.paper.sheets import Layout, Print
from campaign.whole_files import write_whole

_PAPERS = {"a4": "a4", "letter": "us-letter", "us-letter": "us-letter"}

pack_option = click.option("--pack", required=True, type=Path, metavar="FOLDER", help="The campaign's pack.")
site_option = click.option(
    "--site", default="", metavar="URL", help="The page to sign or write on, for the code that phones read."
)

return_option = click.option(
    "--return-to", default="", metavar="ADDRESS", help="Where to send the sheets: lines, separated by commas."
)


def _lines(address: str) -> tuple[str, ...]:
    """The lines of an address that was typed with commas between them."""
    return tuple(line.strip() for line in address.split(",") if line.strip())


@dataclass(frozen=True, slots=True)
class SheetOptions:
    """The options of `sheets`."""

    pack: Path
    language: tuple[str, ...]
    sheets: int
    rows: int
    paper: str
    landscape: bool
    large: bool
    email: bool
    return_to: str
    site: str
    out: Path


@click.command()
@pack_option
@click.option(
    "--language", required=True, multiple=True, metavar="CODE", help="The language. Repeat it for a second."
)
@click.option("--sheets", type=int, default=1, metavar="N", help="Number of sheets (default 1).")
@click.option("--rows", type=int, default=12, metavar="N", help="Rows on a sheet, 8 to 20 (default 12).")
@click.option("--paper", default="A4", metavar="PAPER", help="A4 or Letter (default A4).")
@click.option("--landscape", is_flag=True, help="Landscape instead of portrait.")
@click.option("--large", is_flag=True, help="Large print, with 8 to 10 rows.")
@click.option("--email", is_flag=True, help="Add a column for e-mail addresses.")
@return_option
@site_option
@click.option("--out", required=True, type=Path, metavar="FILE.pdf", help="The file to write.")
@errors_in_words
def sheets(**arguments: Any) -> int:
    """Make sheets to collect signatures on paper, as a PDF."""
    options = SheetOptions(**arguments)
    pack = parse(read_folder(options.pack))
    layout = Layout(
        options.language, options.rows, _PAPERS.get(options.paper.lower(), ""),
        options.landscape, options.large, options.email,
    )  # fmt: skip
    printing.checked(layout, pack)
    lines = _lines(options.return_to)
    sheet_numbers = printing.unknown(layout, options.sheets, pack)
    what = Print(sheet_numbers, options.site, return_to=lines)
    fitting, text = printing.fitting(pack, layout, what)
    if fitting.rows < layout.rows:
        message = f"The petition’s text leaves room for {fitting.rows} rows on this paper: choose no more."
        raise printing.SheetError("rows", message)
    write_whole(options.out, printing.pdf(pack, layout, what))
    first, last = (numbers.written(pack.slug, number) for number in (sheet_numbers[0], sheet_numbers[-1]))
    print(f"{options.out}: {options.sheets} sheets, {first} to {last}.")
    if text != printing.WHOLE:
        print("The whole text doesn’t fit: these sheets have its summary and its address.")
    return 0


@dataclass(frozen=True, slots=True)
class KitOptions:
    """The options of `kit`."""

    pack: Path
    language: str
    count: int
    return_to: str
    site: str
    out: Path


@click.command()
@pack_option
@click.option("--language", required=True, metavar="CODE", help="The language.")
@click.option("--sheets", "count", type=int, default=10, metavar="N", help="Number of sheets (default 10).")
@return_option
@site_option
@click.option("--out", required=True, type=Path, metavar="FILE.zip", help="The file to write.")
@errors_in_words
def kit(**arguments: Any) -> int:
    """Make sheets, letters, flyer and poster as a ZIP file.

    It is what a street stall needs.
    """
    options = KitOptions(**arguments)
    pack, language, return_to = parse(read_folder(options.pack)), options.language, _lines(options.return_to)
    if language not in pack.languages:
        raise printing.SheetError(
            "languages", f"The pack is in {', '.join(pack.languages)}, not in {language}."
        )
    sheets_pdf = b""
    if pack.petition:
        what = Print([None], options.site, return_to=return_to)
        layout, _text = printing.fitting(pack, Layout((language,)), what)
        print_job = replace(what, numbers=printing.unknown(layout, options.count, pack))
        sheets_pdf = printing.pdf(pack, layout, print_job)
    today, images = clock.today(pack.time_zone), photographs.in_folder(options.pack)
    contents = kits.Kit(language, options.site, sheets_pdf, 0, today, images, return_to)
    options.out.write_bytes(kits.archive(pack, contents))
    parts = {
        f"{options.count} sheets": pack.petition,
        "flyer": True,
        "poster": True,
        "letters": kits.has_letters(pack),
        "a page for volunteers": pack.petition,
    }
    print(f"{options.out}: {', '.join(part for part, there in parts.items() if there)}.")
    return 0
