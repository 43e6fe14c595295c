"""The forms with which organisers decide on an organisation that signed on."""

from __future__ import annotations

from flask_babel import gettext as _
from wtforms import Field, Form
from wtforms.validators import StopValidation

from campaign.coalition import organisations
from campaign.coalition.models import OrganisationRow
from campaign.coalition.organisations import MOST_NOTE, MOST_WEBSITE, Organisation, WebsiteError, domain_of
from campaign.desk.fields import TypedText, WholeNumber, YesField
from campaign.desk.validators import BoundedText
from campaign.languages.countries import countries
from campaign.web.fields import refuse_unlisted


class AcceptForm(Form):
    """An organisation as it is to be shown, and what was looked at.

    `same`: the organiser says that it is another one than those of the same name or domain, `twins`.
    """

    row: OrganisationRow
    twins: tuple[str, ...] = ()

    number = WholeNumber()
    name = TypedText(checks=(BoundedText(200, needed=True),), most=201)
    country = TypedText(most=2)
    website = TypedText(checks=(BoundedText(MOST_WEBSITE, needed=True),), most=MOST_WEBSITE + 1)
    note = TypedText(checks=(BoundedText(MOST_NOTE),), most=MOST_NOTE + 1)
    same = YesField()

    def validate_country(self, field: Field) -> None:
        refuse_unlisted(field.data in countries("en"))

    def validate_website(self, field: Field) -> None:
        try:
            field.data = organisations.read_website(field.data)
        except WebsiteError:
            message = _("This is not the address of a website. It looks like https://example.org.")
            raise StopValidation(message) from None

    def validate_note(self, field: Field) -> None:
        proved = self.row.by_domain and domain_of(self.website.data) == domain_of(self.row.website)
        if not proved and not field.data.strip():
            raise StopValidation(_("Write down what proves that this person signs for the organisation."))

    def validate_same(self, field: Field) -> None:
        if self.twins and not field.data:
            raise StopValidation(
                _("Tick the box if it is another organisation; otherwise refuse one of them.")
            )

    @property
    def organisation(self) -> Organisation:
        """The organisation of a valid form."""
        return Organisation(self.name.data.strip(), self.country.data, self.website.data)


class RefuseForm(Form):
    """Which organisation is refused or taken off, and why; the reason is mailed to it."""

    number = WholeNumber()
    reason = TypedText(checks=(BoundedText(MOST_NOTE, needed=True),), most=MOST_NOTE + 1)
