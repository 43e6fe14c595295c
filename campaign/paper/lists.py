"""Names that were typed elsewhere, as a table (CSV): the same rules as on a sheet, all rows or none."""

from __future__ import annotations

import io
import re
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from sqlalchemy.orm import Session

from campaign import clock, csv_files
from campaign.csv_files import CsvError, CsvLimits, CsvTable
from campaign.editions import store
from campaign.messages import Message
from campaign.paper.transcription import NAME, Context, Origin, RowEntry, sealed, slot
from campaign.people import audit
from campaign.people.audit import AuditEvent, AuditVerb
from campaign.petition.ledger import Ledger, PaperSignature

#: Rows of a list, characters of a cell, bytes of a file. Each row costs a slow look-up in the index.
MOST_ROWS, MOST_CELL, MOST_BYTES = 1_000, 1_000, 1024 * 1024

COLUMNS = ("name", "place", "country", "email", "day")

#: Returns the entry of a row. Raises ValueError with `messages` by column.
Check = Callable[[dict[str, str]], RowEntry]

#: What replaces a sheet's number.
NO_SHEET = "-"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a row (1 is the heading, 0 the whole file).

    `why` is a message, or what a form says, which is in the reader's language already.
    """

    row: int
    column: str
    why: Message | str


#: What can be wrong with a list and its rows.
TOO_LARGE = Message("This file is too large.")
NOT_UTF8 = Message("This is not UTF-8 text. Save the table as CSV (UTF-8).")
NO_HEADING = Message("The first row names the columns: name, country and, if you like, place, email, day.")
TOO_MANY_ROWS = Message("At most %(most)s rows in one list.", most=MOST_ROWS)
WRONG_CELLS = Message("This row has too many or too few cells, or a very long one.")
WRONG_DAY = Message("Enter the date as 2026-01-31, not in the future.")


@dataclass(frozen=True, slots=True)
class Row:
    """A row without problems."""

    typed: RowEntry
    day: str


def read(body: bytes, today: date, checked: Check) -> tuple[list[Row], list[Problem]]:
    """The rows of a list, and its problems.

    If the whole file can't be read, there is one problem of row 0: bytes, encoding, heading, rows.
    """
    problems: list[Problem] = []
    try:
        with csv_files.opened(io.BytesIO(body), CsvLimits(MOST_BYTES, MOST_ROWS), _is_column) as table:
            return _read(table, problems, today, checked), problems
    except CsvError as error:
        if error.reason == "cell":
            return [], [*problems, Problem(error.row, "", WRONG_CELLS)]
        row = error.row if error.reason == "rows" else 0
        return [], [Problem(row, "", _FILE_PROBLEMS[error.reason])]


_FILE_PROBLEMS = {"bytes": TOO_LARGE, "encoding": NOT_UTF8, "rows": TOO_MANY_ROWS}


def _read(table: CsvTable, problems: list[Problem], today: date, checked: Check) -> list[Row]:
    """The rows without problems; problems are added to `problems`. Raises CsvError."""
    heading = [cell.strip().lower() for cell in table.heading]
    if "name" not in heading or "country" not in heading or set(heading) - set(COLUMNS):
        problems.append(Problem(0, "", NO_HEADING))
        return []
    rows: list[Row] = []
    for number, cells in table.rows:
        if len(cells) != len(heading) or any(len(cell) > MOST_CELL for cell in cells):
            problems.append(Problem(number, "", WRONG_CELLS))
            continue
        try:
            rows.append(_row(dict(zip(heading, cells, strict=True)), today, checked))
        except ValueError as error:
            messages = getattr(error, "messages", {"": str(error)})
            problems += [Problem(number, column, why) for column, why in messages.items()]
    return rows


def _is_column(heading: str) -> bool:
    return heading.strip().lower() in COLUMNS


def _row(cells: dict[str, str], today: date, checked: Check) -> Row:
    """One row. Raises ValueError, with `messages` by column."""
    day = cells.pop("day", "").strip() or today.isoformat()
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", day) or not _past(day, today):
        raise _DayError(day)
    return Row(checked(cells), day)


class _DayError(ValueError):
    messages: ClassVar = {"day": WRONG_DAY}


def _past(day: str, today: date) -> bool:
    try:
        return date.fromisoformat(day) <= today
    except ValueError:
        return False


def bring_in(session: Session, at: Context, ledger: Ledger, rows: list[Row], who: str) -> tuple[int, int]:
    """Seal and count all rows in one transaction; returns (names, possible duplicates among them)."""
    with ThreadPoolExecutor(4) as pool:
        slots = list(pool.map(lambda row: slot(at, row.typed), rows))
    erase_on = at.erase_on(at.edition)
    entries = [
        PaperSignature(
            secrets.randbits(63), index_slot, row.typed.country, _sealed(at, row, number), erase_on
        )
        for number, (row, index_slot) in enumerate(zip(rows, slots, strict=True), 1)
        if row.typed.what == NAME
    ]
    with store.writing(session, at.slug) as campaign:
        doubtful = ledger.bring_in(session.connection(), campaign.id, entries, at.today)
        event = AuditEvent(
            who, AuditVerb.BRING_IN_LIST, "", f"{len(entries)} names, {doubtful} possible duplicates"
        )
        audit.write(session, campaign.id, event, clock.now())
        return len(entries), doubtful


def _sealed(at: Context, row: Row, number: int) -> bytes:
    return sealed(at, row.typed, Origin(row.day, at.pack.languages[0], at.edition, NO_SHEET, number))
