"""Address blocks: the destination's form, the country last and in capitals."""

import pytest

from campaign.letters.address import address_lines, country_line, is_address, posting
from campaign.letters.letter import Sender, TypedAddress
from campaign.letters.scripts import is_latin
from campaign.pack.model import Pack


@pytest.mark.parametrize(
    ("sender", "language", "expected"),
    [
        ("FR", "fr", "KAZAKHSTAN"),
        ("DE", "en", "KASACHSTAN"),
        ("RU", "ru", "KAZAKHSTAN"),
        ("BE", "fr", "KAZAKHSTAN"),
        ("TR", "en", "KAZAKİSTAN"),
        ("GE", "ru", "KAZAKHSTAN"),
        ("BG", "en", "KAZAKHSTAN"),
        ("CN", "en", "KAZAKHSTAN"),
        ("", "kk", "KAZAKHSTAN"),
        ("PL", "en", "KAZACHSTAN"),
    ],
)
def test_the_country_stands_in_the_language_of_the_country_of_posting(
    sender: str, language: str, expected: str
) -> None:
    assert country_line("KZ", sender, language) == expected


@pytest.mark.parametrize(("sender", "expected"), [("PT", "VIETNAME"), ("AO", "VIETNAME"), ("BR", "VIETNÃ")])
def test_the_country_has_the_name_that_the_country_of_posting_gives_it(sender: str, expected: str) -> None:
    assert country_line("VN", sender, "pt") == expected


@pytest.mark.parametrize(("language", "last"), [("kk", "010000"), ("ru", "010000"), ("en", "010000 Astana")])
def test_within_the_country_the_address_is_local_and_has_no_country(
    language: str, last: str, pack: Pack
) -> None:
    lines = address_lines(pack.addressees["prosecutor-general"], language, "KZ")
    assert lines[-1] == last
    assert not any(line.upper() == line and line.isalpha() for line in lines)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("kk", ("Бас прокуратура", "Мәңгілік Ел даңғ., 14", "Астана қ.", "010000", "KAZAKHSTAN")),
        ("ru", ("Генеральная прокуратура", "пр. Мәңгілік Ел, 14", "г. Астана", "010000", "KAZAKHSTAN")),
        ("fr", ("Prosecutor General’s Office", "14 Mangilik El Avenue", "010000 Astana", "KAZAKHSTAN")),
    ],
)
def test_inside_a_letter_abroad_the_address_is_in_its_language_and_the_country_is_latin(
    language: str, expected: tuple[str, ...], pack: Pack
) -> None:
    assert address_lines(pack.addressees["prosecutor-general"], language, "FR") == expected


def test_what_the_post_reads_is_latin_to_every_addressee_abroad(pack: Pack) -> None:
    for addressee in pack.open_addressees():
        for language in pack.languages:
            for country in ("FR", "RU", "KZ", ""):
                lines = posting(addressee, Sender("A", (), "B", country), language).addressee
                abroad = not addressee.typed and addressee.country != country
                assert is_latin(*lines) or not abroad, (addressee.key, language, country)
                assert (lines[-1] in {"KAZAKHSTAN", "POLAND"} or lines[-1].isupper()) or not abroad, lines


@pytest.mark.parametrize(
    ("language", "country", "expected"),
    [
        ("ru", "DE", ("A", "Seestr. 1", "10115 Berlin", "Germany")),
        ("fr", "DE", ("A", "Seestr. 1", "10115 Berlin", "Allemagne")),
        ("ru", "KZ", ("A", "Seestr. 1", "10115 Berlin")),
    ],
)
def test_the_sender_on_the_envelope_has_a_latin_country_abroad_and_no_email(
    language: str, country: str, expected: tuple[str, ...], pack: Pack
) -> None:
    sender = Sender("A", ("Seestr. 1",), "Berlin", country, "a@example.org", postcode="10115")
    assert posting(pack.addressees["prosecutor-general"], sender, language).sender == expected


def test_a_line_with_an_at_sign_is_on_the_envelope(pack: Pack) -> None:
    sender = Sender("A", ("c/o Café @ Home",), "Berlin", "DE", "a@example.org", postcode="10115")
    assert "c/o Café @ Home" in posting(pack.addressees["president"], sender, "en").sender


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
        ("JP", ("Ministère", "1 rue X", "Paris", "75007")),
        ("", ("Ministère", "1 rue X", "75007 Paris")),
    ],
)
def test_a_typed_address_is_written_as_its_country_writes_addresses(
    country: str, expected: tuple[str, ...], pack: Pack
) -> None:
    typed = TypedAddress("Ministère", ("1 rue X",), "75007", "Paris")
    assert address_lines(pack.addressees["own-foreign-minister"], "en", country, typed) == expected


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
