"""Pictures of data as numbers for SVG: where each mark goes. The templates draw them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from campaign.languages.dates import Day
from campaign.pack import pictures
from campaign.pack.model import Fact, Pack
from campaign.pack.pictures import Bar, drawn, one_mark
from campaign.pack.timeline_picture import NARROW, WIDTH, Dot, timeline

__all__ = ["NARROW", "WIDTH", "bars_of", "compared", "drawn", "one_mark", "points", "timeline", "unit_chart"]


@dataclass(frozen=True, slots=True)
class MarkRow:
    """Marks of the unit chart side by side: a dashed line, a dash for each, by where it begins."""

    x: int
    y: int
    marks: int

    @property
    def length(self) -> int:
        """From the left edge of the first mark to the right edge of the last."""
        return self.marks * STEP_X - GAP


@dataclass(frozen=True, slots=True)
class UnitChart:
    """One mark for each `scale` units of a figure; those of its `part` are lighter. Lengths are SVG units."""

    whole: tuple[MarkRow, ...]
    part: tuple[MarkRow, ...]
    scale: int
    width: int
    height: int


#: The style sheet draws a mark 5 wide and 20 high, and a gap after it.
COLUMNS, STEP_X, GAP, STEP_Y, MARK_HEIGHT = 34, 12, 7, 27, 20


def unit_chart(pack: Pack) -> UnitChart:
    """The pack's picture: marks for the whole, the last ones lighter for the part."""
    counted = pictures.marks(pack, pictures.MOST_ON_PAGE)
    first_light = counted.whole - counted.part
    rows = max(-(-counted.whole // COLUMNS), 1)
    height = rows * STEP_Y - (STEP_Y - MARK_HEIGHT)
    return UnitChart(
        tuple(_mark_rows(0, first_light)),
        tuple(_mark_rows(first_light, counted.whole)),
        counted.scale,
        COLUMNS * STEP_X - GAP,
        height,
    )


def _mark_rows(begin: int, end: int) -> Iterator[MarkRow]:
    """The marks with these numbers, row by row."""
    while begin < end:
        row, column = divmod(begin, COLUMNS)
        marks = min(COLUMNS - column, end - begin)
        yield MarkRow(column * STEP_X, row * STEP_Y + MARK_HEIGHT // 2, marks)
        begin += marks


def bars_of(pack: Pack) -> tuple[Bar, ...]:
    """The pack's picture: a bar for each of its facts, in their order."""
    return pictures.bars(drawn(pack))


def compared(pack: Pack, comparison: str) -> list[tuple[Fact, float]]:
    """The facts of a comparison, the oldest first and those without a date last, each with its bar's length.

    A length is a share of the largest value, from 0 to 100.
    """
    facts = [fact for fact in pack.facts.values() if fact.compare == comparison and fact.value is not None]
    facts.sort(key=lambda fact: (fact.as_of is None, fact.as_of or Day(1)))
    return [(bar.fact, bar.share) for bar in pictures.bars(facts)]


def points(dots: Iterable[Dot]) -> str:
    """Dots as the path of lines without length: their round or square ends are what is seen."""
    return "".join(f"M{dot.x:g} {dot.y:g}h0" for dot in dots)
