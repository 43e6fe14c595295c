"""The curve of signatures by day, as numbers for SVG."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

WIDTH, HEIGHT = 720, 200


@dataclass(frozen=True, slots=True)
class Curve:
    """A line of sums over the days, its area, and the two ends of the axes. Lengths are SVG units."""

    line: str
    first: date
    last: date
    most: int
    width: int = WIDTH
    height: int = HEIGHT


def curve(days: Mapping[date, int]) -> Curve | None:
    """The sums of all days between the first and the last; None for fewer than two days."""
    if len(days) < 2:
        return None
    first, last = min(days), max(days)
    span = (last - first).days
    sums = list(accumulate(days.get(first + timedelta(days=n), 0) for n in range(span + 1)))
    most = max(*sums, 1)
    points = [
        f"{WIDTH * n / span:.1f} {HEIGHT - HEIGHT * max(total, 0) / most:.1f}" for n, total in _thinned(sums)
    ]
    return Curve("M" + "L".join(points), first, last, most)


def _thinned(sums: list[int]) -> list[tuple[int, int]]:
    """At most as many points as can be told apart."""
    step = max(len(sums) // 360, 1)
    kept = [(n, total) for n, total in enumerate(sums) if n % step == 0]
    return kept if kept[-1][0] == len(sums) - 1 else [*kept, (len(sums) - 1, sums[-1])]
