"""Address blocks: whom the post reads first, then where, then the country in capitals."""

from __future__ import annotations

import unicodedata

from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages

from campaign.pack.model import Addressee


def address_lines(
    addressee: Addressee, language: str, sender_country: str, typed: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """The lines under the office's name, for a letter posted in `sender_country` (ISO code or '').

    Within the destination's own country the address stands in its own script and order and
    has no country. From abroad it stands in Latin script, with the country last. `typed` is
    used for addressees whose address the supporter knows (their own foreign ministry).
    """
    if addressee.typed:
        known = addressee.by_country.get(sender_country)
        return typed or (known.lines if known else ())
    postal = addressee.address
    if postal is None:
        return ()
    if addressee.country == sender_country:
        return postal.local.get(language, postal.lines)
    return (*postal.lines, country_line(addressee.country, sender_country, language))


def country_line(destination: str, sender_country: str, language: str = "en") -> str:
    """The destination's name in capitals, in the language of the country of posting.

    The Universal Postal Union asks for the language of the country of posting or one that is
    known internationally. Where posting is in a country whose script is neither Latin nor
    Cyrillic, or unknown, the line is in English. Of several official languages the letter's
    own comes first.
    """
    official = list(get_official_languages(sender_country, de_facto=True)) if sender_country else []
    if language in official:
        official.insert(0, language)
    for code in official[:1]:
        try:
            name = Locale.parse(code, sep="_").territories.get(destination, "")
        except (UnknownLocaleError, ValueError):
            continue
        if name and _readable(name):
            return _capitals(name, code)
    return _capitals(Locale.parse("en").territories[destination], "en")


def _readable(name: str) -> bool:
    first = unicodedata.name(name[0], "")
    return first.startswith(("LATIN", "CYRILLIC"))


def _capitals(name: str, language: str) -> str:
    if language in {"tr", "az"}:  # ı and i are two letters there
        name = name.replace("i", "İ")
    return name.upper()
