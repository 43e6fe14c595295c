"""The rows of the first visible sheet of an .xlsx file (ECMA-376, part 1, chapter 18)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from campaign.spreadsheets.workbooks import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_SHARED,
    Archive,
    Attributes,
    Cells,
    day_of_serial,
    is_date_format,
    plain_number,
)
from campaign.untrusted import UnreadableError

#: Formats of dates that need no code (18.8.30), those of times alone left out.
_BUILT_IN_DATES = {*range(14, 18), 22, *range(27, 37), *range(50, 59)}

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def sheets(archive: Archive) -> tuple[int, Iterator[Cells]]:
    """How many visible sheets there are, and the rows of the first. Raises UnreadableError."""
    paths = _visible_sheets(archive)
    if not paths:
        raise UnreadableError("content")
    return len(paths), _Sheet(archive).rows(paths[0])


def _visible_sheets(archive: Archive) -> list[str]:
    ids: list[str] = []
    targets: dict[str, str] = {}

    def workbook(name: str, attributes: Attributes) -> None:
        if name == "sheet" and attributes.get("state", "visible") == "visible":
            ids.append(attributes.get("id", ""))

    def relations(name: str, attributes: Attributes) -> None:
        if name == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            target = attributes.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            targets[attributes.get("Id", "")] = posixpath.normpath(path)

    _all(archive, "xl/workbook.xml", workbook)
    _all(archive, "xl/_rels/workbook.xml.rels", relations)
    return [targets[id] for id in ids if targets.get(id) in archive.names]


def _all(archive: Archive, part: str, start: object, end: object = None, text: object = None) -> None:
    for _chunk in archive.read(part, start, end or _nothing, text):  # type: ignore[arg-type]
        pass


def _nothing(*_given: object) -> None:
    """For what is not of interest."""


class _Sheet:
    """A sheet while it is read."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._shared = _shared_strings(archive) if "xl/sharedStrings.xml" in archive.names else []
        self._dates = _date_styles(archive) if "xl/styles.xml" in archive.names else set()
        self._ready: list[Cells] = []
        self._cells: dict[int, str] = {}
        self._parts: list[str] = []
        self._row = self._column = self._style = self._length = 0
        self._kind = self._in = ""
        self._phonetic = False

    def rows(self, part: str) -> Iterator[Cells]:
        for _chunk in self._archive.read(part, self._start, self._end, self._text):
            yield from self._ready
            self._ready.clear()
        yield from self._ready

    def _start(self, name: str, attributes: Attributes) -> None:
        if name == "row":
            self._row = max(int(attributes.get("r") or 0), self._row + 1)
            self._cells, self._column = {}, 0
        elif name == "c":
            self._column = _column(attributes.get("r", "")) or self._column + 1
            self._kind, self._parts, self._length = attributes.get("t", "n"), [], 0
            self._style = int(attributes.get("s") or 0)
        elif name in {"v", "t"}:
            self._in = name
        elif name == "rPh":
            self._phonetic = True

    def _text(self, text: str) -> None:
        if self._in and not self._phonetic and self._length < MAX_CELL:
            self._length += len(text)
            self._parts.append(text)

    def _end(self, name: str) -> None:
        if name in {"v", "t"}:
            self._in = ""
        elif name == "rPh":
            self._phonetic = False
        elif name == "c":
            if text := self._value("".join(self._parts)):
                # What is too far out is one cell too many, for the reader to report.
                self._cells[min(self._column, MAX_COLUMNS + 1)] = text
        elif name == "row" and self._cells:
            last = max(self._cells)
            self._ready.append((self._row, [self._cells.get(n, "") for n in range(1, last + 1)]))

    def _value(self, text: str) -> str:
        if self._kind == "s":
            number = int(text)
            return self._shared[number] if 0 <= number < len(self._shared) else ""
        if self._kind in {"str", "inlineStr"}:
            return _unescaped(text)
        if self._kind == "n" and text:
            return day_of_serial(text) if self._style in self._dates else plain_number(text)
        return text.replace("T00:00:00", "")  # an error, true or false as 1 or 0, a date


def _column(reference: str) -> int:
    """The number of a column from its letters, 1 for A; 0 for none."""
    number = 0
    for letter in re.match("[A-Z]{0,3}", reference)[0]:  # type: ignore[index]
        number = number * 26 + ord(letter) - 64
    return number


def _unescaped(text: str) -> str:
    """Excel writes characters that XML has not as _x000D_."""
    return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) if "_x" in text else text


def _shared_strings(archive: Archive) -> list[str]:
    strings: list[str] = []
    parts: list[str] = []
    inside = {"t": False, "rPh": False}

    def start(name: str, _attributes: Attributes) -> None:
        if name in inside:
            inside[name] = True
        elif name == "si":
            parts.clear()

    def end(name: str) -> None:
        if name in inside:
            inside[name] = False
        elif name == "si":
            strings.append(_unescaped("".join(parts)[:MAX_CELL]))
            if len(strings) > MAX_SHARED:
                raise UnreadableError("size")

    def text(text: str) -> None:
        if inside["t"] and not inside["rPh"]:
            parts.append(text)

    _all(archive, "xl/sharedStrings.xml", start, end, text)
    return strings


def _date_styles(archive: Archive) -> set[int]:
    """The numbers of the cell styles that show a date."""
    formats: dict[int, bool] = {}
    styles: list[int] = []
    inside = [False]

    def start(name: str, attributes: Attributes) -> None:
        if name == "numFmt":
            formats[int(attributes.get("numFmtId") or 0)] = is_date_format(attributes.get("formatCode", ""))
        elif name == "cellXfs":
            inside[0] = True
        elif name == "xf" and inside[0]:
            styles.append(int(attributes.get("numFmtId") or 0))

    def end(name: str) -> None:
        if name == "cellXfs":
            inside[0] = False

    _all(archive, "xl/styles.xml", start, end)
    return {n for n, format in enumerate(styles) if formats.get(format, format in _BUILT_IN_DATES)}
