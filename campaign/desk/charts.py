"""Counts as pictures: bars by day and by country, as numbers for SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _

from campaign.languages import countries as country_names
from campaign.languages.dates import short_date
from campaign.web import languages

#: Days that the picture shows, today included.
DAYS = 30

WIDTH, HEIGHT, GAP = 600, 120, 4

#: Countries that have a bar of their own.
COUNTRIES = 8


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it stands for, how many, and where it is drawn. Lengths are SVG units."""

    label: str
    count: int
    x: float
    y: float
    width: float
    height: float


def days(counts: Mapping[date, int], today: date) -> list[Bar]:
    """A bar for each of the last days, the newest on the right."""
    shown = [today - timedelta(days=DAYS - 1 - n) for n in range(DAYS)]
    return bars([(short_date(day, languages.current()), counts.get(day, 0)) for day in shown])


def bars(numbers: Sequence[tuple[str, int]]) -> list[Bar]:
    """A bar for each number, side by side; one below 0 has no height."""
    most = max((count for _label, count in numbers), default=0) or 1
    step = WIDTH / max(len(numbers), 1)
    drawn = []
    for n, (label, count) in enumerate(numbers):
        tall = max(count, 0) / most * HEIGHT
        across, up = round(n * step, 1), round(HEIGHT - tall, 1)
        drawn.append(Bar(label, count, across, up, round(step - min(GAP, step / 4), 1), round(tall, 1)))
    return drawn


def countries(counts: Mapping[str, int], language: str) -> list[Bar]:
    """A bar for each of the countries with most letters, and one for the rest."""
    names = country_names.countries(language)
    known = sorted(((count, code) for code, count in counts.items() if code), reverse=True)
    rest = sum(count for count, _code in known[COUNTRIES:]) + counts.get("", 0)
    rows = [(names.get(code, code), count) for count, code in known[:COUNTRIES]]
    rows += [(_("elsewhere or unknown"), rest)] if rest else []
    most = max((count for _name, count in rows), default=0) or 1
    return [Bar(name, count, 0, n, round(count / most * 100, 1), 1) for n, (name, count) in enumerate(rows)]
