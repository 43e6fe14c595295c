"""The map of countries: Natural Earth's shapes in the Equal Earth projection, as SVG paths.

shapes.json is made by `python -m campaign.maps` from countries-110m.json. That is the file of
world-atlas 2.0.2 (ISC licence, see LICENSE), made from Natural Earth 1:110m (public domain).
The shapes are a picture of numbers and say nothing about whose territory is whose.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from campaign.untrusted import json_value

SHAPES = Path(__file__).with_name("shapes.json")

#: Characters of our own file of shapes.
MAX_SHAPES = 1_000_000

WIDTH, HEIGHT = 720, 312

#: Shares of the largest country from which a darker shade begins.
STEPS = (0.02, 0.1, 0.4)


@dataclass(frozen=True, slots=True)
class Shape:
    """One country's outline as an SVG path; its ISO 3166 code or ''; its shade from 0 to 4."""

    country: str
    path: str
    shade: int = 0


def shaded(numbers: Mapping[str, int]) -> list[Shape]:
    """Every country, darker for a higher number; shade 0 without a number."""
    most = max(numbers.values(), default=0)
    return [
        Shape(shape.country, shape.path, _shade(numbers.get(shape.country, 0), most)) for shape in shapes()
    ]


def _shade(number: int, most: int) -> int:
    return 1 + sum(number >= step * most for step in STEPS) if number > 0 else 0


@cache
def shapes() -> tuple[Shape, ...]:
    """The outlines of all countries but Antarctica."""
    return tuple(
        Shape(code, path) for code, path in json_value(SHAPES.read_text(encoding="utf-8"), MAX_SHAPES)
    )
