"""What paper says around a campaign's own words is written as each language writes it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from campaign.messages import Message, Plural
from campaign.pack.files import parse, read_folder
from campaign.paper import wording
from campaign.paper.sheets import Layout, Print, data

FSI, PDI = "\u2068", "\u2069"
KARIZ = Path(__file__).parents[1] / "packs" / "kariz"


@pytest.mark.parametrize(
    ("language", "message", "expected"),
    [
        ("en", Message("Contact: %(contact)s", contact="a@example.org"), "Contact: a@example.org"),
        ("ar", Message("Contact: %(contact)s", contact="a@example.org"), f"{FSI}a@example.org{PDI}"),
        ("fa", Message("Contact: %(contact)s", contact="a@example.org"), f"{FSI}a@example.org{PDI}"),
        ("fr", Plural("%(num)s signature", "%(num)s signatures", 1200), "1\u202f200 signatures"),
        ("fa", Plural("%(num)s signature", "%(num)s signatures", 1200), "۱٬۲۰۰ امضا"),
    ],
)
def test_a_value_keeps_its_order_and_a_number_its_digits(
    language: str, message: Message, expected: str
) -> None:
    assert wording.printed(language, message).endswith(expected)


def test_a_sheet_has_the_digits_of_its_language() -> None:
    sheet = data(parse(read_folder(KARIZ)), Layout(("fa",)), Print((), edition=12))
    (words,) = sheet["texts"]
    assert "ویراست ۱۲" in words["imprint"] and "خانوار[۱]" in words["blocks"][0][0]
    keys = ("summary", "sources", "asked-by", "notice", "imprint")
    assert re.findall("[0-9]", "".join(words[key] for key in keys)) == []
