"""The form with which an organisation signs on: who it is, and who signs for it."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, StringField
from wtforms.validators import StopValidation

from campaign.coalition import organisations
from campaign.coalition.organisations import Contact, Organisation, WebsiteError
from campaign.pack.model import Pack
from campaign.petition.forms import Consent, EmailCheck, EmailField, ProvedForm, RiskRead, filled_in
from campaign.text_input import one_line
from campaign.web import languages
from campaign.web.fields import ChoiceField, PrintableText, Required, a_name

_REQUIRED = _l("This is required.")


class WebsiteField(StringField):
    """A field for a website: the address that was read."""

    address = ""


class WebsiteCheck:
    """The address must be one that browsers open, of a host that somebody registered."""

    def __call__(self, _form: Form, field: WebsiteField) -> None:
        try:
            field.address = organisations.read_website(one_line(field.data or ""))
        except WebsiteError:
            message = _("This is not the address of a website. It looks like https://example.org.")
            raise StopValidation(message) from None


class OrganisationForm(ProvedForm):
    """What is asked of an organisation; only name, country and website are ever shown."""

    country = ChoiceField(_l("Country"), [Required(_l("Choose your country."))])
    understood = BooleanField(_l("I have read this and want to sign"), [RiskRead()])
    # It is printed in the book, so the fonts need its letters.
    organisation = StringField(_l("Name of the organisation"), [PrintableText(), Required(_REQUIRED)])
    website = WebsiteField(_l("Website"), [PrintableText(later=True), Required(_REQUIRED), WebsiteCheck()])
    name = StringField(_l("Who signs for it"), [PrintableText(later=True), Required(_REQUIRED), a_name])
    function = StringField(_l("Their function"), [PrintableText(later=True), Required(_REQUIRED)])
    email = EmailField(_l("E-mail"), [PrintableText(), Required(_REQUIRED), EmailCheck()])
    agree = BooleanField(
        _l("My consent"),
        [Consent(_l("Only somebody who may sign for the organisation can tick this box, and sign on."))],
    )

    @property
    def says(self) -> Organisation:
        """The organisation of a valid form."""
        return Organisation(one_line(self.organisation.data or ""), self.country.data, self.website.address)

    @property
    def contact(self) -> Contact:
        """Who signs for it."""
        name, function = (one_line(field.data or "") for field in (self.name, self.function))
        return Contact(name, function, self.address.shown, languages.current())

    @property
    def by_domain(self) -> bool:
        """Whether the address is at the organisation's own domain."""
        return organisations.is_own_address(self.address.domain, self.website.address)


def organisation_form(pack: Pack, typed: MultiDict[str, str] | None, secret: bytes) -> OrganisationForm:
    """The form of a campaign, empty or as it was typed."""
    return filled_in(OrganisationForm, pack, typed, (secret, purpose(pack.slug)))


def purpose(slug: str) -> str:
    """What tokens and proofs of work of this form are for."""
    return f"organisation/{slug}"
