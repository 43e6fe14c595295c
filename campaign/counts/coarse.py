"""The rule for numbers by country: a small country is never named, and can't be found by subtracting."""

from __future__ import annotations

from collections.abc import Collection, Mapping

#: A country with fewer is part of 'elsewhere'; that has at least so many countries.
NAMED_FROM, TOGETHER = 5, 2


def apart(countries: Mapping[str, int], unnamed: Collection[str] = ()) -> tuple[dict[str, int], int, int]:
    """The countries that may be named, largest first; the sum of the others, and how many there are.

    Those in `unnamed` are among the others, however large they are.
    """
    order = sorted(countries.items(), key=lambda item: (-item[1], item[0]))
    named = [
        (code, number) for code, number in order if number >= NAMED_FROM and code and code not in unnamed
    ]
    rest = [item for item in order if item not in named]
    while named and rest and len(rest) < TOGETHER:
        rest.insert(0, named.pop())
    return dict(named), sum(number for _, number in rest), len(rest)
