"""Names that were typed elsewhere, as a list: the rules of a sheet; a row with a fault is left out."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from campaign import clock
from campaign.editions import store
from campaign.letters.duplicates import Duplicates
from campaign.messages import Message
from campaign.paper.extra_columns import ExtraColumns
from campaign.paper.transcription import NAME, Context, Origin, RowEntry, sealed, slot
from campaign.people import audit
from campaign.people.audit import AuditEvent, AuditVerb
from campaign.petition.ledger import Ledger, PaperSignature
from campaign.spreadsheets import dates
from campaign.spreadsheets import rows as spreadsheet
from campaign.spreadsheets.headings import Column
from campaign.spreadsheets.rows import Limits

#: Rows of a list, characters of a cell, bytes of a file. Each row costs a slow look-up in the index.
MOST_ROWS, MOST_CELL, MOST_BYTES = 1_000, 1_000, 1024 * 1024
LIMITS = Limits(MOST_BYTES, MOST_ROWS, MOST_CELL)

COLUMNS = ("name", "place", "country", "email", "day")
READ = [Column(key, needed=key in {"name", "country"}) for key in COLUMNS]


def columns(extra: ExtraColumns) -> list[Column]:
    """The columns that a list may have, with those of extra fields."""
    return [*READ, *extra.of_list()]


#: Returns the entry of a row. Raises ValueError with `messages` by column.
Check = Callable[[dict[str, str]], RowEntry]

#: What replaces a sheet's number.
NO_SHEET = "-"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a row, as the spreadsheet counts it.

    `why` is a message, or what a form says, which is in the reader's language already.
    """

    row: int
    column: str
    why: Message | str


#: What can be wrong with a day.
WRONG_DAY = Message("Enter the date as 2026-01-31, not in the future.")
UNCLEAR_DAY = Message("Is this the day or the month first? The list has both. Write 2026-01-31.")


@dataclass(frozen=True, slots=True)
class Row:
    """A row without problems: its number in the list, what it says, the day of the signature."""

    number: int
    typed: RowEntry
    day: str


def check(rows: Iterable[spreadsheet.Row], today: date, checked: Check) -> tuple[list[Row], list[Problem]]:
    """The rows that can be counted, and what is wrong with the others."""
    rows = list(rows)
    mixed = any(dates.month_first(row.cells.get("day", "")) for row in rows)
    good: list[Row] = []
    problems: list[Problem] = []
    for row in rows:
        if row.fault:
            problems.append(Problem(row.number, row.fault.column, row.fault.text))
            continue
        cells = dict(row.cells)
        typed = cells.pop("day", "").strip()
        day = dates.read(typed) if typed else today
        if mixed and dates.is_ambiguous(typed):
            problems.append(Problem(row.number, "day", UNCLEAR_DAY))
        elif day is None or day > today:
            problems.append(Problem(row.number, "day", WRONG_DAY))
        else:
            try:
                good.append(Row(row.number, checked(cells), day.isoformat()))
            except ValueError as error:
                messages = getattr(error, "messages", {"": str(error)})
                problems += [Problem(row.number, column, why) for column, why in messages.items()]
    return good, problems


def repeated(rows: Iterable[Row]) -> list[tuple[int, int]]:
    """Rows that may be of a person who is in an earlier row: their numbers, and those of the earlier ones."""
    seen = Duplicates("")
    pairs = (
        (row.number, seen.earlier(row.number, (row.typed.name, row.typed.place, row.typed.country)))
        for row in rows
    )
    return [(number, earlier) for number, earlier in pairs if earlier]


def bring_in(session: Session, at: Context, ledger: Ledger, rows: list[Row], who: str) -> tuple[int, int]:
    """Seal and count all rows in one transaction; returns (names, possible duplicates among them)."""
    with ThreadPoolExecutor(4) as pool:
        slots = list(pool.map(lambda row: slot(at, row.typed), rows))
    erase_on = at.erase_on(at.edition)
    entries = [
        PaperSignature(secrets.randbits(63), index_slot, row.typed.country, _sealed(at, row), erase_on)
        for row, index_slot in zip(rows, slots, strict=True)
        if row.typed.what == NAME
    ]
    with store.writing(session, at.slug) as campaign:
        doubtful = ledger.bring_in(session.connection(), campaign.id, entries, at.today)
        event = AuditEvent(
            who, AuditVerb.BRING_IN_LIST, "", f"{len(entries)} names, {doubtful} possible duplicates"
        )
        audit.write(session, campaign.id, event, clock.now())
        return len(entries), doubtful


def _sealed(at: Context, row: Row) -> bytes:
    extra = tuple(field.key for field in at.on_paper(at.edition))
    origin = Origin(row.day, at.pack.languages[0], at.edition, NO_SHEET, row.number, extra)
    return sealed(at, row.typed, origin)
