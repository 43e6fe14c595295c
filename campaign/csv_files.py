"""Lists as CSV files: read as any spreadsheet writes them, and written without formulas."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, count, zip_longest
from typing import BinaryIO, TextIO

from campaign.untrusted import UnreadableError, parsing

# What begins a formula, and what NFKC makes of its own variants.
_STARTS = "=+\\-@\\0＝＋－＠﹢﹣﹦﹫⁺⁼₊₌⩵⩶﬩"

#: Spreadsheets take a cell with this beginning as a formula (OWASP, CSV injection).
FORMULA = re.compile(rf"^\s*[\t\r\n{_STARTS}]")

#: Bytes that are not text, as `surrogateescape` keeps them.
DAMAGED = re.compile("[\udc80-\udcff]")


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


def table(rows: Iterable[Sequence[str]]) -> str:
    """Rows as CSV, with a byte order mark so that spreadsheets recognise UTF-8."""
    buffer = io.StringIO()
    writer = CsvWriter(buffer)
    for row in rows:
        writer.write(row)
    return "\ufeff" + buffer.getvalue()


# Reading

#: Maximum characters of a heading row, and of a cell in any list. The csv module's own limit is one
#: for the whole process and stays as it is, 131,072; ours is checked for each cell.
MAX_CELL = 20_000

#: What may separate columns.
DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class CsvLimits:
    """Limits of a list: bytes of the file, rows below the headings, characters in a cell."""

    size: int
    rows: int
    cell: int = MAX_CELL


class CsvError(ValueError):
    """A file that can't be read further: `reason` is “bytes”, “encoding”, “rows” or “cell”.

    `row` counts as the spreadsheet does (the headings are row 1) and is 0 for the whole file;
    `column` is the heading, '' if it is unknown.
    """

    def __init__(self, reason: str, row: int = 0, column: str = "") -> None:
        super().__init__(f"{reason}, row {row}, column {column!r}")
        self.reason, self.row, self.column = reason, row, column


@dataclass(frozen=True, slots=True)
class CsvTable:
    """The headings of a list, and the rows below with their numbers; empty rows are left out."""

    heading: list[str]
    rows: Iterator[tuple[int, list[str]]]


@contextmanager
def opened(
    file: BinaryIO, limits: CsvLimits, is_column: Callable[[str], bool], keep_damaged: bool = False
) -> Iterator[CsvTable]:
    """A list as spreadsheets write it, read row by row. Raises CsvError, also while rows are read.

    The caller closes the file.

    Accepts UTF-8 with or without a byte order mark, UTF-16 with one, columns separated by
    commas, semicolons or tabs, and a first line `sep=;`. `is_column` says which headings are known:
    the separator is the one that finds most of them. With `keep_damaged`, bytes that are not text
    become lone surrogates, so that the caller can report each row; otherwise they raise CsvError.
    """
    if file.seek(0, io.SEEK_END) > limits.size:
        raise CsvError("bytes")
    file.seek(0)
    encoding = "utf-16" if file.read(2) in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, "surrogateescape", newline="")
    try:
        rows = _numbered(_reader(text, is_column), limits, keep_damaged)
        _number, heading = next(rows, (1, []))
        yield CsvTable(heading, (row for row in rows if any(cell.strip() for cell in row[1])))
    finally:
        text.detach()


def _reader(text: TextIO, is_column: Callable[[str], bool]) -> Iterator[list[str]]:
    """The rows of a text, the headings first."""
    first_line = _line(text)
    if mark := re.fullmatch(rf"(?i)sep=([{DELIMITERS}|])\s*", first_line):
        delimiter, first_line = mark[1], _line(text)
    else:
        delimiter = _delimiter(first_line, is_column)
    return csv.reader(chain([first_line], text), delimiter=delimiter)


def _line(text: TextIO) -> str:
    try:
        line = text.readline(MAX_CELL + 1)
    except UnicodeDecodeError:
        raise CsvError("encoding") from None
    if len(line) > MAX_CELL:
        raise CsvError("cell", 1)
    return line


def _delimiter(first_line: str, is_column: Callable[[str], bool]) -> str:
    def known_headings(delimiter: str) -> tuple[int, int]:
        with parsing():
            headings = next(csv.reader([first_line], delimiter=delimiter), [])
        return sum(is_column(unquoted(heading)) for heading in headings), len(headings)

    return max(DELIMITERS, key=known_headings)


def _numbered(
    rows: Iterator[list[str]], limits: CsvLimits, keep_damaged: bool
) -> Iterator[tuple[int, list[str]]]:
    """The rows with their numbers, their cells unquoted and within the limits. Raises CsvError."""
    heading: list[str] = []
    for number in count(1):
        try:
            with parsing(UnicodeDecodeError):
                row = next(rows, None)
        except UnicodeDecodeError:
            raise CsvError("encoding", number) from None
        except UnreadableError:
            raise CsvError("cell", number) from None
        if row is None:
            return
        cells = [unquoted(cell) for cell in row]
        if number > limits.rows + 1:
            raise CsvError("rows", number)
        if number == 1:
            heading = cells
        for cell, column in zip_longest(cells, heading[: len(cells)], fillvalue=""):
            if len(cell) > limits.cell:
                raise CsvError("cell", number, column)
            if not keep_damaged and DAMAGED.search(cell):
                raise CsvError("encoding", number, column)
        yield number, cells
