"""The void list: ids with reasons, no names; trustees write it, two people at the desk carry it out.

campaign-void-1 <campaign> <hash of the export>
void <id> <country> <reason>      takes the record out; the tally follows; FR/paper is one from paper
count <id> <country> <reason>     counts a possible duplicate that was somebody else
? <id> <country> <reason>         is looked at first: change the sign to void, or leave it
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

ASKED = "?"
_LINE = re.compile(r"(void|count|\?) ([0-9a-f]{16}) ([A-Z]{2}|--)(/paper)? (.{0,200})")
_HEAD = re.compile(r"campaign-void-1 ([a-z0-9-]{1,80}) ([0-9a-f]{64})")

#: A list longer than this is refused, by number of lines.
MOST = 1_000_000


class ExclusionError(ValueError):
    """A list that can't be read: `line` and one sentence."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"Line {line}: {why}")
        self.line, self.why = line, why


@dataclass(frozen=True, slots=True)
class ExclusionLine:
    """One record and what becomes of it."""

    what: str
    record: int
    country: str
    reason: str
    way: str = "online"


def written(slug: str, export_hash: str, lines: Iterable[ExclusionLine]) -> str:
    """The list as text."""
    return f"campaign-void-1 {slug} {export_hash}\n{''.join(map(_written, lines))}"


def _written(one: ExclusionLine) -> str:
    way = "/paper" if one.way == "paper" else ""
    return f"{one.what} {one.record:016x} {one.country or '--'}{way} {one.reason}\n"


def read(body: str, slug: str) -> list[ExclusionLine]:
    """The lines of a campaign's list. Raises VoidError."""
    first, *rest = body.splitlines() or [""]
    head = _HEAD.fullmatch(first.strip())
    if head is None:
        raise ExclusionError(1, "a void list begins with campaign-void-1.")
    if head[1] != slug:
        raise ExclusionError(1, f"this list is of {head[1]}.")
    if len(rest) > MOST:
        raise ExclusionError(MOST, "the list is too long.")
    found = []
    for number, line in enumerate(rest, 2):
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None:
            raise ExclusionError(
                number, "here stands neither void, count nor ?, an id, a country and a reason."
            )
        country = "" if match[3] == "--" else match[3]
        way = "paper" if match[4] else "online"
        found.append(ExclusionLine(match[1], int(match[2], 16), country, match[5], way))
    return found


def reasons(lines: Iterable[ExclusionLine]) -> Counter[tuple[str, str]]:
    """How many by what becomes of them and why."""
    return Counter((one.what, one.reason) for one in lines)
