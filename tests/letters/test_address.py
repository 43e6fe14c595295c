"""Address blocks: the destination's form, the country last and in capitals."""

import pytest

from campaign.letters.address import (
    address_lines,
    arranged,
    country_line,
    is_address,
    postcode_example,
    postcode_fits,
)
from campaign.letters.letter import TypedAddress
from campaign.pack.languages import countries
from campaign.pack.model import Pack


@pytest.mark.parametrize(
    ("sender", "language", "expected"),
    [
        ("FR", "fr", "KAZAKHSTAN"),
        ("DE", "en", "KASACHSTAN"),
        ("RU", "ru", "КАЗАХСТАН"),
        ("BE", "fr", "KAZAKHSTAN"),
        ("TR", "en", "KAZAKİSTAN"),
        ("GE", "ru", "KAZAKHSTAN"),
        ("CN", "en", "KAZAKHSTAN"),
        ("", "kk", "KAZAKHSTAN"),
        ("PL", "en", "KAZACHSTAN"),
    ],
)
def test_the_country_stands_in_the_language_of_the_country_of_posting(
    sender: str, language: str, expected: str
) -> None:
    assert country_line("KZ", sender, language) == expected


@pytest.mark.parametrize(("language", "last"), [("kk", "010000"), ("ru", "010000"), ("en", "010000 Astana")])
def test_within_the_country_the_address_is_local_and_has_no_country(
    language: str, last: str, pack: Pack
) -> None:
    lines = address_lines(pack.addressees["prosecutor-general"], language, "KZ")
    assert lines[-1] == last
    assert not any(line.upper() == line and line.isalpha() for line in lines)


def test_from_abroad_the_address_is_in_latin_script(pack: Pack) -> None:
    lines = address_lines(pack.addressees["prosecutor-general"], "kk", "FR")
    assert lines == ("Prosecutor General’s Office", "14 Mangilik El Avenue", "010000 Astana", "KAZAKHSTAN")


@pytest.mark.parametrize(
    ("country", "typed", "expected"),
    [
        ("FR", (), "75007 Paris"),
        ("ES", (), None),
        ("ES", ("Ministerio", "Madrid"), "Madrid"),
        ("FR", ("Autre", "Paris"), "Paris"),
    ],
)
def test_the_own_ministry_is_known_for_some_countries_and_typed_for_others(
    country: str, typed: tuple[str, ...], expected: str | None, pack: Pack
) -> None:
    lines = address_lines(pack.addressees["own-foreign-minister"], "en", country, TypedAddress(lines=typed))
    assert (lines[-1] if lines else None) == expected


@pytest.mark.parametrize(
    ("country", "expected"),
    [
        ("FR", ("Ministère", "1 rue X", "75007 PARIS")),
        ("GB", ("Ministère", "1 rue X", "PARIS", "75007")),
        ("JP", ("Ministère", "〒75007", "1 rue X")),
        ("", ("Ministère", "1 rue X", "75007 Paris")),
    ],
)
def test_a_typed_address_is_written_as_its_country_writes_addresses(
    country: str, expected: tuple[str, ...], pack: Pack
) -> None:
    typed = TypedAddress("Ministère", ("1 rue X",), "75007", "Paris")
    assert address_lines(pack.addressees["own-foreign-minister"], "en", country, typed) == expected


def test_every_country_of_the_list_can_write_an_address() -> None:
    for code in countries("en"):
        lines = arranged(("1 Street",), "", "Town", "", code)
        assert "1 street" in " ".join(lines).lower(), code
        assert all(line.strip() == line and line for line in lines), (code, lines)
        assert postcode_fits(postcode_example(code), code), code


@pytest.mark.parametrize(
    ("postcode", "country", "fits"),
    [
        ("69002", "FR", True),
        ("6900", "FR", False),
        ("sw1a 1aa", "GB", True),
        ("SW1A", "GB", False),
        ("050012", "KZ", True),
        ("anything", "AE", True),
        ("anything", "", True),
    ],
)
def test_a_postcode_is_measured_by_its_country(postcode: str, country: str, fits: bool) -> None:
    assert postcode_fits(postcode, country) is fits


@pytest.mark.parametrize(
    ("lines", "whole"),
    [
        (("1 Street", "Town"), True),
        (("Town",), False),
        ((), False),
        (("…", "Town"), False),
        (("A", "—"), False),
    ],
)
def test_an_address_has_two_lines_with_letters_or_digits(lines: tuple[str, ...], whole: bool) -> None:
    assert is_address(lines) is whole
