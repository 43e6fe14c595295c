"""Ditto marks: what people write in a row that says the same as the row above."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache

from campaign.languages import lists

#: Quotation marks, commas at the foot of a line and strokes, between dashes or alone.
_MARKS = re.compile(r"[-–—−_]*(?:[\"'“”„‟″‶〃«»‘’`´,]+|/{2,}|\\{2,})[-–—−_]*")

#: Dashes alone, which say either “as above” or “nothing”.
_DASHES = re.compile(r"[-–—−_]+")

#: The columns of every sheet in which a row can repeat the row above.
COLUMNS = ("place", "country")


@cache
def _words() -> frozenset[str]:
    """Ditto words of all installed languages."""
    return frozenset(map(_bare, lists.ditto()))


def _bare(text: str) -> str:
    """A text without capitals, full stops and spaces. Accents stay: “aynı” says “same”, Ayni is a town."""
    return re.sub(r"[\s.]", "", unicodedata.normalize("NFC", text)).casefold()


def is_ditto(typed: str) -> bool:
    """Whether a cell says “as above”."""
    bare = _bare(typed)
    return bool(bare) and (bare in _words() or _MARKS.fullmatch(bare) is not None)


def is_dash(typed: str) -> bool:
    """Whether a cell has a dash alone, which may mean “as above” or “nothing”."""
    return _DASHES.fullmatch(re.sub(r"\s", "", typed)) is not None


def filled(
    cells: Mapping[str, str], above: Mapping[str, str], columns: Sequence[str] = COLUMNS
) -> dict[str, str]:
    """The columns of a row that say “as above”, with what the row above has there, if it has anything."""
    return {
        column: above[column]
        for column in columns
        if is_ditto(cells.get(column, "")) and above.get(column, "").strip() and not is_ditto(above[column])
    }
