"""What a field of the desk may hold, and what is said of one that may not."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from wtforms import Field, Form
from wtforms.validators import StopValidation

from campaign.languages.dates import Day
from campaign.pack.reading import WEB_ADDRESS
from campaign.pack.values import Point
from campaign.web.addresses import grouped
from campaign.web.fields import refuse_unlisted, refuse_unprintable, valid_email


def too_long(text: str, most: int) -> str:
    """The message for a text of more characters than there may be."""
    limit = _("This is too long: %(most)s characters at most.", most=grouped(most))
    has = _("You have %(count)s.", count=grouped(len(text)))
    return f"{limit} {has}"


class BoundedText:
    """A text of bounded length, with no character that deceives or breaks.

    `needed`: not an empty one; it may be the sentence that says so.
    """

    def __init__(self, most: int, needed: Any = False) -> None:
        self.most, self.needed = most, needed

    def __call__(self, _form: Form, field: Field) -> None:
        text = field.data or ""
        if len(text) > self.most:
            raise StopValidation(too_long(text, self.most))
        refuse_unprintable(text)
        if self.needed and not text.strip():
            raise StopValidation(_("This is required.") if self.needed is True else self.needed)


def needed(_form: Form, field: Field) -> None:
    """A message where nothing was typed."""
    if not (field.data or "").strip():
        raise StopValidation(_("This is required."))


def day(_form: Form, field: Field) -> None:
    """A day, a month or a year, or nothing."""
    if field.data and field.data.strip():
        needed_day(_form, field)


def needed_day(_form: Form, field: Field) -> None:
    """A day, a month or a year."""
    try:
        Day.read((field.data or "").strip())
    except ValueError:
        raise StopValidation(
            _("Enter a day such as 2022-01-05, a month such as 2022-01, or a year.")
        ) from None


def point(_form: Form, field: Field) -> None:
    """Two numbers in per cent, or nothing."""
    if field.data:
        try:
            Point.read(field.data)
        except ValueError:
            raise StopValidation(_("Enter two whole numbers from 0 to 100, or none.")) from None


def web_address(_form: Form, field: Field) -> None:
    """An address that browsers open."""
    if field.data and not WEB_ADDRESS.fullmatch(field.data.strip()):
        raise StopValidation(_("A web address must begin with https:// or http://."))


def email(form: Form, field: Field) -> None:
    """An e-mail address that can exist."""
    if (field.data or "").strip():
        valid_email(form, field)


class ListedChoice:
    """A choice, or several, from the list."""

    def __init__(self, needed: bool) -> None:
        self.needed = needed

    def __call__(self, _form: Form, field: Any) -> None:
        given = field.data if isinstance(field.data, list) else [field.data] if field.data else []
        offered = {one.value for one in field.choices}
        refuse_unlisted(set(given) <= offered and bool(given or not self.needed))
