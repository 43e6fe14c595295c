"""Money, per cent and millions, as each language writes them."""

from decimal import Decimal
from typing import Any

import pytest

from campaign.languages.numbers import Written, amount, number, phrase

NB, NNB = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("value", "how", "code", "expected"),
    [
        ("2500000", {"short": True}, "en", f"2.5{NB}million"),
        ("2500000", {"short": True}, "fr", f"2,5{NB}millions"),
        ("2500000", {"short": True}, "uk", f"2,5{NB}мільйона"),
        ("2500000", {"short": True}, "zh-Hans", "250万"),
        ("2500000", {"currency": "EUR", "short": True}, "en", f"€2.5{NB}million"),
        ("2500000", {"currency": "EUR", "short": True}, "de", f"2,5{NB}Millionen{NB}€"),
        ("2500000", {"currency": "EUR", "short": True}, "uk", f"2,5{NB}мільйона{NB}євро"),
        ("2500000", {"currency": "EUR", "short": True}, "zh-Hans", "250万欧元"),
        ("2500000", {"currency": "EUR", "short": True}, "es", f"2,5{NB}millones de euros"),
        ("12500", {"currency": "EUR", "short": True}, "es", f"12,5{NB}mil euros"),
        ("2500000", {"currency": "EUR", "short": True}, "fr", f"2,5{NB}millions d’euros"),
        ("12500", {"currency": "EUR", "short": True}, "fr", f"12,5{NB}mille euros"),
        ("2500000", {"currency": "USD", "short": True}, "ru", f"2,5{NB}миллиона долларов США"),
        ("2500000", {"currency": "EUR", "short": True}, "ar", f"2.5{NB}مليون يورو"),
        ("2500000", {"currency": "EUR", "short": True}, "fa", f"۲٫۵{NB}میلیون{NB}یورو"),
        ("12.5", {"per_cent": True}, "fa", f"۱۲٫۵{NB}درصد"),
        ("1234567.5", {}, "fa", "۱٬۲۳۴٬۵۶۷٫۵"),
        ("12500", {"currency": "EUR"}, "fa", f"۱۲٬۵۰۰{NB}یورو"),
        ("12.5", {"currency": "EUR"}, "fa", f"۱۲٫۵۰{NB}یورو"),
        ("12500", {"currency": "EUR"}, "es", f"12.500{NB}€"),
        ("12500", {"currency": "EUR"}, "ar", f"12,500{NB}يورو"),
        ("12.5", {"currency": "EUR"}, "ar", f"12.50{NB}يورو"),
        ("2500000", {"currency": "GBP"}, "en", "£2,500,000"),
        ("12.50", {"currency": "GBP"}, "en", "£12.50"),
        ("2500000", {"currency": "EUR"}, "fr", f"2{NNB}500{NNB}000{NB}€"),
        ("47", {"per_cent": True}, "en", "47%"),
        ("12.5", {"per_cent": True}, "fr", f"12,5{NB}%"),
        ("12.5", {"per_cent": True}, "de", f"12,5{NB}%"),
    ],
)
def test_an_amount_is_written_as_the_language_writes_it(
    value: str, how: dict[str, object], code: str, expected: str
) -> None:
    assert amount(Decimal(value), code, **how) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "how", "qualifier", "unit", "expected"),
    [
        ("12.5", {}, "over", "ton", "12,5’ten fazla ton"),
        ("12.5", {"per_cent": True}, "nearly", "", "%12,5’e yakın"),
        ("2500000", {"short": True}, "over", "kişi", f"2,5{NB}milyondan fazla kişi"),
        ("2500000", {"short": True}, "at-least", "kişi", f"en az 2,5{NB}milyon{NB}kişi"),
        ("2500000", {"currency": "EUR", "short": True}, "nearly", "", f"2,5{NB}milyon{NB}avroya yakın"),
        ("12500", {"currency": "TRY"}, "more-than", "", f"12.500{NB}Türk lirasından fazla"),
        ("12.5", {"currency": "GBP"}, "nearly", "", f"12,50{NB}İngiliz sterlinine yakın"),
        ("12500", {"currency": "USD"}, "exactly", "", f"12.500{NB}ABD doları"),
    ],
)
def test_a_turkish_ending_follows_what_is_read_last(
    value: str, how: dict[str, Any], qualifier: str, unit: str, expected: str
) -> None:
    written = Written(amount(Decimal(value), "tr", **how))
    assert phrase(Decimal(value), qualifier, unit, "tr", written) == expected


def test_persian_digits_stand_only_where_the_languages_file_names_them() -> None:
    assert number(Decimal(1234), "ar") == "1,234"
