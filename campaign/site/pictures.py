"""Pictures of data as numbers for SVG: where each mark goes. The templates draw them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from campaign.languages.dates import Day
from campaign.pack import pictures
from campaign.pack.model import Fact, Pack
from campaign.pack.pictures import Bar, drawn, one_mark
from campaign.pack.timeline_picture import NARROW, WIDTH, Dot, timeline

__all__ = ["NARROW", "WIDTH", "bars_of", "compared", "drawn", "one_mark", "points", "timeline", "unit_chart"]


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark of the unit chart, by its top left corner; `part` is drawn lighter."""

    x: int
    y: int
    part: bool


@dataclass(frozen=True, slots=True)
class UnitChart:
    """One mark for each `scale` units of a figure. Lengths are SVG units."""

    marks: tuple[Mark, ...]
    scale: int
    width: int
    height: int


COLUMNS, STEP_X, STEP_Y, MARK_HEIGHT = 34, 12, 27, 20


def unit_chart(pack: Pack) -> UnitChart:
    """The pack's picture: marks for the whole, the last ones lighter for the part."""
    counted = pictures.marks(pack, pictures.MOST_ON_PAGE)
    first_light = counted.whole - counted.part
    marks = tuple(
        Mark(n % COLUMNS * STEP_X, n // COLUMNS * STEP_Y, n >= first_light) for n in range(counted.whole)
    )
    rows = max(-(-counted.whole // COLUMNS), 1)
    height = rows * STEP_Y - (STEP_Y - MARK_HEIGHT)
    return UnitChart(marks, counted.scale, COLUMNS * STEP_X - 7, height)


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
