"""What a report is made of, as plain data: sections with tables and charts, which every format shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: A text, a number, or None for a number that is not shown.
Cell = str | int | None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under the names of their columns; the first cell of a row says what it is."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def numeric(self) -> tuple[bool, ...]:
        """Of each column, whether it has numbers; one that is too small to be shown may be words."""
        return tuple(not all(isinstance(row[n], str) for row in self.rows) for n in range(len(self.columns)))


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars in their order, each with what it stands for. `over_time`: they stand side by side."""

    bars: tuple[tuple[str, int], ...]
    over_time: bool = False

    @property
    def most(self) -> int:
        return max((count for _label, count in self.bars), default=0)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report. `whole`: the table for spreadsheets, where print has a shorter one."""

    title: str
    table: Table
    chart: Chart | None = None
    whole: Table | None = None
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A report in one language. `totals` are the numbers at its head."""

    language: str
    campaign: str
    title: str
    period: str
    totals: tuple[tuple[str, int], ...]
    sections: tuple[Section, ...]
    notes: tuple[str, ...]


def lines(rows: Sequence[tuple[Cell, ...]]) -> Chart | None:
    """A bar for each row, of the number in its second cell; none where there is nothing to compare."""
    bars = tuple((str(label), count if isinstance(count, int) else 0) for label, count, *_more in rows)
    return Chart(bars) if len(bars) > 1 and any(count > 0 for _label, count in bars) else None
