"""A country is found by whatever a person calls it, and none is suggested that is not near."""

from __future__ import annotations

import pycountry
import pytest
from babel import Locale

from campaign.country_names import code_of, fold, nearest, suggestion
from campaign.languages.countries import countries
from campaign.languages.data import installed

#: Names that two countries share: to be asked about, never guessed.
SHARED = {"congo", "korea", "saint martin", "virgin islands", "конго", "виргинские о ва"}


@pytest.mark.parametrize("language", installed())
def test_every_name_in_every_language_of_the_interface_is_found(language: str) -> None:
    missed = {
        name: code
        for code, name in countries(language).items()
        if code_of(name) != code and fold(name) not in SHARED
    }
    assert missed == {}


def test_every_code_and_official_name_is_found() -> None:
    for country in pycountry.countries:
        official = getattr(country, "official_name", country.name)
        for name in (country.alpha_2, country.alpha_3, country.alpha_3.lower(), country.name, official):
            assert code_of(name) == country.alpha_2 or fold(name) in SHARED, name


def test_every_country_is_found_by_its_name_in_its_first_language() -> None:
    for code in (
        "DE",
        "ES",
        "AT",
        "JP",
        "CN",
        "UA",
        "GR",
        "IR",
        "EG",
        "HU",
        "FI",
        "GE",
        "AM",
        "IL",
        "TH",
        "KZ",
    ):
        language = {"AT": "de", "EG": "ar", "GR": "el", "IL": "he", "CN": "zh", "JP": "ja", "UA": "uk", "IR": "fa",
                    "GE": "ka", "AM": "hy", "TH": "th", "KZ": "kk"}.get(code, code.lower())  # fmt: skip
        assert code_of(Locale(language).territories[code]) == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("UK", "GB"), ("uk", "GB"), ("U.K.", "GB"), ("England", "GB"), ("Great Britain", "GB"), ("Scotland", "GB"),
        ("Northern Ireland", "GB"), ("Англия", "GB"), ("Grande-Bretagne", "GB"),
        ("USA", "US"), ("U.S.A.", "US"), ("United States of America", "US"), ("США", "US"), ("АҚШ", "US"),
        ("États-Unis d’Amérique", "US"), ("РФ", "RU"), ("Russian Federation", "RU"), ("Российская Федерация", "RU"),
        ("Deutschland", "DE"), ("Holland", "NL"), ("The Netherlands", "NL"), ("Turkey", "TR"), ("Türkiye", "TR"),
        ("Czech Republic", "CZ"), ("Republic of Kazakhstan", "KZ"), ("Республика Казахстан", "KZ"),
        ("Қазақстан Республикасы", "KZ"), ("république du Kazakhstan", "KZ"), ("KAZ", "KZ"), (" kz ", "KZ"),
        ("Ivory Coast", "CI"), ("Cote d'Ivoire", "CI"), ("CÔTE D’IVOIRE", "CI"), ("Palestine", "PS"),
        ("Burma", "MM"), ("Киргизия", "KG"), ("Белоруссия", "BY"), ("Республика Беларусь", "BY"),
        ("South Korea", "KR"), ("Северная Корея", "KP"), ("The Gambia", "GM"), ("Congo-Brazzaville", "CG"),
        ("中國", "CN"), ("ОАЭ", "AE"), ("République de Moldova", "MD"), ("\u200bFrance\u00ad", "FR"),
    ],
)  # fmt: skip
def test_common_names_and_short_forms_are_found(typed: str, code: str) -> None:
    assert code_of(typed) == code


@pytest.mark.parametrize(
    "typed", ["", " ", "-", "Korea", "Congo", "Virgin Islands", "Atlantis", "USSR", "EU", "x" * 5_000]
)
def test_what_names_no_country_or_two_is_not_guessed(typed: str) -> None:
    assert code_of(typed) == ""
    assert nearest(typed) == ""


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Germny", "DE"),
        ("Kazahstan", "KZ"),
        ("Казхстан", "KZ"),
        ("Frnce", "FR"),
        ("Swizerland", "CH"),
        ("Ukrain", "UA"),
        ("Frankreic", "FR"),
    ],
)
def test_a_slip_is_asked_about(typed: str, code: str) -> None:
    assert code_of(typed) == "" and nearest(typed) == code
    assert suggestion(typed, "fr") == countries("fr")[code]


@pytest.mark.parametrize("typed", ["XSA", "abc", "Bongo Bongo", "Lyon", "Almaty", "Elbonia"])
def test_nothing_is_suggested_that_is_not_near(typed: str) -> None:
    assert suggestion(typed, "en") == ""
