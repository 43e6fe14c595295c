"""The list of the entries that a book has names of: ranges of them, and the checkpoint that they are of.

    campaign-entries-1 <origin> <size> <root in hexadecimal>
    names <how many names the book has>
    waiting <how many of these are not in the log yet>
    17-401
    403

It does not say which entry is whose: with that, anyone who has the book could see who withdraws afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from campaign.transparency_log.checkpoints import Checkpoint
from campaign.untrusted import whole_number

#: The most characters of a list: one of 6,000,000 entries without neighbours has half as many.
MOST_CHARACTERS = 100_000_000

_HEAD = re.compile(r"campaign-entries-1 (\S{1,200}) ([0-9]{1,19}) ([0-9a-f]{64})")
_RANGE = re.compile(r"(0|[1-9][0-9]{0,18})(?:-([1-9][0-9]{0,18}))?")


class EntryListError(ValueError):
    """A list of entries that can't be read, or that contradicts the log: the reason in one sentence."""

    status = 1


@dataclass(frozen=True, slots=True)
class EntryList:
    """What a book says of its entries. `ranges`: first and last, rising. `waiting`: names not in the log."""

    checkpoint: Checkpoint
    names: int
    waiting: int
    ranges: tuple[tuple[int, int], ...]

    @property
    def text(self) -> str:
        """The list as a file."""
        log = self.checkpoint
        lines = (f"{first}-{last}\n" if last > first else f"{first}\n" for first, last in self.ranges)
        head = f"campaign-entries-1 {log.origin} {log.size} {log.root.hex()}\n"
        return f"{head}names {self.names}\nwaiting {self.waiting}\n{''.join(lines)}"


def ranges(indices: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Rising numbers as ranges."""
    found: list[tuple[int, int]] = []
    for index in indices:
        if found and found[-1][1] == index - 1:
            found[-1] = (found[-1][0], index)
        else:
            found.append((index, index))
    return tuple(found)


def read(text: str) -> EntryList:
    """A list from its file. Raises EntryListError."""
    head, names, waiting, *lines = [*text[: MOST_CHARACTERS + 1].split("\n"), "", "", ""]
    match = _HEAD.fullmatch(head)
    numbers = [
        whole_number(line.removeprefix(f"{word} ")) for word, line in (("names", names), ("waiting", waiting))
    ]
    if match is None or len(text) > MOST_CHARACTERS:
        raise EntryListError("This is not the list of a book's entries.")
    found = []
    for line in lines[: lines.index("")]:
        part = _RANGE.fullmatch(line)
        if part is None:
            raise EntryListError(f"“{line[:40]}” in the list is no range of entries.")
        first = whole_number(part[1]) or 0
        found.append((first, first if part[2] is None else whole_number(part[2]) or 0))
    checkpoint = Checkpoint(match[1], whole_number(match[2]) or 0, bytes.fromhex(match[3]))
    listed = EntryList(checkpoint, numbers[0] or 0, numbers[1] or 0, tuple(found))
    if listed.text != text:
        raise EntryListError("The list is not in its only spelling.")
    return listed


def check(listed: EntryList, live: Sequence[int]) -> int:
    """How many live entries the book has no name of. Raises EntryListError.

    `live`: the entries of signatures that nobody took away, at the list's checkpoint, in their order.
    """
    known, before, entries = set(live), -1, 0
    for first, last in listed.ranges:
        if not before < first <= last:
            raise EntryListError(f"Entry {first} is in the list twice, or out of its order.")
        for index in range(first, last + 1):
            if index not in known:
                raise EntryListError(f"Entry {index} is no signature of the log, or was taken away.")
        entries, before = entries + last - first + 1, last
    if entries + listed.waiting != listed.names:
        raise EntryListError(
            f"The book has {listed.names} names, and its list {entries} entries and"
            f" {listed.waiting} that wait."
        )
    return len(live) - entries
