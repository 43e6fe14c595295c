"""Which column is which: headings in every installed language, and the row in which they are.

The words themselves are in the languages' files, under `[headings]`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from campaign.country_names import fold
from campaign.csv_files import unquoted
from campaign.languages import lists

#: The parts of a name in columns of their own, in the order in which most languages put them together.
PARTS = ("given", "middle", "family", "second-family")

#: The same in languages that put the family name first.
_FAMILY_FIRST = ("family", "second-family", "given", "middle")


@cache
def _folded_names(key: str) -> frozenset[str]:
    return frozenset(map(fold, lists.headings(key)))


@cache
def _family_first() -> frozenset[str]:
    return frozenset(map(fold, lists.family_names_first()))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list. `lines`: a cell may have several lines; `needed`: a list without it is none.

    `also`: what may be above it besides its key and the words of the languages.
    """

    key: str
    needed: bool = False
    lines: bool = False
    also: tuple[str, ...] = ()


class KnownColumns:
    """The columns that a list may have, by the words above them."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = {column.key: column for column in columns}
        self._exact = {column.key: column.key for column in columns}
        self._folded = {fold(word): column.key for column in columns for word in column.also}
        self._folded |= {fold(column.key): column.key for column in columns}
        for key in self.columns:
            self._folded |= dict.fromkeys(_folded_names(key), key)
        self._parts = {part: _folded_names(part) for part in PARTS if "name" in self.columns}

    def key(self, heading: str) -> str:
        """The key of a column, '' for an unknown one."""
        heading = heading.strip()
        if len(heading) > 200 or not heading:
            return ""
        if key := self._exact.get(heading) or self._folded.get(fold(heading)):
            return key
        plain = unicodedata.normalize("NFKC", heading)  # wide brackets and slashes are brackets and slashes
        if key := self._folded.get(fold(re.sub(r"\(.*?\)|\[.*?\]|[*:]", " ", plain))):
            return key
        # In several languages: a stroke without spaces may be part of a word, as in “国家/地区 / Country”.
        for between in (r"\s[/|]\s|\n", r"[/|\n]"):
            several = {self._folded.get(fold(part), "") for part in re.split(between, plain)}
            if len(several) == 1 and (key := several.pop()):
                return key
        return "name" if self._part(heading) else ""

    def _part(self, heading: str) -> str:
        folded = fold(heading)
        return next((part for part, names in self._parts.items() if folded in names), "")

    def parts(self, headings: Sequence[str]) -> dict[str, int]:
        """The columns of the parts of a name, in order, if there are a given and a family name; else none."""
        folded = [fold(heading[:200]) for heading in headings]
        found: dict[str, int] = {}
        for part, names in self._parts.items():
            others = frozenset[str]().union(*(other for key, other in self._parts.items() if key != part))
            columns = [number for number, heading in enumerate(folded) if heading in names]
            # A word that may also be another part is this one only if nothing else is.
            columns.sort(key=lambda number: folded[number] in others)
            found |= {part: columns[0]} if columns else {}
        if not {"given", "family"} <= set(found) or found["given"] == found["family"]:
            return {}
        order = _FAMILY_FIRST if folded[found["family"]] in _family_first() else PARTS
        return {part: found[part] for part in order if part in found}

    def count(self, cells: Iterable[str]) -> int:
        """How many of the cells are known headings."""
        return len({key for cell in cells if (key := self.key(unquoted(cell[:200])))})

    @property
    def needed(self) -> list[str]:
        return [key for key, column in self.columns.items() if column.needed]


@dataclass(frozen=True, slots=True)
class Headings:
    """The row with the headings: its number, the headings as they are
    and without repeated spaces, and the key of each column or ''.

    `parts`: the columns of given and family names that are put together as the name.
    """

    row: int
    raw: tuple[str, ...]
    texts: tuple[str, ...]
    keys: tuple[str, ...]
    parts: Mapping[str, int]

    @property
    def width(self) -> int:
        """The number of columns up to the last one with a heading."""
        return max((n for n, text in enumerate(self.texts, 1) if text.strip()), default=0)

    def repeated_in(self, cells: Sequence[str]) -> bool:
        """Whether a row is the headings again."""
        width = self.width
        return 0 < width <= len(cells) and all(
            fold(cell[:200]) == fold(text[:200])
            for cell, text in zip(cells, self.texts[:width], strict=False)
        )


def found(row: int, cells: Sequence[str], known: KnownColumns) -> Headings:
    """The columns under a row of headings."""
    texts = tuple(" ".join(unquoted(cell).split()) for cell in cells)
    parts = known.parts(texts)
    keys = ["" if number in parts.values() else known.key(text) for number, text in enumerate(texts)]
    return Headings(row, tuple(cells), texts, tuple(keys), parts)
