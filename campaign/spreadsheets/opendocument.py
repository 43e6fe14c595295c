"""The rows of the first sheet of an .ods file (OpenDocument 1.3, part 3, chapter 9)."""

from __future__ import annotations

from collections.abc import Iterator

from campaign.spreadsheets.workbooks import MAX_CELL, MAX_COLUMNS, Archive, Attributes, Cells, plain_number
from campaign.untrusted import UnreadableError, whole_number

#: What is inside a cell and not of its text.
_BESIDE = {"annotation", "shape", "shapes"}


def sheets(archive: Archive) -> tuple[int, Iterator[Cells]]:
    """How many sheets there are, and the rows of the first. Raises UnreadableError."""
    tables = [0]

    def start(name: str, _attributes: Attributes) -> None:
        tables[0] += name == "table"

    for _chunk in archive.read("content.xml", start, lambda _name: None):
        pass
    if not tables[0]:
        raise UnreadableError("content")
    return tables[0], _Sheet(archive).rows()


class _Sheet:
    """The first sheet while it is read."""

    def __init__(self, archive: Archive) -> None:
        self.tables = 0
        self._archive = archive
        #: The last row that each finished element stands for, how many, and their cells.
        self._ready: list[tuple[int, int, list[str]]] = []
        self._row = 0
        self._repeated = 1
        self._cells: list[str] = []
        self._cell: Attributes | None = None
        self._parts: list[str] = []
        self._paragraphs = self._length = self._beside = 0

    def rows(self) -> Iterator[Cells]:
        for _chunk in self._archive.read("content.xml", self._start, self._end, self._text):
            for row, count, cells in self._ready:
                yield from ((row - count + n, cells) for n in range(1, count + 1))
            self._ready.clear()

    def _start(self, name: str, attributes: Attributes) -> None:
        if name == "table":
            self.tables += 1
        elif self.tables != 1:
            return
        elif name in _BESIDE:
            self._beside += 1
        elif name == "table-row":
            self._repeated = _count(attributes, "number-rows-repeated")
            self._cells = []
        elif name in {"table-cell", "covered-table-cell"}:
            self._cell, self._parts, self._paragraphs, self._length = attributes, [], 0, 0
        elif self._cell is not None and not self._beside:
            self._inside(name, attributes)

    def _inside(self, name: str, attributes: Attributes) -> None:
        """An element in a cell: a paragraph, or what stands for white space."""
        if name == "p":
            if self._paragraphs:
                self._add("\n")
            self._paragraphs += 1
        elif name == "s":
            self._add(" " * min(_count(attributes, "c"), MAX_CELL))
        elif name in {"tab", "line-break"}:
            self._add("\t" if name == "tab" else "\n")

    def _text(self, text: str) -> None:
        if self._cell is not None and self._paragraphs and not self._beside:
            self._add(text)

    def _add(self, text: str) -> None:
        if self._length < MAX_CELL:
            self._length += len(text)
            self._parts.append(text)

    def _end(self, name: str) -> None:
        if self.tables != 1:
            return
        if name in _BESIDE:
            self._beside -= 1
        elif name in {"table-cell", "covered-table-cell"} and self._cell is not None:
            count = min(_count(self._cell, "number-columns-repeated"), MAX_COLUMNS + 1 - len(self._cells))
            self._cells += [self._value(self._cell)] * max(count, 0)
            self._cell = None
        elif name == "table-row":
            self._finish_row()

    def _value(self, attributes: Attributes) -> str:
        if attributes.get("value-type") == "date":
            day = attributes.get("date-value", "")
            return day.removesuffix("T00:00:00").replace("T", " ")
        if attributes.get("value-type") == "float":
            return plain_number(attributes.get("value", ""))
        return "".join(self._parts)

    def _finish_row(self) -> None:
        while self._cells and not self._cells[-1].strip():
            self._cells.pop()
        self._row += self._repeated
        if self._cells:
            self._ready.append((self._row, self._repeated, self._cells))


def _count(attributes: Attributes, name: str) -> int:
    """How often something is repeated: once if it does not say."""
    text = attributes.get(name, "1")
    number = whole_number(text)
    return 1 if number is None else max(1, number)
