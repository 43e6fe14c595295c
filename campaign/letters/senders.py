"""A list of senders as CSV, as spreadsheets write it: one letter for each row.

Empty rows, and empty columns at the end, are left out. Each fault is reported with its row, as
the spreadsheet counts, and its column; a row is never half used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from campaign import country_names, csv_files, names
from campaign.csv_files import MAX_CELL, CsvError, CsvLimits, CsvWriter
from campaign.messages import Message, MessageError
from campaign.pack.findings import did_you_mean
from campaign.pack.model import Pack
from campaign.press.printable import unprintable
from campaign.text_input import LENGTHS, one_line, tidy

#: The columns, all optional but the first.
COLUMNS = ("name", "place", "country", "own_words", "demands", "language", "to")

#: What `Rejected` adds: ignored when such a file is corrected and read again.
REASON = "reason"

MAX_BYTES = 64 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 40


class SendersError(MessageError):
    """The file as a whole can’t be used: why, and what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the spreadsheet, where the headings are row 1, and its cells as they are."""

    number: int
    cells: Mapping[str, str]


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


def rows(path: Path) -> Iterator[Row]:
    """The rows of a file, one by one. Raises SendersError for a file that can't be used."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise SendersError(
            Message(
                "%(name)s has %(size)s bytes; the limit is %(most)s. Split the list.",
                name=path.name,
                size=size,
                most=MAX_BYTES,
            )
        )
    if size == 0:
        raise SendersError(Message("%(name)s is empty.", name=path.name))
    with path.open("rb") as raw:
        yield from rows_of(raw, path.name)


def rows_of(raw: BinaryIO, name: str) -> Iterator[Row]:
    """The rows of an open file of that name. Raises SendersError for one that can't be used."""
    try:
        limits = CsvLimits(MAX_BYTES, MAX_ROWS)
        with csv_files.opened(raw, limits, _is_column, keep_damaged=True) as table:
            columns = _columns(table.heading, name)
            for number, cells in table.rows:
                yield Row(number, _cells_by_column(cells, columns))
    except CsvError as error:
        raise _unusable(error, name) from None


def _unusable(error: CsvError, name: str) -> SendersError:
    """Why a file can't be used, in words."""
    row = str(error.row)
    if error.reason == "cell":
        return SendersError(
            Message("row %(row)s: a cell has more than %(most)s characters.", row=row, most=MAX_CELL)
        )
    if error.reason == "rows":
        too_many = Message(
            "row %(row)s: at most %(most)s letters in one run. Split the list.", row=row, most=MAX_ROWS
        )
        return SendersError(too_many)
    if error.reason == "bytes":
        return SendersError(Message("%(name)s has more than %(most)s bytes.", name=name, most=MAX_BYTES))
    return SendersError(Message("this is not UTF-8 text. Save the file as “CSV UTF-8”."))


def _columns(headings: list[str], name: str) -> list[str]:
    """The headings as our names, '' for an empty one. Raises SendersError for wrong headings."""
    if len(headings) > MAX_COLUMNS:
        too_many = Message("%(name)s has %(count)s columns.", name=name, count=len(headings))
        raise SendersError(too_many.with_hint(_known_columns()))
    columns = [_heading(heading) for heading in headings]
    for number, (column, heading) in enumerate(zip(columns, headings, strict=True), 1):
        if column and column not in (*COLUMNS, REASON):
            shown = heading.encode("utf-8", "replace").decode()[:40]
            unknown = Message("Column %(number)s, “%(column)s”, is unknown.", number=number, column=shown)
            raise SendersError(unknown.with_hint(did_you_mean(column, COLUMNS)))
        if column and columns.index(column) != number - 1:
            raise SendersError(Message("The column “%(column)s” appears twice.", column=column))
    if "name" not in columns:
        missing = Message("%(name)s has no column “name” in its first row.", name=name)
        raise SendersError(missing.with_hint(_known_columns()))
    return columns


def _known_columns() -> Message:
    return Message("Known: %(names)s.", names=", ".join(COLUMNS))


def _heading(text: str) -> str:
    return re.sub(r"[\s-]+", "_", text.strip().casefold())


def _is_column(heading: str) -> bool:
    return _heading(heading) in COLUMNS


def _cells_by_column(cells: list[str], columns: list[str]) -> dict[str, str]:
    """The cells by column; cells outside all columns go under '', for the check to see."""
    by_column = dict.fromkeys(columns, "")
    for column, cell in zip(columns, cells, strict=False):
        if column:
            by_column[column] = cell
    outside = [cell for cell in cells[len(columns) :] if cell.strip()]
    outside += [cell for cell, column in zip(cells, columns, strict=False) if not column and cell.strip()]
    by_column[""] = " ".join(outside)
    return by_column


# Checking


def check(row: Row, pack: Pack) -> SenderRow:
    """The row's values, with every problem it has."""
    sender_row = SenderRow(name="")
    problems = sender_row.problems

    def report(column: str, text: Message) -> None:
        problems.append(Problem(row.number, column, text))

    if row.cells.get(""):
        report("", Message("there are more cells than columns."))
    for column in ("name", "place", "own_words"):
        text = row.cells.get(column, "")
        if problem := _text_problem(column, text):
            report(column, problem)
        else:
            setattr(sender_row, column, tidy(text) if column == "own_words" else one_line(text))
    if not one_line(row.cells.get("name", "")[: LENGTHS["name"]]):
        report("name", Message("a letter needs a name."))
    _check_choices(row, pack, sender_row, report)
    return sender_row


def _text_problem(column: str, text: str) -> Message | None:
    """What is wrong with typed text, if anything. Length first: other checks are slow on long text."""
    most = LENGTHS[column]
    if len(text) > most:
        return Message("%(count)s characters; the limit is %(most)s.", count=len(text), most=most)
    if re.search("[\udc80-\udcff]", text):
        return Message("this is not UTF-8 text. Save the file as “CSV UTF-8”.")
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
