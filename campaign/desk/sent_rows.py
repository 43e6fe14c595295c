"""Rows of a list between the page that shows them and the button that uses them.

Before anything is made or counted of a list, a page shows what was understood. The server must not keep
names meanwhile, so the page has the rows in a hidden field, and the browser sends them again. They are
checked like any other input: a person who changes them could have sent another file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort
from flask_babel import gettext as _
from wtforms import Field

from campaign.spreadsheets.headings import Column
from campaign.spreadsheets.reading import Table
from campaign.spreadsheets.rows import Limits, Row
from campaign.untrusted import UnreadableError, json_value
from campaign.web.messages import translated

#: Characters of the hidden field: what the largest list can have.
MOST = 8 * 1024 * 1024

#: Bytes of a form with that field: some of the characters have several.
MOST_ROWS_BYTES = 20 * 1024 * 1024

#: The highest row of a spreadsheet.
_LAST_ROW = 1_048_576


@dataclass(frozen=True, slots=True)
class Understood:
    """What was assumed of a file, in the reader's language, and its columns: heading, key."""

    notes: list[str]
    columns: list[tuple[str, str]]


def understood(table: Table | None) -> Understood | None:
    """How a file was read; None where the rows come back from the page."""
    if table is None:
        return None
    repeated = [_("Row %(row)s repeats the headings and is left out.", row=row) for row in table.repeated]
    return Understood([*map(translated, table.notes), *repeated], table.columns)


def packed(rows: Iterable[Row]) -> str:
    """Rows as the text of a hidden field. A browser changes line ends in a field, but not in JSON."""
    return json.dumps(
        [[row.number, dict(row.cells)] for row in rows], ensure_ascii=False, separators=(",", ":")
    )


class RowsField(Field):
    """Rows that a page showed, as the browser sends them back; None if it sends none."""

    data: list[Row] | None

    def __init__(self, columns: Sequence[Column] | None, limits: Limits, **options: Any) -> None:
        super().__init__(**{"default": None, **options})
        self._keys = None if columns is None else {column.key for column in columns}
        self._limits = limits

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist and valuelist[0]:
            self.data = _unpacked(str(valuelist[0]), self._keys, self._limits)


def _unpacked(text: str, keys: set[str] | None, limits: Limits) -> list[Row]:
    """The rows of the field; 400 for what `packed` can't have written."""
    try:
        value = json_value(text, MOST, depth=3)
        rows = [Row(_number(number), _cells(cells, keys, limits)) for number, cells in value]
    except (UnreadableError, TypeError, ValueError):
        abort(400)
    if len(rows) > limits.rows or len({row.number for row in rows}) < len(rows):
        abort(400)
    return rows


def _number(value: object) -> int:
    if type(value) is not int or not 0 < value <= _LAST_ROW:
        raise ValueError("row")
    return value


def _cells(value: object, keys: set[str] | None, limits: Limits) -> dict[str, str]:
    if not isinstance(value, dict) or (keys is not None and not set(value) <= keys):
        raise ValueError("cells")
    if any(not isinstance(cell, str) or len(cell) > limits.cell for cell in value.values()):
        raise ValueError("cell")
    return value
