"""Messages in the language of the answer that is being made."""

from __future__ import annotations

from flask_babel import format_decimal, get_domain

from campaign.messages import Message


def translated(message: Message) -> str:
    """The message in the reader’s language, with numbers grouped as that language does."""
    catalogue = get_domain().get_translations()
    return message.translate(catalogue.gettext, catalogue.ngettext, format_decimal)
