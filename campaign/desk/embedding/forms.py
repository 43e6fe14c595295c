"""The forms of the pages about other sites: which frame, and a webhook."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import StopValidation

from campaign.desk.fields import TypedText
from campaign.desk.validators import BoundedText
from campaign.site.embed import NARROWEST, USUAL, WIDEST
from campaign.untrusted import whole_number
from campaign.web.fields import refuse_unlisted
from campaign.webhooks import addresses
from campaign.webhooks.queue import OFFERED, Event

#: What each event is called at the desk.
EVENT_NAMES = {
    Event.EDITION: _l("A new edition"),
    Event.COUNTS: _l("The public counts, once a day"),
    Event.TEST: _l("A test"),
}


class WidthField(IntegerField):
    """A width in pixels; None for what is no number."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = whole_number(valuelist[0].strip(), 100_000) if valuelist else USUAL


class FrameForm(Form):
    """Which frame to copy. It is sent by GET and changes nothing."""

    kind = SelectField(_l("What it shows"), validate_choice=False)
    language = SelectField(_l("Language"), validate_choice=False)
    colours = SelectField(_l("Colours"), validate_choice=False)
    width = WidthField(_l("Width in pixels"), default=USUAL)

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        names = {"": _("Same as the reader’s device"), "light": _("Light"), "dark": _("Dark")}
        self.colours.choices = list(names.items())

    def validate_width(self, field: Field) -> None:
        if field.data is None or not NARROWEST <= field.data <= WIDEST:
            raise StopValidation(
                _("Enter a number from %(least)s to %(most)s.", least=NARROWEST, most=WIDEST)
            )


class WebhookForm(Form):
    """A new webhook."""

    url = StringField(_l("Address of the other program"), [BoundedText(addresses.LONGEST, needed=True)])
    events_list = SelectMultipleField(_l("Messages"), validate_choice=False)

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.events_list.choices = [(event.value, EVENT_NAMES[event]) for event in OFFERED]

    def validate_url(self, field: Field) -> None:
        messages = {
            "https": _("The address must begin with https:// and have no spaces or accents."),
            "host": _("Use the name of a host, without a port, a user name or a #."),
        }
        if problem := addresses.problem((field.data or "").strip()):
            raise StopValidation(messages[problem])

    def validate_events_list(self, field: Field) -> None:
        refuse_unlisted(bool(field.data) and set(field.data) <= set(OFFERED))


class ActionForm(Form):
    """What is to be done with a webhook: test, off, on or remove."""

    do = TypedText()
