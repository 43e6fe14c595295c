"""Address blocks: the recipient first, then the place, then the country in capitals.

An address inside a letter is for the reader, in the letter's language; the one on an envelope, in a
window or on a postcard is for the post offices on the way, in Latin letters if it goes abroad.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages

from campaign.languages.countries import countries
from campaign.languages.data import language as language_data
from campaign.languages.direction import isolated, runs_against
from campaign.languages.typography import capitals, listed
from campaign.letters.letter import Posting, Sender, TypedAddress
from campaign.letters.postal_format import arranged, rules
from campaign.letters.scripts import is_latin
from campaign.pack.model import Addressee

#: Postal lines of an addressee: fewer is no address, more does not fit a window.
LEAST_LINES, MOST_LINES = 2, 7


def address_lines(
    addressee: Addressee, language: str, sender_country: str, typed: TypedAddress | None = None
) -> tuple[str, ...]:
    """The lines under the office's name inside a letter posted in `sender_country` (ISO code or '').

    They are in the letter's language where the pack has them in it. A letter abroad has the country in
    the last line, in Latin letters. `typed` is used for addressees whose address the supporter gives
    (their own foreign ministry). There are none for an addressee without a postal address.
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
    if addressee.address is None or addressee.typed or addressee.country == sender.country:
        lines = address_lines(addressee, language, sender.country, typed)
        return Posting((addressee.to[language], *lines), return_block(sender, language, domestic=True))
    latin = latin_language(addressee, language)
    country = country_line(addressee.country, sender.country, language)
    lines = (*addressee.address.lines, country)
    return Posting((addressee.to[latin], *lines), return_block(sender, latin, domestic=False))


@dataclass(frozen=True, slots=True)
class Ways:
    """How a letter can reach its addressee."""

    email: str
    web_form: str
    by_post: bool


def ways_to(addressee: Addressee, sender_country: str, typed: TypedAddress | None = None) -> Ways:
    """How the addressee is reached: by what the pack has, and by what the supporter gave.

    An address that the supporter still has to give is expected to be a postal one.
    """
    if not addressee.typed:
        return Ways(addressee.email, addressee.web_form, addressee.by_post)
    typed = TypedAddress() if typed is None else typed
    email, web_form = typed.email or addressee.email, typed.web_form or addressee.web_form
    by_post = bool(typed) or sender_country in addressee.by_country or not (email or web_form)
    return Ways(email, web_form, by_post)


def latin_language(addressee: Addressee, language: str) -> str:
    """The letter's language if it is in Latin letters; otherwise English or another one that is."""
    codes = (code for code in (language, "en", *addressee.to) if code in addressee.to)
    return next((code for code in codes if is_latin(addressee.to[code])), language)


def _typed_lines(addressee: Addressee, country: str, typed: TypedAddress | None) -> tuple[str, ...]:
    office = addressee.by_country.get(country)
    if not typed and office:
        return office.lines
    typed = TypedAddress() if typed is None else typed
    name_lines = (typed.name,) if typed.name else ()
    if typed.complete:
        return (*name_lines, *typed.lines)
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
        place_lines = (listed(_in_order((sender.place, sender.region, country), language), language),)
    return tuple(line for line in (sender.name, *place_lines) if line)


def _in_order(parts: tuple[str, ...], language: str) -> tuple[str, ...]:
    """Parts of one line: where they are of two directions, each keeps its place in the language's."""
    from_right = language_data(language).right_to_left
    against = {runs_against(part, from_right) for part in parts if part}
    return tuple(isolated(part, language) for part in parts) if len(against) == 2 else parts


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
            name = _spoken_in(code, sender_country).territories.get(destination, "")
        except (UnknownLocaleError, ValueError):
            continue
        if name and is_latin(name):
            return capitals(name, code)
    return capitals(Locale.parse("en").territories[destination], "en")


@lru_cache(maxsize=512)
def _spoken_in(code: str, country: str) -> Locale:
    """A language as a country writes it: Portuguese names of countries differ between Portugal and Brazil.

    Raises UnknownLocaleError or ValueError for a language that CLDR does not know.
    """
    try:
        return Locale.parse(f"{code}_{country}", sep="_")
    except (UnknownLocaleError, ValueError):
        return Locale.parse(code, sep="_")
