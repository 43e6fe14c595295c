"""Fields and checks of the composer's form, with our own words for what is wrong."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms import BooleanField, Field, Form, SelectMultipleField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from campaign.languages.dates import long_date
from campaign.letters import postcodes
from campaign.letters.address import is_address
from campaign.text_input import LENGTHS, one_line, tidy
from campaign.untrusted import whole_number
from campaign.web import languages
from campaign.web.fields import ChoiceField, refuse_unlisted


class MultipleChoiceField(SelectMultipleField):
    """Some of a list, with our own words for what is not on it and for too many.

    `near` are keys that are offered first. `kept` are others that were chosen from another list, and
    may be offered again. `refused` says what is wrong with a choice, for a letter that goes out.
    """

    most = 0
    near: tuple[str, ...] = ()
    kept: frozenset[str] = frozenset()
    refused = ""

    @property
    def chosen(self) -> tuple[str, ...]:
        """What is chosen of what is offered."""
        return tuple(choice[0] for choice in self.choices or () if choice[0] in (self.data or ()))

    @property
    def opened(self) -> bool:
        """Whether what is behind those that are near must be seen: something was sent of it."""
        return bool(self.errors) or any(key not in self.near for key in self.data or ())

    def pre_validate(self, form: BaseForm) -> None:
        offered = {choice[0] for choice in self.choices or []}
        refuse_unlisted(set(self.data or []) <= offered | self.kept)
        if self.most and len(self.data or []) > self.most:
            message = ngettext(
                "At most %(num)d other at a time.", "At most %(num)d others at a time.", self.most
            )
            raise StopValidation(message)
        meta: Any = form.meta
        if self.refused and not meta.drawing:
            raise StopValidation(self.refused)


class AddresseeField(ChoiceField):
    """The addressee. `replaced` says why it is another one than was posted; no letter goes to it unseen.

    `first` are those that are offered before all others, keys and titles.
    """

    replaced = ""
    first: tuple[tuple[str, str], ...] = ()

    @property
    def opened(self) -> bool:
        """Whether those behind the first must be seen: one of them is chosen, or none at all."""
        return bool(self.errors) or self.data not in dict(self.first)

    def pre_validate(self, form: BaseForm) -> None:
        super().pre_validate(form)
        meta: Any = form.meta
        if meta.drawing:
            return
        if self.replaced:
            raise StopValidation(self.replaced)
        if not self.data:
            raise StopValidation(_("Choose whom you write to."))


class NoticeRead(BooleanField):
    """Whether somebody in a country at risk has read what a letter can mean for them.

    `needed`: the chosen country is at risk, so nothing goes out before.
    """

    needed = False

    @property
    def missing(self) -> bool:
        """Whether it is needed and was not ticked."""
        return self.needed and not self.data

    def pre_validate(self, form: BaseForm) -> None:
        meta: Any = form.meta
        if self.missing and not meta.drawing:
            raise StopValidation(_("Read the notice, then tick the box under it."))


class KeyList(Field):
    """Keys that the page sends back in one field, separated by spaces. `given`: whether it did."""

    given = False

    def process_formdata(self, valuelist: list[str]) -> None:
        self.given = bool(valuelist)
        self.data = valuelist[0].split() if valuelist else []


class HiddenKey(Field):
    """A key that the page sends back as it got it, or ''."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0] if valuelist else ""


#: The largest number of a wording.
MAX_SEED = 9_999_999_999


class Seed(Field):
    """The number of a wording, kept by the page in a hidden field; anything else counts as 0."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0] if valuelist else ""
        self.data = whole_number(text, MAX_SEED) or 0


class KeptPostcode(Field):
    """The answer to “Is this postcode right?”: the postcode that was confirmed as it is typed.

    `of` is the name of the field with the postcode. Another doubtful postcode is asked about again.
    """

    def __init__(self, label: Any, of: str, **options: Any) -> None:
        super().__init__(label, **options)
        self.of = of

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0] if valuelist else ""

    def pre_validate(self, form: BaseForm) -> None:
        meta: Any = form.meta
        if not meta.drawing and self.asks(form) and not self.confirmed(form):
            raise StopValidation(self.question(form))

    def asks(self, form: BaseForm) -> bool:
        """Whether the postcode looks like none of the country."""
        typed = form[self.of].data or ""
        if len(typed) > LENGTHS[self.of] or form[self.of].errors:
            return False
        return postcodes.doubtful(one_line(typed), form["country"].data or "")

    def confirmed(self, form: BaseForm) -> bool:
        """Whether the box beside this postcode was ticked."""
        return one_line((self.data or "")[: LENGTHS[self.of]]) == one_line(form[self.of].data or "")

    def question(self, form: BaseForm) -> str:
        """The question, in the reader's language."""
        example = postcodes.example(form["country"].data or "")
        if not example:
            return str(_("Is this postcode right?"))
        words = _("Is this postcode right? In this country one looks like %(example)s.", example=example)
        return str(words)


def some_demand(form: Form, field: MultipleChoiceField) -> None:
    """At least one of the demands that the addressee can act on, if there are any."""
    if field.choices and not field.chosen and not form.meta.drawing:
        raise StopValidation(_("Choose at least one demand."))


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
    """A day between the statement, or a year ago without one, and a year from now."""
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
