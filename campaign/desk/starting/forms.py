"""The form with which a campaign begins."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, Form, SelectField, SelectMultipleField
from wtforms.validators import StopValidation

from campaign.desk.content.forms import CleanLine
from campaign.desk.fields import TypedText
from campaign.desk.validators import BoundedText
from campaign.languages.data import installed
from campaign.pack.blank import Answers
from campaign.pack.files import TAKEN
from campaign.pack.new_keys import LONGEST
from campaign.pack.records import KEY
from campaign.web.fields import refuse_unlisted
from campaign.web.languages import own_name

#: Most characters of an answer.
LINE = 200


class StartForm(Form):
    """Five questions, and what supporters will be able to do."""

    name = CleanLine(
        _l("What is the campaign called?"), (BoundedText(LINE, _l("Give the campaign a name.")),)
    )
    language = SelectField(_l("In which language do you write?"), validate_choice=False)
    others_list = SelectMultipleField(
        _l("Into which languages will it be translated?"), validate_choice=False
    )
    organisation = CleanLine(
        _l("Which organisation makes the demands?"), (BoundedText(LINE, _l("Name the organisation.")),)
    )
    statement = CleanLine(
        _l("On which statement of theirs does it rest?"),
        (BoundedText(LINE, _l("Give the title of the statement.")),),
    )
    demand = CleanLine(
        _l("What is the first demand?"), (BoundedText(LINE, _l("Say what the first demand is.")),)
    )
    letters = BooleanField(_l("Write letters"))
    petition = BooleanField(_l("Sign a petition"))
    slug = TypedText(_l("Its address on this site"), most=2 * LONGEST)

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        choices = sorted(((code, own_name(code)) for code in installed()), key=lambda one: one[1].casefold())
        self.language.choices, self.others_list.choices = choices, choices

    def validate_language(self, field: Field) -> None:
        refuse_unlisted(field.data in installed())

    def validate_others_list(self, field: Field) -> None:
        refuse_unlisted(set(field.data or ()) <= set(installed()))

    def validate_petition(self, _field: Field) -> None:
        if not (self.letters.data or self.petition.data):
            raise StopValidation(_("Choose at least one: supporters need something to do."))

    def validate_slug(self, field: Field) -> None:
        typed = self.typed_slug
        if typed and (not KEY.fullmatch(typed) or len(typed) > LONGEST):
            raise StopValidation(_("Use lower-case letters, digits and hyphens, such as “clean-river”."))
        if typed in TAKEN:
            raise StopValidation(self.taken)

    @property
    def taken(self) -> str:
        """The message for an address that another campaign, or the site itself, has."""
        return str(_("This address is taken. Choose another one."))

    def suggest(self, slug: str, free: str) -> None:
        """Say that there is a campaign of this name, and offer an address that is free."""
        self.slug.data = free
        said = _(
            "Another campaign here has the address “%(slug)s”. If it is the same one, ask its owners to "
            "invite you. If not, start yours at the address that is suggested.",
            slug=slug,
        )
        self.slug.errors = [str(said)]

    @property
    def typed_slug(self) -> str:
        """The address that was typed; '' to have one made from the name."""
        return self.slug.data.strip()

    @property
    def translations(self) -> list[str]:
        """The languages that it will be translated into."""
        return [code for code in self.others_list.data or () if code != self.language.data]

    def answers(self, slug: str) -> Answers:
        """What a new pack is made from, once the form was found good."""
        return Answers(
            slug,
            (self.language.data,),
            self.name.data,
            self.organisation.data,
            self.statement.data,
            self.demand.data,
            letters=bool(self.letters.data),
            petition=bool(self.petition.data),
        )
