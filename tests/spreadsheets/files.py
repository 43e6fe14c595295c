"""Spreadsheets made for tests: .xlsx by XlsxWriter, .ods by hand, and changed parts of both."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from xml.sax.saxutils import escape

import xlsxwriter

SHEET = "xl/worksheets/sheet1.xml"

_ODS = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    "{}</office:spreadsheet></office:body></office:document-content>"
)


def xlsx(rows: Sequence[Sequence[object]], more_sheets: int = 0) -> bytes:
    """A workbook as Excel writes it; dates are cells with a date format."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(
        buffer, {"default_date_format": "dd.mm.yyyy", "strings_to_formulas": False}
    ) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell not in ("", None):
                    sheet.write(number, column, cell)
        for _ in range(more_sheets):
            book.add_worksheet().write(0, 0, "other")
    return buffer.getvalue()


def ods(rows: Sequence[Sequence[object]], more: str = "") -> bytes:
    """An OpenDocument spreadsheet as LibreOffice writes it. `more`: elements after the rows."""
    body = "".join(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>" for row in rows)
    return ods_of(f'<table:table table:name="List">{body}{more}</table:table>')


def ods_of(tables: str) -> bytes:
    """The same from its tables."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", _ODS.format(tables))
    return buffer.getvalue()


def _cell(cell: object) -> str:
    if isinstance(cell, date):
        kind = f'office:value-type="date" office:date-value="{cell.isoformat()}"'
    elif isinstance(cell, int | float):
        kind = f'office:value-type="float" office:value="{cell}"'
    else:
        kind = 'office:value-type="string"'
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(cell).split("\n"))
    return f"<table:table-cell {kind}>{lines}</table:table-cell>" if cell != "" else "<table:table-cell/>"


def changed(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """A spreadsheet with one part changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == part else content)
    return buffer.getvalue()
