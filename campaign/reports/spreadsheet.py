"""A report as CSV: its tables one below the other, with each day by itself and plain numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from campaign import csv_files
from campaign.reports.parts import Cell, Document


def csv(document: Document) -> str:
    """The report as CSV, with a byte order mark so that spreadsheets recognise UTF-8."""
    return csv_files.table(_rows(document))


def _rows(document: Document) -> Iterator[Sequence[str]]:
    yield (document.campaign, document.title, document.period)
    yield from _plain(document.totals)
    for section in document.sections:
        table = section.whole or section.table
        yield ()
        yield (section.title,)
        yield table.columns
        yield from _plain(table.rows)
    yield ()
    yield from ((note,) for note in document.notes)


def _plain(rows: Sequence[Sequence[Cell]]) -> Iterator[Sequence[str]]:
    for row in rows:
        yield ["" if cell is None else str(cell) for cell in row]
