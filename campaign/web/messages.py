"""Messages in the language of the current response."""

from __future__ import annotations

from flask_babel import format_decimal, get_domain

from campaign.messages import Message


def translated(message: Message) -> str:
    """The message in the reader’s language, with numbers grouped as that language groups them."""
    catalogue = get_domain().get_translations()
    return message.translate(catalogue.gettext, catalogue.ngettext, format_decimal)
