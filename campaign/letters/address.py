"""Address blocks: the recipient first, then the place, then the country in capitals.

An address inside a letter is for the reader, in the letter's language; the one on an envelope, in a
window or on a postcard is for the post offices on the way, in Latin letters if it goes abroad.
"""

from __future__ import annotations

import re

from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages

from campaign.letters.letter import Posting, Sender, TypedAddress
from campaign.letters.postal_format import arranged, rules
from campaign.letters.scripts import capitals, is_latin
from campaign.pack.languages import countries
from campaign.pack.model import Addressee

#: Postal lines of an addressee: fewer is no address, more does not fit a window.
LEAST_LINES, MOST_LINES = 2, 7


def address_lines(
    addressee: Addressee, language: str, sender_country: str, typed: TypedAddress | None = None
) -> tuple[str, ...]:
    """The lines under the office's name inside a letter posted in `sender_country` (ISO code or '').

    They are in the letter's language where the pack has them in it. A letter abroad has the country in
    the last line, in Latin letters. `typed` is used for addressees whose address the supporter knows
    (their own foreign ministry).
    """
    if addressee.typed:
        return _typed_lines(addressee, sender_country, typed)
    postal = addressee.address
    if postal is None:
        return ()
    lines = postal.local.get(language, postal.lines)
    if addressee.country == sender_country:
        return lines
    return (*lines, country_line(addressee.country, sender_country, language))


def posting(
    addressee: Addressee, sender: Sender, language: str, typed: TypedAddress | None = None
) -> Posting:
    """Both addresses as the post needs them: abroad in Latin letters where the pack has them."""
    if addressee.typed or addressee.country == sender.country:
        lines = address_lines(addressee, language, sender.country, typed)
        return Posting((addressee.to[language], *lines), return_block(sender, language, domestic=True))
    latin = _latin_language(addressee, language)
    country = country_line(addressee.country, sender.country, language)
    lines = (*addressee.address.lines, country) if addressee.address else ()
    return Posting((addressee.to[latin], *lines), return_block(sender, latin, domestic=False))


def _latin_language(addressee: Addressee, language: str) -> str:
    """The letter's language if it is in Latin letters; otherwise English or another one that is."""
    codes = (code for code in (language, "en", *addressee.to) if code in addressee.to)
    return next((code for code in codes if is_latin(addressee.to[code])), language)


def _typed_lines(addressee: Addressee, country: str, typed: TypedAddress | None) -> tuple[str, ...]:
    if not typed:
        office = addressee.by_country.get(country)
        return office.lines if office else ()
    name_lines = (typed.name,) if typed.name else ()
    return (*name_lines, *arranged(typed.lines, typed.postcode, typed.place, typed.region, country))


def needs_region(country: str) -> bool:
    """Whether an address of the country is not complete without a state or province."""
    country_rules = rules(country)
    return country_rules is not None and "country_area" in country_rules.required_fields


def is_address(lines: tuple[str, ...]) -> bool:
    """Whether lines can be a postal address: at least two, with letters or digits in the first two."""
    return len(lines) >= LEAST_LINES and all(re.search(r"\w", line) for line in lines[:2])


# The sender


def sender_block(sender: Sender, language: str, domestic: bool) -> tuple[str, ...]:
    """Name, address, country and e-mail: a line each, in the order of the sender's country.

    `domestic`: the letter stays within one country, so that no country is printed.
    Without a street, place, region and country share a line.
    """
    return (*return_block(sender, language, domestic), *((sender.email,) if sender.email else ()))


def return_block(sender: Sender, language: str, domestic: bool) -> tuple[str, ...]:
    """The sender's lines on an envelope, or above the address in a window: without the e-mail address."""
    country = "" if domestic else countries(language).get(sender.country, "")
    if sender.address or sender.postcode:
        place_lines = arranged(sender.address, sender.postcode, sender.place, sender.region, sender.country)
        place_lines = (*place_lines, country)
    else:
        place_lines = (", ".join(part for part in (sender.place, sender.region, country) if part),)
    return tuple(line for line in (sender.name, *place_lines) if line)


# The country's line


def country_line(destination: str, sender_country: str, language: str = "en") -> str:
    """The destination's name in Latin capitals, in the language of the country of posting or in English.

    The Universal Postal Union asks for the language of the country of posting or one that is
    known internationally, and for Latin letters. Where posting is in a country that writes
    otherwise, or is unknown, the line is in English. If the country has several official
    languages, the letter's own comes first.
    """
    official = list(get_official_languages(sender_country, de_facto=True)) if sender_country else []
    if language in official:
        official.insert(0, language)
    for code in official[:1]:
        try:
            name = Locale.parse(code, sep="_").territories.get(destination, "")
        except (UnknownLocaleError, ValueError):
            continue
        if name and is_latin(name):
            return capitals(name, code)
    return capitals(Locale.parse("en").territories[destination], "en")
