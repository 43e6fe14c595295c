"""Makes shapes.json out of countries-110m.json: `python -m campaign.maps`.

TopoJSON: borders that two countries share appear once. They are put together, projected
(Equal Earth) and written as SVG paths.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path

from babel.core import get_global

from campaign.maps import MAX_SHAPES, SHAPES, WIDTH
from campaign.untrusted import json_value

SOURCE = Path(__file__).with_name("countries-110m.json")

#: Longitude and latitude in degrees.
Point = tuple[float, float]


def made() -> str:
    """The text of shapes.json: each country's code, or '', and its path. Antarctica is left out."""
    data = json_value(SOURCE.read_text(encoding="utf-8"), MAX_SHAPES)
    arcs = [list(_arc(arc, data["transform"])) for arc in data["arcs"]]
    codes = get_global("territory_aliases")
    lines = []
    for country in data["objects"]["countries"]["geometries"]:
        (code,) = codes.get(country.get("id", ""), [""])
        rings = (
            country["arcs"]
            if country["type"] == "Polygon"
            else [ring for polygon in country["arcs"] for ring in polygon]
        )
        path = "".join(_ring(ring, arcs) for ring in rings)
        if path and code != "AQ":
            lines.append(json.dumps([code, path]))
    return "[\n" + ",\n".join(lines) + "\n]\n"


def _arc(arc: list[list[int]], transform: dict[str, list[float]]) -> Iterator[Point]:
    """A border's points in degrees; in the file each is a step from the one before."""
    (scale_x, scale_y), (move_x, move_y) = transform["scale"], transform["translate"]
    x = y = 0
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        yield x * scale_x + move_x, y * scale_y + move_y


def _ring(ring: list[int], arcs: list[list[Point]]) -> str:
    """One closed outline; a negative number is a border that is walked backwards."""
    outline: list[Point] = []
    for number in ring:
        for longitude, latitude in arcs[number] if number >= 0 else arcs[~number][::-1]:
            # Go on where the last point was, even across the date line.
            turns = round((outline[-1][0] - longitude) / 360) if outline else 0
            outline.append((longitude + 360 * turns, latitude))
    parts = [outline, [(x - 360, y) for x, y in outline], [(x + 360, y) for x, y in outline]]
    return "".join(_path(_between(part)) for part in parts)


def _between(outline: list[Point]) -> list[Point]:
    """The part of an outline between the two edges of the picture, 180 degrees west and east."""
    for sign in (1, -1):
        outline = _within(outline, sign)
    return outline


def _within(outline: list[Point], sign: int) -> list[Point]:
    """The part on the near side of one edge (Sutherland and Hodgman's clipping)."""
    clipped: list[Point] = []
    for (x, y), (to_x, to_y) in zip(outline, [*outline[1:], *outline[:1]], strict=True):
        inside, to_inside = sign * x <= 180, sign * to_x <= 180
        if inside:
            clipped.append((x, y))
        if inside != to_inside:
            clipped.append((sign * 180, y + (to_y - y) * (sign * 180 - x) / (to_x - x)))
    return clipped


def _path(outline: list[Point]) -> str:
    """An outline in degrees as a path; '' if it is too small to be seen."""
    points: list[tuple[int, int]] = []
    for longitude, latitude in outline:
        point = _place(longitude, latitude)
        if not points or points[-1] != point:
            points.append(point)
    if len(set(points)) < 3:
        return ""
    (x, y), *rest = points
    steps = [f"M{x} {y}l"]
    for to_x, to_y in rest:
        steps.append(f"{to_x - x} {to_y - y} ")
        x, y = to_x, to_y
    return "".join(steps).rstrip() + "z"


# Šavrič, Patterson, Jenny: The Equal Earth map projection (2018), doi 10.1080/13658816.2018.1504949
_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_M = math.sqrt(3) / 2


def _place(longitude: float, latitude: float) -> tuple[int, int]:
    """Where a point of the globe is in the picture."""
    t = math.asin(_M * math.sin(math.radians(latitude)))
    t2, t6 = t * t, t**6
    x = math.radians(longitude) * math.cos(t) / (_M * (_A1 + 3 * _A2 * t2 + t6 * (7 * _A3 + 9 * _A4 * t2)))
    y = t * (_A1 + _A2 * t2 + t6 * (_A3 + _A4 * t2))
    scale = WIDTH / (2 * 2.7066)
    return round(WIDTH / 2 + x * scale), round(176 - y * scale)


if __name__ == "__main__":
    SHAPES.write_text(made(), encoding="utf-8")
