"""What can be chosen at the desk and is not in the pack: countries, qualifiers, kinds of pictures."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from flask_babel import gettext as _

from campaign.languages.countries import countries
from campaign.languages.numbers import QUALIFIERS, phrase
from campaign.pack.model.addressees import BY_SUPPORTER, IN_LIST, IN_PACK, NO_STATE, SUPPORTER
from campaign.pack.model.texts import MEANINGS
from campaign.web import languages

Choices = list[tuple[str, str]]


def fixed(name: str, language: str) -> Choices | None:
    """A list that is not the pack's, in a language; None if there is none of that name."""
    return LISTS[name](language) if name in LISTS else None


def _country(language: str) -> Choices:
    return list(countries(language).items())


def _authority(language: str) -> Choices:
    return [
        (NO_STATE, _("No state’s: an international body, an organisation, a company")),
        (SUPPORTER, _("The supporter’s own country")),
        *countries(language).items(),
    ]


def _address_source(_language: str) -> Choices:
    return [
        (IN_PACK, _("Below: an address, an e-mail address or a web form")),
        (BY_SUPPORTER, _("Supporters type it")),
        (IN_LIST, _("In the list of representatives")),
    ]


def _language(_language: str) -> Choices:
    return list(languages.OWN_NAMES.items())


def _qualifier(language: str) -> Choices:
    return [(qualifier, phrase(Decimal(100), qualifier, "", language)) for qualifier in QUALIFIERS]


def _picture(_language: str) -> Choices:
    return [
        ("none", _("None")),
        ("number", _("One figure, large")),
        ("marks", _("One mark for each")),
        ("bars", _("Bars")),
        ("timeline", _("The timeline")),
        ("photograph", _("A photograph or drawing")),
    ]


def _event(_language: str) -> Choices:
    return [
        ("handed-over", _("Handed over")),
        ("answered", _("Answered")),
        ("other", _("Something else")),
    ]


def _extra_field(_language: str) -> Choices:
    return [
        ("text", _("A text of one line")),
        ("choice", _("A choice from the options")),
        ("number", _("A whole number")),
    ]


def _meeting(_language: str) -> Choices:
    return [
        ("letters", _("Letter evening")),
        ("stall", _("Stall")),
        ("hand-over", _("Handing-over")),
        ("other", _("Something else")),
    ]


def _end(_language: str) -> Choices:
    return [("met", _("Its demands were met")), ("closed", _("It was closed"))]


def _meaning(_language: str) -> Choices:
    meanings = (_("not met"), _("partly met"), _("met"), _("no longer demanded"))
    return list(zip(MEANINGS, meanings, strict=True))


def _relation(_language: str) -> Choices:
    return [
        ("one-of-them", _("It is one of them")),
        ("asked-by-them", _("They asked it to run this site")),
        ("independent", _("It is independent of them")),
    ]


def _links(_language: str) -> Choices:
    return [("menu", _("In the menu")), ("footer", _("In the footer")), ("none", _("Nowhere"))]


def _form(_language: str) -> Choices:
    return [("unknown", _("unknown")), ("woman", _("a woman")), ("man", _("a man"))]


LISTS: dict[str, Callable[[str], Choices]] = {
    "country": _country,
    "authority": _authority,
    "address source": _address_source,
    "language": _language,
    "qualifier": _qualifier,
    "picture": _picture,
    "event": _event,
    "extra field": _extra_field,
    "meeting": _meeting,
    "end": _end,
    "meaning": _meaning,
    "relation": _relation,
    "links": _links,
    "form": _form,
}
