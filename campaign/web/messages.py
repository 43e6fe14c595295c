"""Messages in the language of the current response."""

from __future__ import annotations

from decimal import Decimal

from flask_babel import get_domain

from campaign.languages.dates import Day, long_date
from campaign.languages.direction import isolated
from campaign.languages.numbers import number
from campaign.messages import Message, Translator
from campaign.web import languages


def translated(message: Message) -> str:
    """The message in the reader’s language, with numbers grouped as that language groups them."""
    catalogue = get_domain().get_translations()
    code = languages.current()
    return message.translate(
        Translator(
            catalogue.gettext,
            catalogue.ngettext,
            lambda value: number(Decimal(value), code),
            lambda text: isolated(text, code),
            lambda day: day.show(code) if isinstance(day, Day) else long_date(day, code),
        )
    )
