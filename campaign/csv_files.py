"""Lists as CSV files, written without formulas. They are read in `campaign.spreadsheets`."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import TextIO

# What begins a formula, and what NFKC makes of its own variants.
_STARTS = "=+\\-@\\0＝＋－＠﹢﹣﹦﹫⁺⁼₊₌⩵⩶﬩"

#: Spreadsheets take a cell with this beginning as a formula (OWASP, CSV injection).
FORMULA = re.compile(rf"^\s*[\t\r\n{_STARTS}]")


# A spreadsheet whose separator is another one than the file's (`;` where the comma is for decimals, or
# a tab) divides a cell after its own separator, and at a line end: quotes that do not begin a cell
# protect nothing. So a cell may begin at its start and after each of these.
_BEGINNING = r"(?:^|(?<=[;\t\r\n]))"
_FORMULA_AHEAD = rf"""(?=(?:[^\S\t\r\n]|["'\u200b-\u200f\u2060\ufeff])*[{_STARTS}])"""
_UNGUARDED = re.compile(rf"^(?='*[\t\r\n])|{_BEGINNING}{_FORMULA_AHEAD}")
_GUARDED = re.compile(rf"^'(?='*[\t\r\n])|{_BEGINNING}'{_FORMULA_AHEAD}")


def harmless(cell: str) -> str:
    """The cell as text for spreadsheets of any separator: a quote before whatever might be a formula.

    `unquoted` takes the quotes away again.
    """
    return _UNGUARDED.sub("'", cell.encode("utf-8", "replace").decode())


def unquoted(cell: str) -> str:
    """A cell without what spreadsheets add to a text: `="00123"`, or the quotes before formulas."""
    if text := re.fullmatch(r'="([^"]*)"', cell):
        return text[1]
    return _GUARDED.sub("", cell)


class CsvWriter:
    """Writes rows as CSV (RFC 4180): every cell in quotes, and no cell a formula, whatever the separator."""

    def __init__(self, file: TextIO) -> None:
        self._writer = csv.writer(file, quoting=csv.QUOTE_ALL)

    def write(self, row: Iterable[object]) -> None:
        self._writer.writerow([harmless(str(cell)) for cell in row])


def plain(rows: Iterable[Sequence[str]]) -> str:
    """Rows as CSV for programs: without a byte order mark, and quoted only where it is needed."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(map(harmless, row) for row in rows)
    return buffer.getvalue()


def table(rows: Iterable[Sequence[str]]) -> str:
    """Rows as CSV, with a byte order mark so that spreadsheets recognise UTF-8."""
    buffer = io.StringIO()
    writer = CsvWriter(buffer)
    for row in rows:
        writer.write(row)
    return "\ufeff" + buffer.getvalue()
