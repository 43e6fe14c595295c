"""Address blocks: the destination's form, the country last and in capitals."""

import pytest

from campaign.letters.address import address_lines, country_line
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
    lines = address_lines(pack.addressees["own-foreign-minister"], "en", country, typed)
    assert (lines[-1] if lines else None) == expected
