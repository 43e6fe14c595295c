"""The forms of the page about people: whom to invite, and another role for somebody."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, SelectField, SelectMultipleField, StringField
from wtforms.validators import StopValidation

from campaign.desk.access.forms import ROLE_NAMES
from campaign.desk.fields import TypedText
from campaign.desk.validators import BoundedText
from campaign.people.members import Guest
from campaign.people.roles import ROLES
from campaign.web.fields import refuse_unlisted, valid_email


class GuestForm(Form):
    """Whom to invite, and as what."""

    name = StringField(_l("Name"), [BoundedText(120, needed=True)])
    email = StringField(_l("E-mail"), [BoundedText(254, needed=True), valid_email])
    role = SelectField(_l("Role"), default="editor", validate_choice=False)
    languages_list = SelectMultipleField(_l("Languages of a translator"), validate_choice=False)

    #: The languages that a translator can have: those of the campaign.
    offered: Mapping[str, str] = {}

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.role.choices = list(ROLE_NAMES.items())

    def validate_role(self, field: Field) -> None:
        refuse_unlisted(field.data in ROLES)

    def validate_languages_list(self, field: Field) -> None:
        refuse_unlisted(set(field.data or ()) <= set(self.offered))
        if self.role.data == "translator" and not field.data:
            raise StopValidation(_("A translator needs at least one language."))

    @property
    def guest(self) -> Guest:
        """Whom to invite, once the form was found good."""
        spoken = tuple(self.languages_list.data or ())
        return Guest(self.name.data or "", self.email.data or "", self.role.data, spoken)


class RoleForm(Form):
    """Another role, and the languages of a translator."""

    role = TypedText()
    languages_list = SelectMultipleField(validate_choice=False)

    @property
    def guest(self) -> Guest:
        """The role, as an invitation would give it."""
        return Guest("", "", self.role.data, tuple(self.languages_list.data or ()))


class InvitationForm(Form):
    """An open invitation, by the hash of its link in hexadecimal digits. `do`: withdraw or resend."""

    which = TypedText(most=64)
    do = TypedText()

    @property
    def digest(self) -> bytes:
        """The hash; b'' for what is none."""
        typed = self.which.data
        return bytes.fromhex(typed) if re.fullmatch("[0-9a-f]{64}", typed) else b""
