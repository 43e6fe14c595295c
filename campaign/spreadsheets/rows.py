"""The rows of a list by column, each with its cells or with what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from campaign.csv_files import unquoted
from campaign.languages import lists
from campaign.messages import Message, MessageError
from campaign.spreadsheets import delimited
from campaign.spreadsheets.delimited import Record
from campaign.spreadsheets.encodings import DAMAGED
from campaign.spreadsheets.headings import Headings

#: Maximum characters of a cell, if a list does not say.
MAX_CELL = 20_000


class SpreadsheetError(MessageError):
    """The file as a whole can’t be used: why, and what to do."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a list: bytes of the file, rows below the headings, characters in a cell."""

    size: int
    rows: int
    cell: int = MAX_CELL


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row, so that none of it is used. `column` is a key, '' for the whole row."""

    column: str
    text: Message


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the spreadsheet, its cells by the key of their column, and its fault if any.

    With a fault the cells are for showing alone.
    """

    number: int
    cells: Mapping[str, str]
    fault: Fault | None = None


def shown(text: str, most: int = 40) -> str:
    """A text of a file as a message shows it."""
    text = DAMAGED.sub("\ufffd", text[: most + 1])
    return text if len(text) <= most else f"{text[:most]}…"


def below(records: Iterator[Record], found: Headings, limits: Limits, repeated: list[int]) -> Iterator[Row]:
    """The rows below the headings, but for empty ones. Raises SpreadsheetError."""
    damaged = count = 0
    for record in records:
        if not is_filled(record.cells):
            continue
        count += 1
        if count > limits.rows:
            text = Message(
                "Row %(row)s: at most %(most)s rows in one list. Split it.",
                row=str(record.number),
                most=limits.rows,
            )
            raise SpreadsheetError(text)
        if record.fault:
            damaged = record.number if record.fault == delimited.QUOTE else damaged
            yield Row(record.number, _all_of(record.cells, found), _fault(record, damaged, limits))
        elif found.repeated_in(record.cells):
            repeated.append(record.number)
        else:
            yield _row(record, found, limits)


def _fault(record: Record, damaged: int, limits: Limits) -> Fault:
    """Why a record can't be trusted."""
    if record.fault == delimited.QUOTE:
        return Fault("", Message("A quotation mark is not closed, or one inside a text is not doubled."))
    if record.fault == delimited.SEVERAL:
        return Fault("", Message(
            "A cell of this row has lines that look like rows of their own. Is a quotation mark missing? "
            "If all is right, save the list as .xlsx."))  # fmt: skip
    if record.fault == delimited.AFTER:
        return Fault("", Message("This line may belong to row %(row)s, which is damaged.", row=str(damaged)))
    return Fault("", Message("A cell has more than %(most)s characters.", most=limits.cell))


def is_filled(cells: Sequence[str]) -> bool:
    """Whether a row has anything but spaces."""
    return any(not cell.isspace() for cell in cells if cell)


@cache
def _error_values() -> frozenset[str]:
    return frozenset(lists.spreadsheet_errors())


def _is_error_value(cell: str) -> bool:
    """Whether a cell shows that the spreadsheet could not calculate it; French ones may have a space."""
    return cell.lstrip().startswith("#") and "".join(cell.split()) in _error_values()


#: What people write for “the same as above”.
_DITTO = re.compile(r"""["“”„″〃'’]{1,2}|[-–—]{1,2}\s?(?:["“”″〃]|//|''|’’)\s?[-–—]{1,2}""")


def _row(record: Record, found: Headings, limits: Limits) -> Row:
    """A row whose cells can be trusted to be its own, with the first fault of them."""
    cells = _by_key(record.cells, found)
    if any(cell and not cell.isspace() for cell in record.cells[found.width :]):
        text = Message("There are more cells than columns.")
        return Row(record.number, _all_of(record.cells, found), Fault("", text))
    for key, cell in cells.items():
        if wrong := _cell_fault(cell, limits):
            return Row(record.number, cells, Fault(key, wrong))
    return Row(record.number, cells)


def _cell_fault(cell: str, limits: Limits) -> Message | None:
    if len(cell) > limits.cell:
        return Message("A cell has more than %(most)s characters.", most=limits.cell)
    if DAMAGED.search(cell):
        return Message("Some bytes are not text. Save the file as “CSV UTF-8” or .xlsx, or retype this cell.")
    if _is_error_value(cell):
        return Message("The spreadsheet could not calculate this cell: it says %(text)s.", text=cell.strip())
    if _DITTO.fullmatch(cell.strip()):
        return Message("A ditto mark can be misread. Write the word again.")
    return None


def _all_of(cells: Sequence[str], found: Headings) -> dict[str, str]:
    """The same with what is in no column put after the rest: for showing a row that is not used."""
    by_key = _by_key(cells, found)
    known = {number for number, key in enumerate(found.keys) if key}
    if beyond := [cell.strip() for number, cell in enumerate(cells) if number not in known and cell.strip()]:
        last = next(reversed(by_key))
        by_key[last] = " ".join([by_key[last], *beyond])
    return by_key


def _by_key(cells: Sequence[str], found: Headings) -> dict[str, str]:
    """The cells by the key of their column; a row that is too short has empty ones."""
    padded = [*map(unquoted, cells), *[""] * len(found.keys)]
    by_key = {key: padded[number] for number, key in enumerate(found.keys) if key}
    if found.parts:
        by_key["name"] = _put_together(padded[number].strip() for number in found.parts.values())
    return by_key


def _put_together(parts: Iterable[str]) -> str:
    """The parts of a name, with a space between them but for scripts that have none, such as Chinese."""
    name = ""
    for part in filter(None, parts):
        name += part if name and _is_wide(name[-1]) and _is_wide(part[0]) else f" {part}"
    return name.lstrip()


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) == "W"
