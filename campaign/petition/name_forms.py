"""As what a signer is shown on the site: the name, its initials, or profession and town.

The petition's terms say which of them are offered, and the signer chooses one or, as it is at first, none.
What is shown waits for an organiser like every name, is never shown of people at risk, and is withdrawn
with the signature.
"""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field
from wtforms.validators import StopValidation

from campaign import names
from campaign.languages.initials import initials
from campaign.pack.model import ExtraField
from campaign.pack.model.petition import INITIALS, NAME, PROFESSION
from campaign.petition import extra_fields
from campaign.text_input import LENGTHS, one_line
from campaign.web import languages
from campaign.web.fields import ChoiceField

#: The words beside a box to tick, where one form alone is offered.
TICKS = {
    NAME: _l("Show my name on this page"),
    INITIALS: _l("Show my initials on this page"),
    PROFESSION: _l("Show my profession and town on this page"),
}

#: The same in a list, where there are several.
CHOICES = {
    NAME: _l("With my name"),
    INITIALS: _l("With my initials"),
    PROFESSION: _l("With my profession and town"),
}


class Complete:
    """Who wants to be shown by profession and town has to give both."""

    def __call__(self, form: Any, field: Field) -> None:
        if form.at_risk or form.shown_form != PROFESSION:
            return
        profession, town = _profession_and_town(form)
        if not profession or not town:
            raise StopValidation(_("To be shown so, give your profession and your town."))
        if len(f"{profession} · {town}") > LENGTHS["name"]:
            raise StopValidation(_("Your profession and your town are too long to be shown. Shorten one."))


def ask(form: Any) -> None:
    """Put the field `show_name` into a form to sign: a box that is not ticked, or a list of several."""
    offered: tuple[str, ...] = form.meta.name_forms
    unbound: Any = BooleanField(TICKS[offered[0]] if offered else "", [Complete()])
    if len(offered) > 1:
        unbound = ChoiceField(_l("On this page, show me"), [Complete()])
    form.show_name = form.meta.bind_field(form, unbound, {"name": "show_name", "prefix": ""})
    form.show_name.choices = [("", _("Not at all")), *((kind, str(CHOICES[kind])) for kind in offered)]
    form._fields["show_name"] = form.show_name


def chosen(value: bool | str | None, offered: tuple[str, ...]) -> str:
    """The form that was chosen, '' for none. A box that was ticked stands for the only one."""
    if isinstance(value, str):
        return value if value in offered else ""
    return offered[0] if value and len(offered) == 1 else ""


def shown_as(form: Any) -> str | None:
    """What a record has in the place of the name that is shown, from a valid form to sign.

    '' for the name itself, None if nothing is shown. What looks like an address or a number is never shown,
    even if it is the name.
    """
    kind = "" if form.name.doubtful else form.shown_form
    if kind == INITIALS:
        short = initials(one_line(form.name.data or ""), languages.current())
        return short if len(short) <= LENGTHS["name"] else None
    if kind == PROFESSION:
        profession, _town = _profession_and_town(form)
        return _asked(form).key if names.doubt(profession) is None else None
    return "" if kind else None


def _profession_and_town(form: Any) -> tuple[str, str]:
    """What was typed of both, '' for what is missing or wrong."""
    asked = _asked(form)
    typed = form[extra_fields.name_in_form(asked)].data or ""
    try:
        profession = extra_fields.read(asked, typed, form.meta.first_language)
    except extra_fields.WrongValueError:
        profession = ""
    return profession, one_line(form.place.data or "")


def _asked(form: Any) -> ExtraField:
    """The extra field that asks for the profession: without one, it is not offered to be shown."""
    fields: tuple[ExtraField, ...] = form.meta.extra_fields
    return next(field for field in fields if field.profession)
