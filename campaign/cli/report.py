"""python -m campaign report: a campaign's numbers for a period, as a PDF or as CSV."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from campaign.cli.database import in_campaign
from campaign.editions.edition_cache import EditionCache
from campaign.pack.model import Pack
from campaign.reports import making, period
from campaign.services import service
from campaign.whole_files import write_whole


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """The options of `report`."""

    out: Path
    first: str
    last: str
    language: str
    as_csv: bool


@click.command()
@click.argument("out", type=Path, metavar="FILE", help="The file to write.")
@click.option("--from", "first", default="", metavar="DAY", help="The first day (default: 30 days in all).")
@click.option("--to", "last", default="", metavar="DAY", help="The last day (default: yesterday).")
@click.option("--language", default="", metavar="CODE", help="The language (default: the campaign's first).")
@click.option("--csv", "as_csv", is_flag=True, help="Write a table for spreadsheets instead of a PDF.")
@in_campaign
def report(session: Session, slug: str, /, **arguments: Any) -> int:
    """Write the numbers of a period as a PDF or as CSV.

    Days are those of the campaign's time zone, such as 2026-11-01. Today's numbers are not public yet.
    """
    options = ReportOptions(**arguments)
    edition = service(EditionCache).newest().get(slug)
    if edition is None:
        raise LookupError(f"{slug} has not been published yet: there is nothing to report.")
    language = _language(edition.pack, options.language)
    days = period.read(options.first, options.last, service(EditionCache).today(slug))
    made = making.make(session, edition.pack, days, language)
    write_whole(options.out, made.file("csv" if options.as_csv else "pdf"))
    print(f"{options.out}: {slug} from {days.first} to {days.last}, in {language}.")
    return 0


def _language(pack: Pack, named: str) -> str:
    """A public language of the campaign. Raises ValueError."""
    if named and named not in pack.languages:
        raise ValueError(f"--language is one of {', '.join(pack.languages)}, not “{named}”.")
    return named or pack.languages[0]
