"""Directories merged office by office.

The office that was checked last counts; what another one says otherwise stays beside it, under “others”, so
that nothing is lost and somebody can decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from campaign.pack.directory import Office


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field of which two directories say different things: the value that counts, and the other one."""

    office: str
    field: str
    kept: Any
    other: Any


@dataclass(slots=True)
class Merged:
    """Offices by their id, and what they contradict each other in."""

    offices: dict[str, Office] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)


def merged(directories: Iterable[Sequence[Office]]) -> Merged:
    """All offices once: of each the one that was checked last, with what it lacks from the others."""
    every: dict[str, list[Office]] = {}
    for offices in directories:
        for office in offices:
            every.setdefault(office["id"], []).extend(_with_others(office))
    result = Merged()
    for name, offices in sorted(every.items()):
        result.offices[name] = _one_of(name, offices, result.conflicts)
    return result


def _with_others(office: Office) -> Iterator[Office]:
    """An office and what an earlier merge left beside it."""
    yield {key: value for key, value in office.items() if key != "others"}
    yield from office.get("others", ())


def _one_of(name: str, offices: Sequence[Office], conflicts: list[Conflict]) -> Office:
    """The office that was checked last; equal ones count as one. Others that differ stay beside it."""
    newest_first = sorted(offices, key=lambda office: str(office.get("checked_on", "")), reverse=True)
    office, others = dict(newest_first[0]), []
    for other in newest_first[1:]:
        filled, differing = _filled(office, other)
        if not differing:
            office = filled
        elif other not in others:
            others.append(other)
            conflicts += [Conflict(name, key, office[key], other[key]) for key in differing]
    return {**office, **({"others": others} if others else {})}


def _filled(office: Office, other: Office) -> tuple[Office, list[str]]:
    """The office with what only the other has, such as a language; and the fields in which they differ."""
    filled, differing = dict(office), []
    for key, value in other.items():
        if key not in office:
            filled[key] = value
        elif isinstance(value, dict) and isinstance(office[key], dict):
            common = office[key].keys() & value.keys()
            if any(office[key][part] != value[part] for part in common):
                differing.append(key)
            filled[key] = {**value, **office[key]}
        elif key not in {"checked_on", "checked_by"} and value != office[key]:
            differing.append(key)
    return filled, differing
