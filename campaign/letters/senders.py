"""A list of senders, as spreadsheets write it: one letter for each row.

Each fault is reported with its row, as the spreadsheet counts, and its column; a row is never half used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from campaign import country_names, names
from campaign.csv_files import CsvWriter
from campaign.messages import Message
from campaign.pack.findings import did_you_mean
from campaign.pack.model import Pack
from campaign.press.printable import unprintable
from campaign.spreadsheets import reading
from campaign.spreadsheets.headings import Column
from campaign.spreadsheets.reading import Table
from campaign.spreadsheets.rows import Limits, Row, SpreadsheetError
from campaign.text_input import LENGTHS, one_line, tidy

#: What `Rejected` adds: ignored when such a file is corrected and read again.
REASON = "reason"

#: The columns, all optional but the first.
COLUMNS = ("name", "place", "country", "own_words", "demands", "language", "to")

#: The same for the reader; the demands may be one on each line.
READ = [
    Column(key, needed=key == "name", lines=key in {"own_words", "demands", REASON})
    for key in (*COLUMNS, REASON)
]

#: Bytes of a list, letters of one run, characters of a cell.
MAX_BYTES, MAX_ROWS, MAX_CELL = 64 * 1024 * 1024, 20_000, 20_000


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a cell. `column` is '' where it is the whole row."""

    row: int
    column: str
    text: Message

    def __str__(self) -> str:
        where = f"row {self.row}, {self.column}" if self.column else f"row {self.row}"
        return f"{where}: {self.text}"


@dataclass(slots=True)
class SenderRow:
    """A row that can be used: texts tidied, country as a code, demands as keys."""

    name: str
    place: str = ""
    country: str = ""
    own_words: str = ""
    demands: tuple[str, ...] = ()
    language: str = ""
    to: str = ""
    problems: list[Problem] = field(default_factory=list)


# Reading


@contextmanager
def opened(path: Path) -> Iterator[Table]:
    """The list in a file. Raises SpreadsheetError, also while rows are read."""
    if path.stat().st_size == 0:
        raise SpreadsheetError(Message("%(name)s is empty.", name=path.name))
    with path.open("rb") as raw, table_of(raw) as table:
        yield table


@contextmanager
def table_of(raw: BinaryIO) -> Iterator[Table]:
    """The list in an open file. Raises SpreadsheetError, also while rows are read."""
    with reading.opened(raw, Limits(MAX_BYTES, MAX_ROWS, MAX_CELL), READ) as table:
        yield table


def rows(path: Path) -> Iterator[Row]:
    """The rows of a file, one by one. Raises SpreadsheetError for a file that can't be used."""
    with opened(path) as table:
        yield from table.rows


# Checking


def check(row: Row, pack: Pack, addressee: str = "") -> SenderRow:
    """The row's values, with every problem it has. `addressee` is that of rows that name none."""
    sender_row = SenderRow(name="")
    problems = sender_row.problems

    def report(column: str, text: Message) -> None:
        problems.append(Problem(row.number, column, text))

    if row.fault:
        report(row.fault.column, row.fault.text)
        return sender_row
    for column in ("name", "place", "own_words"):
        text = row.cells.get(column, "")
        if problem := _text_problem(column, text):
            report(column, problem)
        else:
            setattr(sender_row, column, tidy(text) if column == "own_words" else one_line(text))
    if not one_line(row.cells.get("name", "")[: LENGTHS["name"]]):
        report("name", Message("a letter needs a name."))
    _check_choices(row, pack, sender_row, report)
    _check_addressee(pack, sender_row, sender_row.to or addressee, report)
    return sender_row


def _text_problem(column: str, text: str) -> Message | None:
    """What is wrong with typed text, if anything. Length first: other checks are slow on long text."""
    most = LENGTHS[column]
    if len(text) > most:
        return Message("%(count)s characters; the limit is %(most)s.", count=len(text), most=most)
    return unprintable(text) or _CHECKS[column](text)


_CHECKS: dict[str, Callable[[str], Message | None]] = {
    "name": lambda text: names.problem(text) or names.doubt(text),
    "place": names.place_problem,
    "own_words": lambda _text: None,
}


def _check_choices(
    row: Row, pack: Pack, sender_row: SenderRow, report: Callable[[str, Message], None]
) -> None:
    cells = {column: cell.strip() for column, cell in row.cells.items()}
    if country := cells.get("country"):
        sender_row.country = country_names.code_of(country)
        if not sender_row.country:
            unknown = Message("“%(text)s” is not a country.", text=country[:40])
            report("country", unknown.with_hint(_nearest_country(country)))
    if language := cells.get("language"):
        sender_row.language = language.lower()
        if sender_row.language not in pack.languages:
            names = ", ".join(pack.languages)
            report(
                "language", Message("“%(text)s” is not one of %(names)s.", text=language[:40], names=names)
            )
    if to := cells.get("to"):
        sender_row.to = to
        open_keys = [addressee.key for addressee in pack.open_addressees()]
        if to not in open_keys:
            unknown = Message("there is no addressee “%(text)s”.", text=to[:40])
            report("to", unknown.with_hint(did_you_mean(to, open_keys)))
    keys = re.split(r"[\s,;|]+", cells.get("demands", ""))
    sender_row.demands = tuple(key for key in keys if key)
    for key in sender_row.demands:
        if key not in pack.demands:
            unknown = Message("there is no demand “%(text)s”.", text=key[:40])
            report("demands", unknown.with_hint(did_you_mean(key, pack.demands)))


def _check_addressee(
    pack: Pack, sender_row: SenderRow, key: str, report: Callable[[str, Message], None]
) -> None:
    """Whether this sender can write to the addressee, by post, and ask it something."""
    addressee = next((one for one in pack.open_addressees() if one.key == key), None)
    if addressee is None:
        return
    if not (addressee.by_post or addressee.by_country):
        report("to", Message("“%(key)s” has no postal address in this campaign.", key=key))
    if sender_row.country and sender_row.country in addressee.not_for_countries:
        report("country", Message("“%(key)s” is not for supporters from there.", key=key))
    able = pack.demands_for(addressee)
    if sender_row.demands and able and not set(able) & set(sender_row.demands):
        known = ", ".join(able)
        report(
            "demands", Message("“%(key)s” can act on none of these, but on: %(known)s.", key=key, known=known)
        )


def _nearest_country(text: str) -> Message:
    if name := country_names.suggestion(text, "en"):
        return Message("Did you mean “%(name)s”?", name=name)
    return Message("Use two letters, such as FR, or a name.")


# Rows that were left out


def _in_words(problem: Problem) -> str:
    return f"{problem.column}: {problem.text}" if problem.column else str(problem.text)


class RejectedRow:
    """Writes rows that could not be used, with the reason, so that they can be corrected and tried again."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = CsvWriter(self._file)
        self._writer.write((*COLUMNS, REASON))

    def add(self, row: Row, problems: list[Problem]) -> None:
        reason = " ".join(_in_words(problem) for problem in problems)
        cells = [row.cells.get(column, "") for column in COLUMNS]
        self._writer.write((*cells, reason))

    def close(self) -> None:
        self._file.close()
