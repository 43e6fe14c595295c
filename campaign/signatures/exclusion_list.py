"""The exclusion list: ids with reasons, no names; trustees write it, two organisers apply it.

campaign-void-1 <campaign> <hash of the export>
void <id> <country> <reason>      removes the record; the tally follows; FR/paper is one from paper, FR/stall
                                  one from a device at a stall
count <id> <country> <reason>     counts a possible duplicate that was another person
? <id> <country> <reason>         needs a decision: change the ? to void, or leave it
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

ASKED = "?"
_LINE = re.compile(r"(void|count|\?) ([0-7][0-9a-f]{15}) ([A-Z]{2}|--)(?:/(paper|stall))? (.{0,200})")
_HEAD = re.compile(r"campaign-void-1 ([a-z0-9-]{1,80}) ([0-9a-f]{64})")

#: The most lines of a list; a longer one is refused.
MOST = 1_000_000


class ExclusionError(ValueError):
    """A list that can't be read: `line` and the reason in one sentence."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"Line {line}: {why}")
        self.line, self.why = line, why


@dataclass(frozen=True, slots=True)
class ExclusionLine:
    """One record and what happens to it. `export`: of which of the files that were opened together."""

    what: str
    record: int
    country: str
    reason: str
    way: str = "online"
    export: int = 0


def written(slug: str, export_hash: str, lines: Iterable[ExclusionLine]) -> str:
    """The list as text."""
    return f"campaign-void-1 {slug} {export_hash}\n{''.join(map(_written, lines))}"


def _written(line: ExclusionLine) -> str:
    channel = "" if line.way == "online" else f"/{line.way}"
    return f"{line.what} {line.record:016x} {line.country or '--'}{channel} {line.reason}\n"


def read(body: str, slug: str) -> list[ExclusionLine]:
    """The lines of a campaign's list. Raises ExclusionError."""
    first, *rest = body.splitlines() or [""]
    head = _HEAD.fullmatch(first.strip())
    if head is None:
        raise ExclusionError(1, "an exclusion list begins with campaign-void-1.")
    if head[1] != slug:
        raise ExclusionError(1, f"this list is of {head[1]}.")
    if len(rest) > MOST:
        raise ExclusionError(MOST, "the list is too long.")
    exclusions = []
    for number, line in enumerate(rest, 2):
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None:
            raise ExclusionError(
                number, "here stands neither void, count nor ?, an id, a country and a reason."
            )
        country = "" if match[3] == "--" else match[3]
        channel = match[4] or "online"
        exclusions.append(ExclusionLine(match[1], int(match[2], 16), country, match[5], channel))
    return exclusions


def reasons(lines: Iterable[ExclusionLine]) -> Counter[tuple[str, str]]:
    """The number of lines by what happens to the records and why."""
    return Counter((line.what, line.reason) for line in lines)
