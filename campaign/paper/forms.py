"""One row of a sheet as it is typed, checked by the rules of the petition's form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import Field, Form, StringField
from wtforms.validators import StopValidation

from campaign import country_names
from campaign.email_address import Address
from campaign.paper import ditto
from campaign.paper.extra_columns import ExtraColumns
from campaign.paper.looks import CROSSED, FIELDS, NAME, UNREADABLE, RowEntry
from campaign.text_input import one_line
from campaign.web.fields import PrintableText, a_likely_name, a_name, a_place, parsed_address
from campaign.web.messages import translated

#: Typed in the place of a name.
SIGNS = {"?": UNREADABLE, "-": CROSSED, "–": CROSSED, "—": CROSSED}

COLUMNS = FIELDS

#: What a row has that asks for no extra fields.
NO_EXTRA = ExtraColumns()


class RowError(ValueError):
    """A row that can't be taken: messages by column."""

    def __init__(self, messages: Mapping[str, str]) -> None:
        super().__init__("; ".join(messages.values()))
        self.messages = dict(messages)


def needs_name(_form: Form, field: Field) -> None:
    """A message where other cells of the row are filled and this one is not."""
    if not one_line(field.data):
        raise StopValidation(
            _("A signature needs a name: type ? if it can’t be read, - if it is crossed out.")
        )


def not_ditto(_form: Form, field: Field) -> None:
    """A message for a cell that says “as above”, where the row above is not known, or a dash alone."""
    no_repetition(field.data or "")


def no_repetition(cell: str) -> None:
    """The same for a cell that is no field of a form. Raises StopValidation."""
    if ditto.is_ditto(cell):
        raise StopValidation(_("This means “as in the row above”: type the words themselves."))
    if ditto.is_dash(cell):
        raise StopValidation(
            _("A dash may mean “as in the row above” or “nothing”: type the words, or leave it empty.")
        )


class RowForm(Form):
    """The cells of one row. `language`: that of a suggestion."""

    language = "en"

    name = StringField(
        default="", validators=[needs_name, not_ditto, PrintableText(later=True), a_name, a_likely_name]
    )
    place = StringField(default="", validators=[not_ditto, PrintableText(later=True), a_place])
    country = StringField(default="")
    email = StringField(default="")

    def validate_country(self, field: Field) -> None:
        not_ditto(self, field)
        a_country(field.data, self.language)

    def validate_email(self, _field: Field) -> None:
        self.address()

    def address(self) -> Address | None:
        """The e-mail address; None where none was typed. Raises StopValidation."""
        typed = one_line((self.email.data or "")[:300])
        return parsed_address(typed) if typed else None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed but the country, which is filled in beforehand."""
        return not any(one_line(field.data or "") for field in (self.name, self.place, self.email))

    @property
    def entry(self) -> RowEntry:
        """What the row says, once it was found good."""
        name, place = one_line(self.name.data or ""), one_line(self.place.data or "")
        return RowEntry(NAME, name, place, country_names.code_of(self.country.data or ""), self.address())


def decided_row(
    given: Mapping[str, str], fields: tuple[str, ...], language: str, extra: ExtraColumns = NO_EXTRA
) -> RowEntry | None:
    """What the third look says of the fields that differ; None if it says nothing. Raises RowError.

    A dash stands for a field in which nothing is written.
    """
    cells = {column: given.get(column, "") for column in fields}
    sign = SIGNS.get(cells.get("name", "").strip())
    if sign:
        return RowEntry(sign)
    if not any(text.strip() for text in cells.values()):
        return None
    if missing := [column for column, text in cells.items() if not text.strip()]:
        message = _("Type what is on the paper, or - if nothing is written there.")
        raise RowError(dict.fromkeys(missing, message))
    typed = {column: "" if ditto.is_dash(text) else text for column, text in cells.items()}
    # Only these fields are checked: the others have been found good and are sealed.
    form = RowForm(MultiDict(typed))
    form.language = language
    form.validate()
    messages = {name: str(form[name].errors[0]) for name in fields if name in form and form[name].errors}
    entries, problems = _extra_entries(typed, extra)
    if messages | problems:
        raise RowError(messages | problems)
    return replace(form.entry, fields=fields, extra=entries)


def _extra_entries(cells: Mapping[str, str], extra: ExtraColumns) -> tuple[dict[str, str], dict[str, str]]:
    """What a row has in its extra fields, and the messages for cells that can't be taken."""
    entries, wrong = extra.read(cells)
    problems = {name: translated(message) for name, message in wrong.items()}
    for name in extra.names:
        try:
            no_repetition(cells.get(name, ""))
        except StopValidation as error:
            problems[name] = str(error)
    return entries, problems


def row(given: Mapping[str, str], language: str, extra: ExtraColumns = NO_EXTRA) -> RowEntry | None:
    """What one row says; None for an empty one. Raises RowError."""
    form = RowForm(MultiDict(given))
    form.language = language
    sign = SIGNS.get((form.name.data or "").strip())
    if sign:
        return RowEntry(sign)
    if form.is_empty and not any(one_line(given.get(name, "")) for name in extra.names):
        return None
    entries, problems = _extra_entries(given, extra)
    if not form.validate() or problems:
        problems |= {field.name: str(field.errors[0]) for field in form if field.errors}
        raise RowError(problems)
    return replace(form.entry, fields=(*COLUMNS, *extra.names), extra=entries)


def a_country(typed: str, language: str) -> str:
    """The code of a country that was typed as a code or a name. Raises StopValidation with a suggestion."""
    if code := country_names.code_of(typed):
        return code
    message = _("Choose a country from the list, or type its two-letter code.")
    if name := country_names.suggestion(typed, language):
        meant = _("Did you mean “%(name)s”?", name=name)
        message = f"{message} {meant}"
    raise StopValidation(message)
