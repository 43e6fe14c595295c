"""Countries as people name them: one function for every form, list and command.

Names come from CLDR in every language of the interface and in the official languages of each country, ISO
3166 codes of two and three letters and official names from pycountry. The languages' files have what neither
has, under `[countries]`: short and former names, and parts that are written as countries.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

import pycountry
from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.languages import get_official_languages

from campaign.languages import lists
from campaign.languages.countries import countries
from campaign.languages.data import installed, locale, source

#: How many letters may differ in a suggestion, by the length of what was typed: 0 below four letters.
_FAR = ((4, 1), (8, 2))


def code_of(typed: str) -> str:
    """The ISO 3166 code of a country by any of its codes or names, in any language; '' if none is meant."""
    folded = fold(typed[:200])
    if not folded:
        return ""
    for names in (_names, _own_names):
        for spelling in (folded, _form_of_state().sub("", folded)):
            codes = names().get(spelling, frozenset())
            if len(codes) == 1:
                return next(iter(codes))
    return ""


def nearest(typed: str) -> str:
    """The code of the country that was probably meant, if the spelling is near and no other is as near."""
    from rapidfuzz.distance import OSA  # where somebody types a name that no country has

    folded = fold(typed[:200])
    most = max((letters for length, letters in _FAR if len(folded) >= length), default=0)
    found: dict[int, set[str]] = {}
    for name, codes in _names().items():
        if most and len(name) > 3 and (distance := OSA.distance(folded, name, score_cutoff=most)) <= most:
            found.setdefault(distance, set()).update(codes)
    best = found[min(found)] if found else set()
    return best.pop() if len(best) == 1 else ""


def suggestion(typed: str, language: str) -> str:
    """The name, in that language, of the country that was probably meant; '' if none is near."""
    return countries(language).get(nearest(typed), "")


def fold(text: str) -> str:
    """A name without case, accents, punctuation and the like, so that spellings of one name are equal."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(
        c for c in decomposed if not unicodedata.combining(c) and unicodedata.category(c) != "Cf"
    )
    return " ".join(re.sub(r"[^\w]|_", " ", letters).replace("ı", "i").split())


@lru_cache(maxsize=1)
def _form_of_state() -> re.Pattern[str]:
    """What a full name begins or ends with, folded, so that the rest is looked for alone."""
    before, after, attached = map(_alternatives, lists.forms_of_state())
    return re.compile(rf"^(?:{before})\s+|\s+(?:{after})$|(?:{attached})$")


def _alternatives(words: Iterable[str]) -> str:
    """Folded words as a regular expression that takes the longest of them."""
    return "|".join(sorted(map(fold, words), key=len, reverse=True))


@lru_cache(maxsize=1)
def _names() -> dict[str, frozenset[str]]:
    """Codes by code and name: CLDR in the interface's languages, pycountry, and the languages' files."""
    languages = dict.fromkeys((*installed(), *(str(locale(code)) for code in installed())))
    return _table(_codes(), _cldr(languages, countries(source())), _official(), lists.country_names())


@lru_cache(maxsize=1)
def _own_names() -> dict[str, frozenset[str]]:
    """Codes by what a country calls itself. Read only if nothing else fits: it loads a hundred locales."""
    own = (
        pair
        for code in countries(source())
        for pair in _cldr(get_official_languages(code, de_facto=True), [code])
    )
    return _table(own, _cldr(["zh_Hant"], ("CN", "HK", "MO", "TW")))


def _table(*sources: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for pairs in sources:
        for name, code in pairs:
            table.setdefault(fold(name), set()).add(code)
    return {name: frozenset(codes) for name, codes in table.items()}


def _codes() -> Iterator[tuple[str, str]]:
    known = countries(source())
    yield from ((code, code) for code in known)
    for alias, codes in get_global("territory_aliases").items():
        if alias.isalpha() and len(codes) == 1 and codes[0] in known:
            yield alias, codes[0]


def _cldr(languages: Iterable[str], codes: Iterable[str]) -> Iterator[tuple[str, str]]:
    codes = list(codes)
    for language in languages:
        try:
            territories = Locale.parse(language.replace("-", "_")).territories
        except (UnknownLocaleError, ValueError):
            continue
        for code in codes:
            if name := territories.get(code):
                yield name, code
                yield re.sub(r"\s*\(.*\)", "", name), code


def _official() -> Iterator[tuple[str, str]]:
    for country in pycountry.countries:
        for name in ("name", "official_name", "common_name", "alpha_3"):
            if value := getattr(country, name, ""):
                yield value, country.alpha_2
                yield value.partition(",")[0], country.alpha_2
