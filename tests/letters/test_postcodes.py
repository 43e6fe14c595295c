"""Postcodes: each country's own spelling, and a question for what looks like none of the country."""

from __future__ import annotations

import pytest

from campaign.languages.countries import countries
from campaign.letters.postcodes import doubtful, example, fits, normal

#: What people type, and what is printed.
RIGHT = [
    ("KZ", "050012", "050012"),
    ("KZ", "A05A0B7", "A05A0B7"),
    ("KZ", "Z05H0D4", "Z05H0D4"),
    ("KZ", "a05 a0b7", "A05A0B7"),
    ("KZ", "А05А0В7", "A05A0B7"),  # typed with Cyrillic letters
    ("LT", "LT-01511", "01511"),
    ("LT", "01511", "01511"),
    ("LV", "LV-1010", "LV-1010"),
    ("LV", "1010", "LV-1010"),
    ("LV", "LV1010", "LV-1010"),
    ("LU", "L-1841", "1841"),
    ("LU", "L 1841", "1841"),
    ("LU", "LU-1841", "1841"),
    ("SE", "SE-103 39", "103 39"),
    ("SE", "S-10339", "103 39"),
    ("DE", "D-10115", "10115"),
    ("DE", "DE 10115", "10115"),
    ("CH", "CH-8001", "8001"),
    ("FI", "FIN-00521", "00521"),
    ("CY", "CY-1682", "1682"),
    ("FR", "F-75002", "75002"),
    ("FR", "75 002", "75002"),
    ("JP", "１００−０００１", "100-0001"),
    ("JP", "〒1000001", "100-0001"),
    ("IR", "۱۱۹۳۶۵۴۴۷۱", "11936-54471"),
    ("EG", "١٢٤١١", "12411"),
    ("RU", "101 000", "101000"),
    ("IN", "110 001", "110001"),
    ("CN", "100 000", "100000"),
    ("PT", "1000001", "1000-001"),
    ("AZ", "AZ1000", "1000"),
    ("MD", "MD-2001", "2001"),
    ("GB", "sw1a1aa", "SW1A 1AA"),
    ("CA", "k1a0b1", "K1A 0B1"),
    ("NL", "1012ab", "1012 AB"),
    ("CZ", "17000", "170 00"),
    ("PL", "00251", "00-251"),
    ("PL", "00–251", "00-251"),
    ("BR", "70070300", "70070-300"),
    ("US", "20520-0001", "20520-0001"),
    ("DE", "\u200b10115\u00a0", "10115"),
    # Where there are no postcodes or no rules, nothing is asked.
    ("AE", "PO Box 12", "PO Box 12"),
    ("XK", "10000", "10000"),
    ("", "anything", "anything"),
    ("DE", "", ""),
]


@pytest.mark.parametrize(("country", "typed", "printed"), RIGHT)
def test_a_right_postcode_is_taken_and_spelt_as_the_country_does(
    country: str, typed: str, printed: str
) -> None:
    assert normal(typed, country) == printed
    assert not doubtful(typed, country)


@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [("FR", "6900", "6900"), ("GB", "SW1A", "SW1A"), ("DE", "X-10115", "X-10115"), ("DE", "A-1010", "A-1010"),
     ("KZ", "A05A0BB", "A05A0BB"), ("RU", "none", "none"), ("SE", "  10 3 ", "10 3")],
)  # fmt: skip
def test_a_doubtful_postcode_is_asked_about_and_stays_as_typed(country: str, typed: str, kept: str) -> None:
    assert doubtful(typed, country)
    assert normal(typed, country) == kept


def test_every_example_is_right_and_stays_as_it_is() -> None:
    for country in countries("en"):
        if code := example(country):
            assert fits(code, country), country
            assert normal(code, country).replace(" ", "") == code.replace(" ", ""), country
            assert normal(normal(code, country), country) == normal(code, country), country
