"""Numbers, dates and qualifiers as each language writes them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from campaign.languages.countries import countries
from campaign.languages.data import installed
from campaign.languages.dates import Day, long_date, moment, place_and_date
from campaign.languages.numbers import in_own_digits, phrase
from campaign.languages.typography import typography

NB, NNB = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("value", "qualifier", "language", "expected"),
    [
        (10000, "over", "en", f"over 10,000{NB}X"),
        (10000, "over", "fr", f"plus de 10{NNB}000{NB}X"),
        (10000, "over", "ru", f"более 10{NB}000{NB}X"),
        (10000, "over", "kk", f"10{NB}000-нан астам X"),
        (1400, "nearly", "kk", f"1{NB}400-ге жуық X"),
        (238, "at-least", "ru", f"не менее 238{NB}X"),
        (30, "only-around", "fr", f"environ 30{NB}X seulement"),
        (30, "only-around", "kk", f"небәрі 30{NB}шақты X"),
    ],
)
def test_a_figure_is_qualified_in_the_language(
    value: int, qualifier: str, language: str, expected: str
) -> None:
    assert phrase(Decimal(value), qualifier, "X", language) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "23 November 2026"),
        ("ru", f"23 ноября 2026{NB}г."),
        ("kk", "2026 жылғы 23 қараша"),
        ("fr", "23 novembre 2026"),
    ],
)
def test_a_date_stands_as_in_a_letter(language: str, expected: str) -> None:
    assert long_date(date(2026, 11, 23), language, "letter").replace(" г.", f"{NB}г.") == expected


@pytest.mark.parametrize("language", installed())
def test_a_moment_has_its_day_and_its_time_and_nothing_of_the_pattern(language: str) -> None:
    said = moment(datetime(2026, 11, 23, 14, 5, tzinfo=UTC), language)
    assert long_date(date(2026, 11, 23), language) in said
    assert in_own_digits("14:05", language) in said
    assert not set("{}'") & set(said)


def test_french_writes_the_first_of_a_month_and_the_place_before_the_date() -> None:
    assert place_and_date("Lyon", date(2026, 5, 1), "fr") == "Lyon, le 1er mai 2026"


@pytest.mark.parametrize(
    ("one", "other", "after"),
    [
        ("2024-02-09", "2024-02-08", True),
        ("2024-02-08", "2024-02-08", False),
        ("2024-02", "2024-02-08", False),
        ("2024-03", "2024-02-08", True),
        ("2024", "2024-02-08", False),
        ("2025", "2024-02-08", True),
    ],
)
def test_a_day_is_after_another_only_where_that_is_certain(one: str, other: str, after: bool) -> None:
    assert Day.read(one).after(Day.read(other)) is after


@pytest.mark.parametrize("text", ["", "2022-13", "2022-02-30", "22-01-01", "2022/01/01", "soon"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Day.read(text)


def test_every_language_names_the_same_countries_in_its_own_order() -> None:
    codes = {language: set(countries(language)) for language in ("en", "ru", "kk", "fr")}
    assert {"KZ", "FR", "GB"} <= codes["en"] & codes["ru"] & codes["kk"] & codes["fr"]
    french = list(countries("fr").values())
    assert french.index("Égypte") < french.index("France")
    kazakh = list(countries("kk").values())
    assert kazakh.index("Әзербайжан" if "Әзербайжан" in kazakh else "Әзірбайжан") < kazakh.index("Бразилия")


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Oui ; non ! Quoi ?", "fr", f"Oui{NNB}; non{NNB}! Quoi{NNB}?"),
        ("Ceci : « cela »", "fr", f"Ceci{NB}: «{NB}cela{NB}»"),
        ("Ceci :{{ fact.x.note }} cela", "fr", f"Ceci{NB}:{{{{ fact.x.note }}}} cela"),
        ("https://x :8000", "fr", "https://x :8000"),
        ("So ; what ?", "en", "So ; what ?"),
    ],
)
def test_french_spaces_hold_their_punctuation(text: str, language: str, expected: str) -> None:
    assert typography(text, language) == expected
    assert len(typography(text, language)) == len(text)
