"""Rows of a text with separators, in which no row can swallow another.

A quotation mark that is not closed makes the csv module read on through the following rows, so that one
person's cell holds the names and words of others. Here such a row is a fault and the next line is the
next row. A cell of several lines is accepted only where it can't be that:

- in a column of one line, such as a name: if it has no separator in it;
- in a column of several lines: if it is not closed where a cell could begin, and none of its lines
  looks like a row.

After a fault, lines may still belong to the damaged row. They are faults as well, until one has as many
cells as the headings and no stray quotation mark. If a cell ends with a mark that it does not begin with,
the beginning is looked for in the lines before it: short rows that together make one row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from campaign.spreadsheets.encodings import MAX_LINE, Lines

#: Most lines of one row, and characters in them.
MAX_LINES, MAX_ROW = 1_000, 400_000

#: What may be wrong: a quotation mark, a cell that looks like several rows, lines after one of these, length.
QUOTE, SEVERAL, AFTER, LONG = "quote", "several", "after", "long"


@dataclass(frozen=True, slots=True)
class Record:
    """A row as the spreadsheet counts it, from 1; `fault` says why its cells can't be trusted.

    `lines`: how many lines of the file it takes; `ends_a_quote`: a cell has a mark at its end alone.
    """

    number: int
    cells: list[str]
    fault: str = ""
    lines: int = 1
    ends_a_quote: bool = False


class _UnclosedError(ValueError):
    """A quotation mark is not closed, or text follows it."""


@dataclass
class Shape:
    """What is known of a row: how many cells it may have, and in which columns several lines.

    `spaced`: separators have spaces after them.
    """

    widths: frozenset[int] = frozenset()
    several_lines: frozenset[int] = frozenset()
    spaced: bool = False


@dataclass
class _Parsed:
    cells: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    stray: bool = False
    ends_a_quote: bool = False
    #: Cells that go over a line end: column, text, whether it was closed where a cell could begin.
    long_cells: list[tuple[int, str, bool]] = field(default_factory=list)


class Records:
    """The records of lines. Set `shape` once the headings are known."""

    def __init__(self, lines: Lines, delimiter: str) -> None:
        self._lines, self._delimiter = lines, delimiter
        self._plain = re.compile(rf"[^{re.escape(delimiter)}\r\n]*")
        self._after_quote = re.compile(rf" *(?=[{re.escape(delimiter)}\r\n]|$)")
        self._tight = re.compile(rf"{re.escape(delimiter)}(?=\S)")
        self._loose = re.compile(rf"{re.escape(delimiter)}(?=\s)")
        self.shape = Shape()
        self._recovering = False

    def __iter__(self) -> Iterator[Record]:
        held: list[Record] = []
        number = 0
        while line := self._lines.next():
            number += 1
            record = self._record(number, line)
            if record.ends_a_quote:
                yield from self._without_beginning(held, record)
                held = []
                continue
            fragment = self._may_begin(record) and self._is_fragment(record.cells)
            if not fragment or len(held) >= MAX_LINES:
                yield from held
                held = []
            if self._may_begin(record):
                held.append(record)
            else:
                yield record
        yield from held

    def _may_begin(self, record: Record) -> bool:
        """Whether a record, or the lines after it, may be the beginning of one that ends later."""
        return bool(self.shape.widths) and not record.fault and record.lines == 1

    def _is_fragment(self, cells: list[str]) -> bool:
        """Whether a line may be part of a text: it has too few cells, or commas with spaces after them."""
        prose = self._delimiter in ",;" and not self.shape.spaced
        return len(cells) < min(self.shape.widths, default=0) or (
            prose and any(cell.startswith(" ") for cell in cells[1:])
        )

    def _without_beginning(self, held: list[Record], end: Record) -> Iterator[Record]:
        """A record that ends a quotation, with those before it that may be its beginning, as faults."""
        whole = min(self.shape.widths, default=1)
        start = len(held)
        while start and self._is_fragment(held[start - 1].cells):
            start -= 1
        together = len(end.cells) + (len(held[start].cells) if start < len(held) else 1)
        if start and together <= whole:
            start -= 1
        yield from held[:start]
        for place, record in enumerate([*held[start:], end]):
            yield replace(record, fault=AFTER if place else QUOTE)

    def _record(self, number: int, line: str) -> Record:
        if len(line) >= MAX_LINE:
            return Record(number, [line[:200]], LONG)
        try:
            parsed = self._parsed(line)
        except _UnclosedError:
            self._recovering = True
            return self._unclosed_record(number, line)
        fault = self._doubt(parsed)
        if fault == QUOTE:
            self._lines.give_back(parsed.lines[1:])
            self._recovering = True
            return self._unclosed_record(number, line)
        if not fault and self._recovering and any(cell.strip() for cell in parsed.cells):
            if self._looks_whole(parsed):
                self._recovering = False
            else:
                self._lines.give_back(parsed.lines[1:])
                return Record(number, self._split(line), AFTER)
        return Record(number, parsed.cells, fault, len(parsed.lines), parsed.ends_a_quote)

    def _unclosed_record(self, number: int, line: str) -> Record:
        """A line that begins with a mark and nothing behind it may be the end of a text, too."""
        cells = self._split(line)
        ends = bool(self.shape.widths) and cells[0].strip() == '"'
        return Record(number, cells, QUOTE, ends_a_quote=ends)

    def _split(self, line: str) -> list[str]:
        return line.rstrip("\r\n").split(self._delimiter)

    def _parsed(self, line: str) -> _Parsed:
        """One record, with the lines it needs. Raises _UnclosedError; then only `line` was used."""
        parsed = _Parsed(lines=[line])
        text, at = line, 0
        while True:
            start = at
            while text[start : start + 1] == " ":
                start += 1
            if text[start : start + 1] == '"':
                cell, text, at = self._quoted(parsed, text, start)
            else:
                match = self._plain.match(text, at)
                cell, at = (match[0], match.end()) if match else ("", at)
                if '"' in cell:
                    parsed.stray = True
                    ends = cell.rstrip(" ").endswith('"') and cell.count('"') % 2 == 1
                    parsed.ends_a_quote = parsed.ends_a_quote or ends
            parsed.cells.append(cell)
            if text[at : at + 1] != self._delimiter:
                return parsed
            at += 1

    def _quoted(self, parsed: _Parsed, text: str, start: int) -> tuple[str, str, int]:
        """A cell in quotes: its text, the text read so far, and where it ends. Raises _UnclosedError."""
        lines_before = len(parsed.lines)
        at = start + 1
        while True:
            at = text.find('"', at)
            if at < 0:
                line = self._lines.next()
                parsed.lines += [line] if line else []
                if not line or len(parsed.lines) > MAX_LINES or len(text) + len(line) > MAX_ROW:
                    self._unclosed(parsed)
                at = len(text)
                text += line
            elif text[at + 1 : at + 2] == '"':
                at += 2
            else:
                break
        match = self._after_quote.match(text, at + 1)
        if not match:
            self._unclosed(parsed)
            raise AssertionError
        cell = text[start + 1 : at]
        if len(parsed.lines) > lines_before:
            begins = cell.rstrip(" ").endswith(self._delimiter)
            parsed.long_cells.append((len(parsed.cells), cell, begins))
        return cell.replace('""', '"'), text, match.end()

    def _unclosed(self, parsed: _Parsed) -> None:
        self._lines.give_back(parsed.lines[1:])
        raise _UnclosedError

    def _doubt(self, parsed: _Parsed) -> str:
        """Why a cell of several lines may be several rows; '' if it can't be."""
        if not self.shape.widths:
            return ""
        for column, cell, begins in parsed.long_cells:
            if not cell.strip():
                return QUOTE
            if column not in self.shape.several_lines:
                if self._delimiter in cell or (max(self.shape.widths) == 1 and _BREAK.search(cell.strip())):
                    return QUOTE
            elif begins:
                return QUOTE
            elif self._has_rows(column, _BREAK.split(cell)):
                return SEVERAL
        return ""

    def _has_rows(self, column: int, lines: list[str]) -> bool:
        """Whether a cell may be the end of one row, the beginning of another, and what is between.

        Its first line then has the separators of the columns after it, its last line those of the columns
        before it, and a line between has all of them. In prose a comma has a space after it.
        """
        first, *between, last = lines
        after = {width - 1 - column for width in self.shape.widths}
        edges = [first, last] if self._count(first) in after and self._count(last) == column else []
        whole = [line for line in between if self._count(line) + 1 in self.shape.widths]
        alike = [line for line in (*edges, *whole) if self._delimiter in line]
        if self._delimiter in "\t|" or self.shape.spaced:
            return bool(alike)
        return any(self._tight.search(line) and not self._loose.search(line) for line in alike)

    def _count(self, line: str) -> int:
        return line.count(self._delimiter)

    def _looks_whole(self, parsed: _Parsed) -> bool:
        """Whether a record after a damaged one is surely a row of its own."""
        if parsed.stray or parsed.long_cells or len(parsed.cells) not in self.shape.widths:
            return False
        return not self._is_fragment(parsed.cells)


_BREAK = re.compile(r"\r\n?|\n")
