"""The chart of signatures by day, as numbers for SVG."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

WIDTH, HEIGHT = 720, 200

#: About as many points as the line has.
MOST_POINTS = 360


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
    known = sorted(days)
    first, last = known[0], known[-1]
    span = (last - first).days
    sums = list(accumulate(days[day] for day in known))
    most = max(*sums, 1)
    # Only as many points as the chart can show, however long the time is.
    step = max((span + 1) // MOST_POINTS, 1)
    points = [
        f"{WIDTH * place / span:.1f} {HEIGHT - HEIGHT * max(total, 0) / most:.1f}"
        for place in dict.fromkeys([*range(0, span + 1, step), span])
        for total in [sums[bisect_right(known, first + timedelta(days=place)) - 1]]
    ]
    return Curve("M" + "L".join(points), first, last, most)
