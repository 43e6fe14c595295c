"""Entries of a public log whose records a restored backup lacks: they come again, or are taken out.

The list is a file beside the keys. Until its day, a signer whose link still works can confirm again: the
record is the same, and so is its entry. On that day, what has not come is excluded from the log.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from campaign.untrusted import whole_number
from campaign.whole_files import write_whole

#: How long a lost signature may come again: longer than a link in an e-mail works.
PATIENCE = timedelta(days=14)

_LINE = re.compile(r"([0-9]{1,19}) ([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class LostEntries:
    """Entries by their commitments, and the day at whose end those that are left are taken out."""

    until: date
    indices: Mapping[bytes, int]


def write(path: Path, lost: LostEntries) -> None:
    """Write the list."""
    lines = (f"{index} {commitment.hex()}\n" for commitment, index in lost.indices.items())
    write_whole(path, f"{lost.until.isoformat()}\n{''.join(lines)}".encode())


def read(path: Path) -> LostEntries | None:
    """The list; None if there is none."""
    if not path.exists():
        return None
    head, *lines = path.read_text(encoding="ascii").splitlines()
    matches = [match for line in lines if (match := _LINE.fullmatch(line))]
    found = {bytes.fromhex(match[2]): whole_number(match[1]) or 0 for match in matches}
    return LostEntries(date.fromisoformat(head), found)
