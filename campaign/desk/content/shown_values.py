"""Values of fields as people read them: the words of a choice, a day in words, and no name of a file."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _

from campaign.desk.content.items import Values, flat
from campaign.desk.content.kinds import IMAGES, Field
from campaign.languages.dates import Day

#: What can be chosen, by the name of a list: keys and words.
Offered = Callable[[str], list[tuple[str, str]]]


def shown(field: Field | None, values: Values, name: str, offered: Offered, language: str) -> str:
    """The value of a field in a language; a text as it was typed."""
    text = flat(values.get(name))
    if field is None or not text:
        return text
    if field.control in IMAGES:
        return str(_("a picture"))
    if field.control in {"flag", "on"}:
        return str(_("Yes") if text == "yes" else _("No"))
    if field.control == "day":
        return day(text, language)
    if field.offered:
        words = dict(offered(field.offered))
        return "\n".join(words.get(key, key) for key in text.split("\n"))
    return text


def day(text: str, language: str) -> str:
    """A day of a file in words; what is no day as it was typed."""
    try:
        return Day.read(text).show(language)
    except ValueError:
        return text
