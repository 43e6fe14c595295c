"""How many marks a picture of a figure has: one for each unit, or for many units where there are too many."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from campaign.pack.languages import phrase
from campaign.pack.model import Pack

#: Most marks on a page: some 12 KB of its HTML. Most on a postcard: seven rows of 34.
MOST_ON_PAGE, MOST_ON_CARD = 600, 238


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of the pack's picture, how many of them are lighter, and how many units one stands for."""

    whole: int
    part: int
    scale: int


def marks(pack: Pack, most: int) -> Marks:
    """At most so many marks for the two figures that the pack draws; a part that exists has a mark."""
    whole, part = (max(int(pack.facts[key].value or 0), 0) for key in pack.picture)
    scale = next(step for step in _steps() if whole <= step * most)
    count = -(-whole // scale)
    return Marks(count, min(count, max((part + scale // 2) // scale, int(part > 0))), scale)


def _steps() -> Iterator[int]:
    """1, 2, 5, 10, 20, 50 and so on."""
    power = 1
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10


def one_mark(pack: Pack, scale: int, language: str) -> str:
    """What one mark stands for, such as '1,000 people'."""
    unit = pack.facts[pack.picture[0]].unit
    value = Decimal(scale)
    return phrase(value, "exactly", unit.form(value, language, genitive=False) if unit else "", language)
