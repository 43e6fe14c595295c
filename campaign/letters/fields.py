"""Fields and checks of the composer's form, with our own words for what is wrong."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms import Field, Form, SelectMultipleField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from campaign.letters.address import is_address, postcode_example, postcode_fits
from campaign.pack.languages import long_date
from campaign.text_input import one_line, tidy
from campaign.untrusted import whole_number
from campaign.web import languages


class MultipleChoiceField(SelectMultipleField):
    """Some of a list, with our own words for what is not on it and for too many.

    `near` are keys that are offered first.
    """

    most = 0
    near: list[str] = []  # noqa: RUF012  replaced on each form, never changed

    def pre_validate(self, form: BaseForm) -> None:
        offered = {choice[0] for choice in self.choices or []}
        if not set(self.data or []) <= offered:
            raise StopValidation(_("Choose from the list."))
        if self.most and len(self.data or []) > self.most:
            message = ngettext(
                "At most %(num)d other at a time.", "At most %(num)d others at a time.", self.most
            )
            raise StopValidation(message)


#: The largest number of a wording.
MAX_SEED = 9_999_999_999


class Seed(Field):
    """The number of a wording, kept by the page in a hidden field; anything else counts as 0."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0] if valuelist else ""
        self.data = whole_number(text, MAX_SEED) or 0


def postcode(form: Form, field: Field) -> None:
    """A postcode as the sender's country writes them."""
    country = form["country"].data or ""
    if field.data and not postcode_fits(one_line(field.data), country):
        example = postcode_example(country)
        raise StopValidation(_("In this country a postcode looks like %(example)s.", example=example))


def whole_address(form: Form, field: Field) -> None:
    """One line, with neither postcode nor town beside it, is not a complete address."""
    lines = tuple(line for line in tidy(field.data or "").split("\n") if line.strip())
    prefix = "to_" if field.name.startswith("to_") else ""
    town_parts = tuple(one_line(form[f"{prefix}{name}"].data or "") for name in ("postcode", "place"))
    whole = (*lines, *(part for part in (" ".join(town_parts).strip(),) if part))
    if lines and not form.meta.drawing and not is_address(whole):
        raise StopValidation(
            _("This address is incomplete: it needs a street and number, a postcode and a town.")
        )


def sensible_day(form: Form, field: Field) -> None:
    """A day between the statement and a year from now."""
    if field.data is None:
        field.errors = []  # drop WTForms' own message
        raise StopValidation(_("Enter the date as year-month-day, such as 2026-11-23."))
    first, last = form.meta.days
    if not first <= field.data <= last:
        limits = {
            "first": long_date(first, languages.current()),
            "last": long_date(last, languages.current()),
        }
        raise StopValidation(_("The date must be between %(first)s and %(last)s.", **limits))
