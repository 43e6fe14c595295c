"""How the pack's picture is drawn: how many marks for a figure, and how long the bars are.

A mark stands for each unit, or for many units where there are too many. Bars have one scale from zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from campaign.pack.model import Fact, Pack

#: Most marks on a page: some 12 KB of its HTML. Most on a postcard: seven rows of 34.
MOST_ON_PAGE, MOST_ON_CARD = 600, 7 * 34


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of the pack's picture, how many of them are lighter, and how many units one stands for."""

    whole: int
    part: int
    scale: int


def drawn(pack: Pack) -> tuple[Fact, ...]:
    """The facts whose values the picture draws."""
    return tuple(pack.facts[key] for key in pack.picture.figures) if pack.picture else ()


def marks(pack: Pack, most: int) -> Marks:
    """At most so many marks for the figures that the pack draws; a part that exists has a mark."""
    whole, part = (*(max(int(fact.value or 0), 0) for fact in drawn(pack)), 0, 0)[:2]
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
    one = replace(drawn(pack)[0], value=Decimal(scale), upper=None, qualifier="exactly")
    return one.phrase(language)


@dataclass(frozen=True, slots=True)
class Bar:
    """A fact as a bar: its length, and where a range ends, as shares of the longest from 0 to 100."""

    fact: Fact
    share: float
    upper_share: float


def bars(facts: Sequence[Fact]) -> tuple[Bar, ...]:
    """The facts as bars of one scale that begins at zero, in the order given."""
    longest = max((max(_value(fact), _upper(fact)) for fact in facts), default=Decimal(0))
    return tuple(Bar(fact, _share(_value(fact), longest), _share(_upper(fact), longest)) for fact in facts)


def _value(fact: Fact) -> Decimal:
    return max(fact.value or Decimal(0), Decimal(0))


def _upper(fact: Fact) -> Decimal:
    """The end of a range; the value of a fact that is none."""
    return max(fact.upper if fact.upper is not None else _value(fact), _value(fact))


def _share(value: Decimal, longest: Decimal) -> float:
    return round(float(value / longest * 100), 1) if longest > 0 else 0.0
