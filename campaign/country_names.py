"""Countries as people name them: one function for every form, list and command.

Names come from CLDR in every language of the interface and in the official languages of each country, ISO
3166 codes of two and three letters and official names from pycountry. `_ALSO` has what neither has: short and
former names, and parts that are written as countries.
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
from rapidfuzz.distance import OSA

from campaign.pack.languages import INTERFACE, countries

#: Common names that are in no table, by code.
_ALSO = {
    "AE": "Emirates, UAE, ОАЭ, Эмираты, БАӘ, Émirats",
    "BO": "Bolivia, Боливия, Bolivie",
    "BY": "Belorussia, Byelorussia, White Russia, Белоруссия, РБ, Biélorussie",
    "CD": "DR Congo, DRC, Democratic Republic of Congo, Congo Kinshasa, ДР Конго, ДРК, RDC, RD Congo",
    "CG": "Congo Brazzaville, Republic of Congo, Конго Браззавиль",
    "CI": "Ivory Coast, Берег Слоновой Кости",
    "CN": "PRC, Mainland China, КНР",
    "CV": "Cape Verde, Кабо Верде, Cap Vert",
    "CZ": "Czech Republic, Чешская Республика, Чешская Респ, République tchèque",
    "DE": "FRG, ФРГ, RFA",
    "FR": "French Republic, Французская Республика, République française",
    "GB": "UK, U.K., Great Britain, Britain, England, Scotland, Wales, Northern Ireland, Англия,"
    " Шотландия, Уэльс, Северная Ирландия, Британия, Соединённое Королевство,"
    " Біріккен Корольдік, Grande Bretagne, Angleterre, Écosse,"
    " Pays de Galles, Irlande du Nord",
    "HK": "Hong Kong, Hongkong, Гонконг",
    "IR": "Iran, Иран, Iran République islamique",
    "KG": "Kirgizia, Kirghizia, Kirghizstan, Kirgizstan, Киргизия, Кыргызстан,"
    " Кыргызская Республика, Kirghizie",
    "KP": "North Korea, DPRK, КНДР, Северная Корея, Corée du Nord",
    "KR": "South Korea, ROK, Южная Корея, Республика Корея, Корей Республикасы, Corée du Sud",
    "KZ": "Kazakstan, Qazaqstan, РК, Республика Казахстан, Қазақстан Республикасы, ҚР,"
    " République du Kazakhstan",
    "LA": "Laos, Лаос",
    "MD": "Moldova, Moldavia, Молдавия, Молдова, Moldavie",
    "MK": "Macedonia, North Macedonia, Македония, Северная Македония, Macédoine",
    "MM": "Burma, Myanmar, Бирма, Мьянма, Birmanie",
    "MO": "Macau, Macao, Макао",
    "NL": "Holland, The Netherlands, Голландия, Нидерланды, Hollande",
    "PS": "Palestine, State of Palestine, Палестина, Государство Палестина, État de Palestine",
    "RU": "Russian Federation, RF, РФ, Российская Федерация, Ресей Федерациясы, Fédération de Russie",
    "SY": "Syria, Сирия, Syrie",
    "SZ": "Swaziland, Свазиленд",
    "TJ": "Tadjikistan, Таджикистан, Tadjikistan",
    "TM": "Turkmenia, Туркмения",
    "TL": "East Timor, Восточный Тимор",
    "TR": "Turkey, Turkiye, Турция, Turquie",
    "TW": "Taiwan, Тайвань",
    "US": "USA, U.S.A., U.S., America, United States of America, The States, США, Америка, Соединённые Штаты"
    " Америки, АҚШ, Америка Құрама Штаттары, États Unis d’Amérique, EUA, EE UU",
    "VA": "Vatican, Holy See, Ватикан, Saint Siège",
    "VN": "Vietnam, Viet Nam, Вьетнам",
}

#: What a full name begins with, so that the rest is looked for alone.
_FORM_OF_STATE = re.compile(
    r"^(?:the|republic of|kingdom of|state of|federal republic of|республика|королевство|государство"
    r"|republique (?:de la|de l|du|de|d)|royaume (?:de la|de l|du|de|d))\s+|\s+(?:республикасы|корольдігі)$"
)

#: How many letters may differ in a suggestion, by the length of what was typed: 0 below four letters.
_FAR = ((4, 1), (8, 2))


def code_of(typed: str) -> str:
    """The ISO 3166 code of a country by any of its codes or names, in any language; '' if none is meant."""
    folded = fold(typed[:200])
    if not folded:
        return ""
    for names in (_names, _own_names):
        for spelling in (folded, _FORM_OF_STATE.sub("", folded)):
            codes = names().get(spelling, frozenset())
            if len(codes) == 1:
                return next(iter(codes))
    return ""


def nearest(typed: str) -> str:
    """The code of the country that was probably meant, if the spelling is near and no other is as near."""
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
def _names() -> dict[str, frozenset[str]]:
    """Codes by code and name: CLDR in the interface's languages, pycountry, and our own table."""
    return _table(_codes(), _cldr(INTERFACE, countries("en")), _official(), _also())


@lru_cache(maxsize=1)
def _own_names() -> dict[str, frozenset[str]]:
    """Codes by what a country calls itself. Read only if nothing else fits: it loads a hundred locales."""
    own = (
        pair
        for code in countries("en")
        for pair in _cldr(get_official_languages(code, de_facto=True), [code])
    )
    return _table(own, _cldr(["zh_Hant"], ("CN", "HK", "MO", "TW")))


def _table(*sources: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for source in sources:
        for name, code in source:
            table.setdefault(fold(name), set()).add(code)
    return {name: frozenset(codes) for name, codes in table.items()}


def _codes() -> Iterator[tuple[str, str]]:
    known = countries("en")
    yield from ((code, code) for code in known)
    for alias, codes in get_global("territory_aliases").items():
        if alias.isalpha() and len(codes) == 1 and codes[0] in known:
            yield alias, codes[0]


def _cldr(languages: Iterable[str], codes: Iterable[str]) -> Iterator[tuple[str, str]]:
    codes = list(codes)
    for language in languages:
        try:
            territories = Locale.parse(language).territories
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


def _also() -> Iterator[tuple[str, str]]:
    for code, names in _ALSO.items():
        yield from ((name, code) for name in names.split(","))
