"""The forms of the pages about paper."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from flask import request
from flask_babel import gettext as _
from wtforms import BooleanField, Field, Form, SelectField
from wtforms.validators import StopValidation

from campaign import country_names
from campaign.csv_files import FORMULA
from campaign.desk.fields import TypedText, UploadField, YesField
from campaign.desk.sent_rows import RowsField
from campaign.editions.edition_cache import LoadedEdition
from campaign.letters import senders
from campaign.paper import ditto, lists, sheets
from campaign.paper import forms as rows
from campaign.paper.batches import Order
from campaign.paper.extra_columns import ExtraColumns
from campaign.paper.looks import RowEntry
from campaign.paper.sheets import Layout
from campaign.press.papers import PAPERS
from campaign.spreadsheets.rows import Limits
from campaign.text_input import one_line, tidy
from campaign.untrusted import whole_number
from campaign.web.fields import refuse_unprintable

#: Days for which a batch may be out.
LONGEST = 366

#: Characters of the group's name, and of the address to which sheets are returned.
MOST_HOLDER, MOST_RETURN = 120, 400

#: A list of senders at the desk: some seconds of one processor. `python -m campaign merge` makes 20,000.
_SENDER_COLUMNS = senders.READ
MOST_SENDERS = Limits(4 * 1024 * 1024, 500, senders.MAX_CELL)

#: The highest number of a row on a sheet.
MAX_ROW = 99

#: What the form to print has when it is opened.
ORDER_DEFAULTS = {"rows": "12", "sheets": "20", "paper": "a4"}


def _ticked() -> BooleanField:
    """A box that is ticked by any value but an empty one."""
    return BooleanField(false_values=("",))


class OrderForm(Form):
    """A batch to print: for whom, how many sheets, how they look, when and where they come back."""

    today: date

    holder = TypedText()
    sheets = TypedText()
    due = TypedText()
    return_to = TypedText()
    language = TypedText()
    second = TypedText()
    rows = TypedText()
    paper = TypedText()
    landscape = _ticked()
    large = _ticked()
    email = _ticked()

    def validate_holder(self, field: Field) -> None:
        if not self.holder_name:
            raise StopValidation(_("Say who the sheets are for: a group or a place, not a private person."))
        refuse_unprintable(field.data[:MOST_HOLDER])
        if FORMULA.match(self.holder_name):
            raise StopValidation(_("A name must begin with a letter."))

    def validate_return_to(self, field: Field) -> None:
        refuse_unprintable(field.data[:MOST_RETURN])

    def validate_sheets(self, _field: Field) -> None:
        if not 1 <= self.count <= sheets.MOST:
            raise StopValidation(_("A batch has 1 to %(most)s sheets.", most=sheets.MOST))

    def validate_due(self, _field: Field) -> None:
        try:
            due = self.due_day
        except ValueError:
            raise StopValidation(_("This is not a date.")) from None
        if due and not 0 <= (due - self.today).days <= LONGEST:
            raise StopValidation(_("The return date must be within a year from today."))

    @property
    def holder_name(self) -> str:
        return one_line(self.holder.data[:MOST_HOLDER])

    @property
    def count(self) -> int:
        """How many sheets; 0 for what is no number."""
        return whole_number(self.sheets.data.strip(), 9_999) or 0

    @property
    def due_day(self) -> date | None:
        """When the sheets should be back. Raises ValueError for what is no day."""
        return date.fromisoformat(self.due.data) if self.due.data else None

    @property
    def layout(self) -> Layout:
        """How the sheets look, whether or not that can be printed."""
        count = whole_number(self.rows.data.strip(), MAX_ROW) or 0
        if self.large.data:
            count = min(count, sheets.LARGE_ROWS[-1])
        languages = tuple(code for code in (self.language.data, self.second.data) if code)
        flags = {name: bool(self[name].data) for name in ("landscape", "large", "email")}
        return Layout(languages, count, self.paper.data, **flags)

    def order(self, edition: int) -> Order:
        """What is to be printed, once the form was found good."""
        lines = (line.strip() for line in tidy(self.return_to.data[:MOST_RETURN]).split("\n"))
        return_to = tuple(line for line in lines if line)[:5]
        return Order(self.layout, self.count, edition, self.today, self.holder_name, return_to, self.due_day)


class DoubleEntryForm(Form):
    """Whether each sheet is typed by two people."""

    double = YesField()


class ListForm(Form):
    """Names that were typed elsewhere: the file, then the rows that were shown of it."""

    list = UploadField(lists.MOST_BYTES)
    rows = RowsField(lists.READ, lists.LIMITS)


def list_form(extra: ExtraColumns) -> type[ListForm]:
    """The form for lists that may have extra fields."""
    rows_shown = RowsField(lists.columns(extra), lists.LIMITS)
    return type(ListForm.__name__, (ListForm,), {"rows": rows_shown}) if extra.fields else ListForm


class BeginForm(Form):
    """Where and when a sheet was signed. `language`: that of a suggestion."""

    today: date
    language = "en"

    country = TypedText()
    day = TypedText()

    def validate_country(self, field: Field) -> None:
        rows.a_country(field.data, self.language)

    def validate_day(self, field: Field) -> None:
        try:
            good = date.fromisoformat(field.data) <= self.today and len(field.data) == 10
        except ValueError:
            good = False
        if not good:
            raise StopValidation(
                _("Type the date of the last signature on the sheet; it can’t be in the future.")
            )

    @property
    def country_code(self) -> str:
        return country_names.code_of(self.country.data)


class SheetForm(Form):
    """What is to be done with the rows that were typed; the rows themselves are in `posted_rows`."""

    do = TypedText()
    empty = YesField()


class RequestForm(Form):
    """What somebody asks about a row, and the row as it should be."""

    row = TypedText()
    what = TypedText()
    name = TypedText()
    place = TypedText()
    country = TypedText()
    email = TypedText()

    def row_of(self, most: int) -> int | None:
        """The number of the row; None for one that the sheet does not have."""
        number = whole_number(self.row.data.strip(), most)
        return number or None

    def cells(self, extra: ExtraColumns) -> dict[str, str]:
        """The whole row as it should be."""
        return {
            **{column: self[column].data for column in rows.COLUMNS},
            **{name: request.form.get(name, "") for name in extra.names},
        }


@dataclass(slots=True)
class PostedRows:
    """The rows of the sent form: those that are not empty, and what is wrong with others, by row and column.

    `filled` has what a ditto mark stood for, by row and column.
    """

    entries: dict[int, RowEntry] = field(default_factory=dict)
    problems: dict[int, dict[str, str]] = field(default_factory=dict)
    filled: dict[int, dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """How rows are read: where no country is typed, in which language, and what they have.

    `fields` has what the third look decides, by row; None for everything.
    """

    country: str
    language: str
    extra: ExtraColumns = rows.NO_EXTRA
    fields: Mapping[int, tuple[str, ...]] | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        return (*rows.COLUMNS, *self.extra.names)


def posted_rows(asked: Asked) -> PostedRows:
    """The rows of the sent form."""
    posted = PostedRows()
    before: dict[int, dict[str, str]] = {}
    may_repeat = (*ditto.COLUMNS, *asked.extra.names)
    for number in sorted(_row_numbers(asked.columns)):
        cells = _cells("", number, asked.columns)
        fields = asked.columns if asked.fields is None else asked.fields.get(number, ())
        # The page's script sends one row, with the row above it.
        above = before.get(number - 1) or _cells("above-", number, asked.columns)
        repeated = ditto.filled(cells, above, may_repeat)
        if filled := {key: text for key, text in repeated.items() if key in fields}:
            posted.filled[number] = filled
            cells |= filled
        try:
            entry = _entry(cells, asked, fields)
        except rows.RowError as error:
            posted.problems[number] = error.messages
        else:
            if entry is not None:
                posted.entries[number] = entry
        before[number] = cells
    return posted


def _cells(lead: str, number: int, columns: tuple[str, ...]) -> dict[str, str]:
    return {column: request.form.get(f"{lead}{column}-{number}", "") for column in columns}


def _entry(cells: dict[str, str], asked: Asked, fields: tuple[str, ...]) -> RowEntry | None:
    if set(fields) == set(asked.columns):
        whole = {**cells, "country": cells["country"] or asked.country}
        return rows.row(whole, asked.language, asked.extra)
    return rows.decided_row(cells, fields, asked.language, asked.extra)


def posted_cells() -> dict[str, str]:
    """Everything that was typed into the table, to be given back."""
    return {name: text for name, text in request.form.items() if name != "csrf"}


def _row_numbers(columns: tuple[str, ...]) -> set[int]:
    # No name of a column is the beginning of another with a number behind it, since the whole name must fit.
    pattern = re.compile(f"(?:{'|'.join(map(re.escape, columns))})-([0-9]+)")
    cells = (pattern.fullmatch(name) for name in request.form)
    numbers = (whole_number(cell[1], MAX_ROW) for cell in cells if cell)
    return {number for number in numbers if number is not None}


class MergeForm(Form):
    """A list of senders, what it does not say of their letters, and how these are printed.

    The list comes as a file, then as the rows that were shown of it.

    `duplicates`: a person who appears twice gets a letter for each row.
    """

    senders = UploadField(MOST_SENDERS.size)
    rows = RowsField(_SENDER_COLUMNS, MOST_SENDERS)
    to = SelectField(default="")
    language = SelectField(default="")
    paper = SelectField(default="a4")
    duplex = YesField()
    cover = YesField()
    duplicates = YesField()

    def offer(self, edition: LoadedEdition) -> None:
        """The offices and languages of an edition; their names are the page's."""
        offices = [office.key for office in edition.pack.addressees_by_post()]
        self.to.choices = [(key, key) for key in offices]
        self.language.choices = [(code, code) for code in edition.pack.languages]
        self.paper.choices = [(paper, paper) for paper in PAPERS]
