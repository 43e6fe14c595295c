"""The names of the book for other programs: CSV and a spreadsheet, row by row."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO

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
    """The same as Office Open XML: cells are texts, a new sheet begins when one is full.

    XlsxWriter makes the book, and the rows are put into its sheets; cell by cell it would take much longer.
    """
    left = collecting.how_many(people)
    found = rows(people)
    with (
        whole(path) as part_path,
        zipfile.ZipFile(_without_rows(-(-left // (MOST_ROWS - 1)), day, path.parent)) as empty,
        zipfile.ZipFile(part_path, "w") as book,
    ):
        for entry in empty.infolist():
            body = empty.read(entry)
            target = zipfile.ZipInfo(entry.filename, entry.date_time)
            target.compress_type = zipfile.ZIP_DEFLATED
            with book.open(target, "w") as file:
                if not entry.filename.startswith("xl/worksheets/"):
                    file.write(body)
                    continue
                number = min(left, MOST_ROWS - 1)
                left -= number
                head, end = body.split(_END_OF_ROWS)
                file.write(head.replace(b'"A1:F1"', b'"A1:F%d"' % (number + 1)))
                for at, row in enumerate(islice(found, number), 2):
                    file.write(_row_as_xml(at, row))
                file.write(_END_OF_ROWS + end)


def _without_rows(sheets: int, day: date, folder: Path) -> BinaryIO:
    """A workbook of so many sheets, each with its heading alone, made in this folder."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": True, "tmpdir": str(folder)}) as book:
        created = datetime(day.year, day.month, day.day, tzinfo=UTC).replace(tzinfo=None)
        book.set_properties({"created": created})
        for _ in range(sheets):
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, COLUMNS)
            sheet.freeze_panes(1, 0)
    return file


_END_OF_ROWS = b"</sheetData>"

#: Characters of a cell (ECMA-376, as Excel has it).
LONGEST_CELL = 32_767

#: What a text can't have in XML as it is, or would lose.
_NOT_PLAIN = re.compile(r"[&<>\x00-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_|^\s|\s$")

#: What the format writes as `_x` and four digits, and what looks as if it were written so (ST_Xstring).
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\ufffe\uffff]")


def _row_as_xml(at: int, row: tuple[int | str, ...]) -> bytes:
    number, *texts = row
    cells = "".join(
        f'<c r="{column}{at}" t="inlineStr"><is>{_text_as_xml(str(text))}</is></c>'
        for column, text in zip("BCDEF", texts, strict=True)
    )
    return f'<row r="{at}"><c r="A{at}"><v>{number}</v></c>{cells}</row>'.encode()


def _text_as_xml(text: str) -> str:
    if not _NOT_PLAIN.search(text):
        return f"<t>{text}</t>"
    escaped = _ESCAPED.sub(lambda match: f"_x{ord(match[0]):04X}_", text[:LONGEST_CELL])
    space = ' xml:space="preserve"' if text != text.strip() else ""
    return f"<t{space}>{html.escape(escaped, quote=False)}</t>"
