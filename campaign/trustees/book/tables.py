"""The names of the book for other programs: CSV and a spreadsheet, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import xlsxwriter

from campaign.csv_files import CsvWriter
from campaign.trustees.book import collecting
from campaign.whole_files import whole

COLUMNS = ("number", "name", "country", "town", "day", "way")

#: Rows of a sheet of a spreadsheet, including its heading.
MOST_ROWS = 1_048_576


def rows(people: Path) -> Iterator[tuple[int | str, ...]]:
    """A row for each name, in the order of the book."""
    for entry in collecting.every(people):
        yield entry.number, entry.name, entry.country, entry.place, entry.day, entry.way


def write_csv(people: Path, path: Path) -> None:
    """UTF-8 with a byte order mark for spreadsheets, no cell a formula; all of it or nothing."""
    with whole(path) as part_path, part_path.open("w", encoding="utf-8-sig", newline="") as file:
        table = CsvWriter(file)
        table.write(COLUMNS)
        for row in rows(people):
            table.write(row)


def write_xlsx(people: Path, path: Path, day: date) -> None:
    """The same as Office Open XML: cells are texts, a new sheet begins when one is full."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False, "tmpdir": str(path.parent)}  # fmt: skip
    with whole(path) as part_path:
        book = xlsxwriter.Workbook(str(part_path), options)
        book.set_properties(
            {"created": datetime(day.year, day.month, day.day, tzinfo=UTC).replace(tzinfo=None)}
        )
        sheet, at = None, MOST_ROWS
        for row in rows(people):
            if at == MOST_ROWS:
                sheet, at = book.add_worksheet(), 1
                sheet.write_row(0, 0, COLUMNS)
                sheet.freeze_panes(1, 0)
            assert sheet is not None
            sheet.write_number(at, 0, int(row[0]))
            for column, cell in enumerate(row[1:], 1):
                sheet.write_string(at, column, str(cell))
            at += 1
        if sheet is None:
            book.add_worksheet().write_row(0, 0, COLUMNS)
        book.close()
