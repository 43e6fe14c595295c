"""One row of a sheet as it is typed, checked by the rules of the petition's form."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import Form, StringField
from wtforms.validators import StopValidation

from campaign.pack.languages import countries
from campaign.paper.transcription import CROSSED, NAME, UNREADABLE, RowEntry
from campaign.text_input import one_line
from campaign.web.fields import PrintableText, a_name, parsed_address

#: Typed in the place of a name.
SIGNS = {"?": UNREADABLE, "-": CROSSED, "–": CROSSED, "—": CROSSED}

COLUMNS = ("name", "place", "country", "email")


class RowError(ValueError):
    """A row that can't be taken: messages by column."""

    def __init__(self, messages: Mapping[str, str]) -> None:
        super().__init__("; ".join(messages.values()))
        self.messages = dict(messages)


class _Row(Form):
    name = StringField(validators=[PrintableText(), a_name])
    place = StringField(validators=[PrintableText()])


def row(given: Mapping[str, str], language: str) -> RowEntry | None:
    """What one row says; None for an empty one. Raises RowError."""
    name = given.get("name", "").strip()
    if name in SIGNS:
        return RowEntry(SIGNS[name])
    if not name and not given.get("place", "").strip() and not given.get("email", "").strip():
        return None
    form = _Row(MultiDict({"name": given.get("name", ""), "place": given.get("place", "")}))
    form.validate()
    messages = {field.name: str(field.errors[0]) for field in form if field.errors}
    if not name:
        messages["name"] = str(
            _("A signature needs a name: type ? if it can’t be read, - if it is crossed out.")
        )
    country = country_of(given.get("country", ""), language)
    if not country:
        messages["country"] = str(_("Choose a country from the list, or type its two-letter code."))
    address = None
    if typed := one_line(given.get("email", "")[:300]):
        try:
            address = parsed_address(typed)
        except StopValidation as error:
            messages["email"] = str(error)
    if messages:
        raise RowError(messages)
    return RowEntry(NAME, one_line(form.name.data or ""), one_line(form.place.data or ""), country, address)


def country_of(typed: str, language: str) -> str:
    """The code of a country that was typed as its two letters or its name; '' for none."""
    text = typed.strip()[:100]
    if text.upper() in countries(language):
        return text.upper()
    return _by_name(language).get(text.casefold(), "")


@lru_cache(maxsize=8)
def _by_name(language: str) -> dict[str, str]:
    return {name.casefold(): code for code, name in countries(language).items()}
