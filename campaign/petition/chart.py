"""The chart of signatures by day, as numbers for SVG."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

WIDTH, HEIGHT = 720, 200


@dataclass(frozen=True, slots=True)
class Curve:
    """The line of the totals over the days, and the two ends of the axes. Lengths are in SVG units."""

    line: str
    first: date
    last: date
    most: int
    width: int = WIDTH
    height: int = HEIGHT


def curve(days: Mapping[date, int]) -> Curve | None:
    """The total on each day from the first to the last; None for fewer than two days."""
    if len(days) < 2:
        return None
    first, last = min(days), max(days)
    span = (last - first).days
    sums = list(accumulate(days.get(first + timedelta(days=place), 0) for place in range(span + 1)))
    most = max(*sums, 1)
    points = [
        f"{WIDTH * place / span:.1f} {HEIGHT - HEIGHT * max(total, 0) / most:.1f}"
        for place, total in _thinned(sums)
    ]
    return Curve("M" + "L".join(points), first, last, most)


def _thinned(sums: list[int]) -> list[tuple[int, int]]:
    """Only as many points as the chart can show."""
    step = max(len(sums) // 360, 1)
    points = [(place, total) for place, total in enumerate(sums) if place % step == 0]
    return points if points[-1][0] == len(sums) - 1 else [*points, (len(sums) - 1, sums[-1])]
