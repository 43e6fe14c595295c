"""Fields and checks for several forms, with our own error messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup, escape
from wtforms import Field, Form, SelectField, StringField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation
from wtforms.widgets import Select, TextInput

from campaign import email_address, names
from campaign.email_address import Address
from campaign.languages.numbers import number
from campaign.press.printable import unacceptable, unprintable
from campaign.text_input import LENGTHS, one_line, tidy
from campaign.web import languages
from campaign.web.messages import translated


class PrintableText:
    """Refuses text that is too long, deceptive or not printable; leaves the typed text unchanged.

    With `later`, it is not printed now, so that no font needs to have its characters.
    """

    def __init__(self, lines: int = 1, later: bool = False) -> None:
        self.lines, self.later = lines, later

    def __call__(self, _form: Form, field: Field) -> None:
        text = field.data or ""
        if not text:
            return
        maximum = LENGTHS[field.name]
        if len(text) > maximum:
            language = languages.current()
            limit = _("This is too long: %(most)s characters at most.", most=number(maximum, language))
            length = _("You have %(count)s.", count=number(len(text), language))
            raise StopValidation(f"{limit} {length}")
        if problem := unacceptable(text) if self.later else unprintable(text):
            raise StopValidation(translated(problem))
        if self.lines > 1 and tidy(text).count("\n") >= self.lines:
            raise StopValidation(ngettext("At most %(num)d line.", "At most %(num)d lines.", self.lines))


def refuse_unprintable(text: str) -> None:
    """Raises StopValidation, which names the characters, for a text that can't be printed."""
    if problem := unprintable(text):
        raise StopValidation(translated(problem))


class Required:
    """A message if nothing was typed or chosen, except in the preview.

    `unless` names a flag of the form's meta that makes the field optional.
    """

    def __init__(self, message: Any, unless: str = "drawing") -> None:
        self.message, self.unless = message, unless

    def __call__(self, form: Form, field: Field) -> None:
        if form.meta.drawing or getattr(form.meta, self.unless):
            return
        if not (field.data if isinstance(field.data, list) else tidy(field.data or "")):
            raise StopValidation(str(self.message))


class _QuickSelect(Select):
    """Writes options without attributes of their own directly.

    The general way takes some 30 µs for each. Lists of countries have 257: a third of the composer's page.
    """

    @classmethod
    def render_option(cls, choice: Any, **kwargs: Any) -> Markup:  # type: ignore[override]  # stubs of 3.1
        if kwargs or choice.render_kw:
            return super().render_option(choice, **kwargs)
        selected = "selected " if choice.selected else ""
        value, label = escape(choice.value), escape(choice.label or choice.value)
        return Markup(f'<option {selected}value="{value}">{label}</option>')  # noqa: S704 (both are escaped)


def attributes(given: Mapping[str, object]) -> Markup:
    """Attributes of a control that a template writes out. True gives the bare name, False nothing."""
    written = (
        f" {name}" if value is True else f' {name}="{escape(value)}"'
        for name, value in given.items()
        if value is not False
    )
    return Markup("".join(written))  # noqa: S704  the names are ours, and the values are escaped


class _QuickInput(TextInput):
    """Writes an input with the attributes that it is given, sorted as WTForms sorts them.

    The general way looks for the flags of validators, which ours have not, and takes ten times as long.
    """

    def __call__(self, field: Field, **given: object) -> Markup:
        own = {"id": field.id, "name": field.name, "type": self.input_type, "value": field.data or ""}
        return Markup(f"<input{attributes(dict(sorted({**own, **given}.items())))}>")  # noqa: S704  escaped


class LineField(StringField):
    """A line of text. Attributes of its control have the names that they have in HTML."""

    widget = _QuickInput()


def refuse_unlisted(listed: bool) -> None:
    """Raises StopValidation, in the one wording for it, if what was chosen is not on the list."""
    if not listed:
        raise StopValidation(_("Choose from the list."))


class ChoiceField(SelectField):
    """A choice from a list, with our own error message; if left out, it is the first or ''."""

    widget = _QuickSelect()

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0] if valuelist else ""

    @property
    def groups(self) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
        """The names of the groups with their choices; '' for choices without groups."""
        grouped = self.choices if isinstance(self.choices, dict) else {"": self.choices or ()}
        return tuple((name, tuple(choices)) for name, choices in grouped.items())

    @property
    def chosen(self) -> str:
        """What is chosen of what is offered; '' for anything else that was sent."""
        return self.data if self._offers(self.data) else ""

    def _offers(self, value: object) -> bool:
        return any(value == choice[0] for _name, choices in self.groups for choice in choices)

    def pre_validate(self, form: BaseForm) -> None:
        left_out = not self.raw_data and (self.data == "" or self._offers(""))
        refuse_unlisted(left_out or self._offers(self.data))


def valid_email(_form: Form, field: Field) -> None:
    """An e-mail address, or nothing; without what copying added to it."""
    if field.data:
        field.data = parsed_address(field.data).shown


def parsed_address(typed: str) -> Address:
    """The e-mail address that was typed. Raises StopValidation."""
    typed = one_line(typed)
    if not email_address.is_possible(typed):
        raise StopValidation(_("This is not an e-mail address. It looks like name@example.org."))
    return email_address.parse(typed)


def a_place(_form: Form, field: Field) -> None:
    """What may be a town, or nothing."""
    if problem := names.place_problem(field.data or ""):
        raise StopValidation(translated(problem))


def a_name(_form: Form, field: Field) -> None:
    """What may be a person's name, or nothing."""
    if problem := names.problem(field.data or ""):
        raise StopValidation(translated(problem))


def a_likely_name(_form: Form, field: Field) -> None:
    """Nothing that looks like an address, a number or a heading: for forms that can't ask its owner."""
    if doubt := names.doubt(field.data or ""):
        raise StopValidation(translated(doubt))
