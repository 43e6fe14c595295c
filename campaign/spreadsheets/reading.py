"""The one reader of lists: senders, names typed elsewhere, addressees.

It takes what spreadsheets and people write, says what it assumed, and gives each row with its cells by
column, or with what is wrong with it. A fault is of one row and of no other: see `delimited`. A file
that is no list at all raises SpreadsheetError.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import BinaryIO

from campaign.messages import Message, Plural
from campaign.pack.findings import nearest
from campaign.spreadsheets import encodings, excel, headings, opendocument, workbooks
from campaign.spreadsheets.delimited import Record, Records, Shape
from campaign.spreadsheets.encodings import Encoding, Lines
from campaign.spreadsheets.headings import Column, Headings, KnownColumns
from campaign.spreadsheets.rows import Limits, Row, SpreadsheetError, below, is_filled, shown
from campaign.spreadsheets.workbooks import Archive
from campaign.untrusted import UnreadableError, parsing

#: What may separate columns.
DELIMITERS = ",;\t|"

#: Rows among which the headings are looked for, and columns of a list.
MAX_TITLES, MAX_COLUMNS = 20, 500


@dataclass(slots=True)
class Table:
    """A list: its columns, what was assumed, and its rows that are not empty.

    `columns`: pairs of heading and key; `unknown`: headings of columns that are not read, with a hint;
    `repeated`: rows that are the headings again, filled while the rows are read.
    """

    columns: list[tuple[str, str]]
    notes: list[Message]
    rows: Iterator[Row]
    repeated: list[int] = field(default_factory=list)


@contextmanager
def opened(file: BinaryIO, limits: Limits, columns: Sequence[Column]) -> Iterator[Table]:
    """A list in an open file, read row by row. Raises SpreadsheetError, also while rows are read."""
    if file.seek(0, io.SEEK_END) > limits.size:
        raise SpreadsheetError(
            Message("The file has more than %(most)s bytes. Split the list.", most=limits.size)
        )
    file.seek(0)
    start = file.read(4_096)
    _refuse_other_kinds(start)
    known = KnownColumns(columns)
    if workbooks.is_workbook(start):
        yield _of_workbook(file, known, limits)
        return
    encoding = encodings.encoding_of(file)
    lines, text = encodings.opened(file, encoding)
    try:
        yield _of_text(lines, encoding, known, limits)
    finally:
        text.detach()


def read(data: bytes, limits: Limits, columns: Sequence[Column]) -> tuple[Table, list[Row]]:
    """A list of which all rows fit into memory. Raises SpreadsheetError."""
    if not data:
        raise SpreadsheetError(Message("Choose a file: .xlsx, .ods or CSV."))
    with opened(io.BytesIO(data), limits, columns) as table:
        rows = list(table.rows)
    return table, rows


_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


def _refuse_other_kinds(start: bytes) -> None:
    if start.startswith(_OLD_EXCEL):
        raise SpreadsheetError(
            Message(
                "This is an old Excel file (.xls) or has a password. Save it as .xlsx without a password."
            )
        )
    if start.startswith(b"%PDF"):
        raise SpreadsheetError(Message("This is a PDF. Choose the spreadsheet itself, or a CSV file."))
    if re.match(rb"(?i)(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|\?xml|table|meta|head)", start):
        raise SpreadsheetError(
            Message(
                "This is a web page or XML under another name. Save it from the spreadsheet as .xlsx or CSV."
            )
        )


def _of_workbook(file: BinaryIO, known: KnownColumns, limits: Limits) -> Table:
    """The list in an .xlsx or .ods file. Raises SpreadsheetError."""
    try:
        with parsing():
            archive = Archive(file)
            kind = opendocument if "content.xml" in archive.names else excel
            count, rows = kind.sheets(archive)
    except UnreadableError as error:
        raise _unreadable(error) from None
    notes = [Message("A spreadsheet file (.xlsx or .ods).")]
    if count > 1:
        notes.append(Message("It has %(count)s sheets. Only the first one is read.", count=count))
    records = _rows_of_workbook(rows)
    sample = list(islice(records, MAX_TITLES))
    found = _headings(sample, known)
    records_below = (record for record in chain(sample, records) if record.number > found.row)
    return _table(records_below, found, [*notes, *_notes(found, sample, known)], limits)


def _rows_of_workbook(rows: Iterator[workbooks.Cells]) -> Iterator[Record]:
    while True:
        try:
            with parsing():
                row = next(rows, None)
        except UnreadableError as error:
            raise _unreadable(error) from None
        if row is None:
            return
        yield Record(*row)


def _unreadable(error: UnreadableError) -> SpreadsheetError:
    if error.reason in {"size", "depth"}:
        return SpreadsheetError(
            Message("This spreadsheet is too large to be read. Save the list alone, as CSV.")
        )
    return SpreadsheetError(
        Message("This spreadsheet can’t be read: it is damaged or of another kind. Save it as CSV UTF-8.")
    )


# Text


def _of_text(lines: Lines, encoding: Encoding, known: KnownColumns, limits: Limits) -> Table:
    """The list in a text with separators. Raises SpreadsheetError."""
    mark = re.fullmatch(rf'(?i)"?sep=([{DELIMITERS}])"?[\s,;]*', (encodings.first(lines, 1) or [""])[0])
    if mark:
        lines.next()
    delimiter, sample = _delimiter(lines, known, mark[1] if mark else DELIMITERS)
    notes = [
        Message("Text in %(encoding)s, with columns separated by %(separator)s.",
                encoding=_ENCODINGS[encoding.codec], separator=_SEPARATORS[delimiter])
    ]  # fmt: skip
    if encoding.assumed:
        assumed = Message(
            "Nothing in the file says how its letters are encoded. %(encoding)s is assumed: check the names.",
            encoding=_ENCODINGS[encoding.codec],
        )
        notes.append(assumed)
    found = _headings(sample, known)
    reader = Records(lines, delimiter)
    records = iter(reader)
    for _record in islice(records, found.row):
        pass
    # From here on the reader knows what a row looks like, before it has read one.
    widths = frozenset({len(found.texts), found.width})
    several = frozenset(n for n, key in enumerate(found.keys) if key and known.columns[key].lines)
    reader.shape = Shape(widths, several, any(text.startswith(" ") for text in found.raw[1:]))
    return _table(records, found, [*notes, *_notes(found, sample, known)], limits)


_ENCODINGS = {
    "utf-8": Message("UTF-8"), "utf-16-le": Message("UTF-16"), "utf-16-be": Message("UTF-16"),
    "cp1251": Message("Windows-1251 (Cyrillic)"), "cp1252": Message("Windows-1252 (Western European)"),
}  # fmt: skip
_SEPARATORS = {
    ",": Message("commas"), ";": Message("semicolons"), "\t": Message("tabs"), "|": Message("vertical bars"),
}  # fmt: skip


def _delimiter(lines: Lines, known: KnownColumns, offered: str) -> tuple[str, list[Record]]:
    """The separator that finds most of the known columns, else most cells; and the first rows with it."""
    sample = encodings.first(lines, MAX_TITLES * 2)

    def rows(delimiter: str) -> list[Record]:
        text = io.StringIO("".join(sample), newline="")
        return list(islice(Records(Lines(text), delimiter), MAX_TITLES))

    def fit(delimiter: str) -> tuple[int, int]:
        cells = [record.cells for record in rows(delimiter)]
        best = max(map(known.count, cells), default=0)
        return best, 0 if best else max(map(len, cells), default=0)

    delimiter = max(offered, key=fit)
    return delimiter, rows(delimiter)


# Headings


def _headings(sample: list[Record], known: KnownColumns) -> Headings:
    """The row with most known headings. Raises SpreadsheetError."""
    best = max(sample, key=lambda record: known.count(record.cells), default=None)
    if best is None or not known.count(best.cells):
        none = Message("No row of this file names the columns. Put their names above the list.")
        raise SpreadsheetError(none.with_hint(_columns_known(known)))
    if len(best.cells) > MAX_COLUMNS:
        many = Message(
            "The list has %(count)s columns; the limit is %(most)s.", count=len(best.cells), most=MAX_COLUMNS
        )
        raise SpreadsheetError(many)
    found = headings.found(best.number, best.cells, known)
    _check(found, known)
    return found


def _columns_known(known: KnownColumns) -> Message:
    return Message("Known: %(names)s.", names=", ".join(key for key in known.columns if key != "reason"))


def _check(found: Headings, known: KnownColumns) -> None:
    """Whether each column is there once, and those that are needed. Raises SpreadsheetError."""
    first: dict[str, str] = {"name": found.texts[found.parts["given"]]} if found.parts else {}
    for text, key in zip(found.texts, found.keys, strict=True):
        if key and key in first:
            twice = Message("The columns “%(first)s” and “%(second)s” mean the same. Remove one of them.",
                            first=shown(first[key]), second=shown(text))  # fmt: skip
            raise SpreadsheetError(twice)
        first |= {key: text} if key else {}
    for key in known.needed:
        if key not in first:
            missing = Message("The list has no column “%(column)s”.", column=key)
            raise SpreadsheetError(missing.with_hint(_columns_known(known)))


def _notes(found: Headings, sample: list[Record], known: KnownColumns) -> Iterator[Message]:
    """What is said of the headings: rows above, columns that are not read."""
    if above := sum(record.number < found.row and is_filled(record.cells) for record in sample):
        yield Plural(
            "%(num)s row above the headings is left out.",
            "%(num)s rows above the headings are left out.",
            above,
        )
    if found.parts:
        names = ", ".join(shown(found.texts[number]) for number in found.parts.values())
        yield Message("The name is put together from these columns: %(names)s.", names=names)
    for number, (text, key) in enumerate(zip(found.texts[: found.width], found.keys, strict=False), 1):
        if key or number - 1 in found.parts.values():
            continue
        if not text:
            yield Message("Column %(number)s has no heading and is not used.", number=number)
            continue
        unused = Message("Column %(number)s, “%(column)s”, is not used.", number=number, column=shown(text))
        near = nearest(text.casefold(), sorted(known.columns))
        yield unused.with_hint(Message("Did you mean “%(name)s”?", name=near) if near else None)


def _table(records: Iterator[Record], found: Headings, notes: Iterable[Message], limits: Limits) -> Table:
    columns = [(text, key) for text, key in zip(found.texts, found.keys, strict=True) if key]
    columns += [(" + ".join(found.texts[n] for n in found.parts.values()), "name")] if found.parts else []
    table = Table(columns, list(notes), iter(()))
    table.rows = below(records, found, limits, table.repeated)
    return table
