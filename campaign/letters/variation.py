"""No two alike: a number, kept by the page, picks one of all wordings of a template.

Neighbouring numbers give wordings that differ in several places, and no wording comes twice
before every other has come once. The number 0 gives everything as it is in the file.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from campaign.pack.model import LetterText


@dataclass(frozen=True, slots=True)
class Wording:
    """Which alternative each part of a letter takes, and the order of the rest."""

    opening: int
    asking: int
    reply: int
    facts: tuple[int, ...]
    asks: tuple[int, ...]
    duty_last: bool
    own_words_first: bool


def count(text: LetterText, asked: int, own_words: bool) -> int:
    """How many wordings the template has for a letter with so many demands."""
    return math.prod(_radices(text, asked, own_words))


def wording(text: LetterText, asked: int, own_words: bool, seed: int) -> Wording:
    """The wording of a seed (any whole number), for a letter with so many demands."""
    radices = _radices(text, asked, own_words)
    total = math.prod(radices)
    index = seed * _stride(total) % total
    digits = []
    for radix in radices:
        index, digit = divmod(index, radix)
        digits.append(digit)
    opening, asking, reply, facts, asks, duty, own = digits
    return Wording(
        opening=opening,
        asking=asking,
        reply=reply,
        facts=_order(len(text.facts), facts),
        asks=_order(asked, asks),
        duty_last=duty == 0,
        own_words_first=own == 1,
    )


def _radices(text: LetterText, asked: int, own_words: bool) -> tuple[int, ...]:
    """How many alternatives each part has; own words may follow the opening or the first fact, if any."""
    return (
        max(len(text.openings), 1),
        max(len(text.asking), 1),
        max(len(text.replies), 1),
        math.factorial(len(text.facts)),
        math.factorial(asked),
        2 if text.duty and len(text.facts) > 1 else 1,
        2 if own_words and text.facts else 1,
    )


def _stride(total: int) -> int:
    """A step that visits every number below `total` once: near the golden section, without common factor."""
    step = max(int(total * 0.618), 1)
    while math.gcd(step, total) != 1:
        step += 1
    return step


def _order(length: int, index: int) -> tuple[int, ...]:
    """The index-th order of `length` things; 0 leaves them as they are."""
    remaining, order = list(range(length)), []
    for size in range(length, 0, -1):
        place, index = divmod(index, math.factorial(size - 1))
        order.append(remaining.pop(place))
    return tuple(order)
