"""The rules for languages in other scripts are made from their files, and only pages that need them have them."""

from __future__ import annotations

import pytest
from flask import Flask

from campaign.web.script_styles import is_needed, sheet
from tests.tools import style_of


@pytest.mark.parametrize(
    ("code", "needed", "has", "has_not"),
    [
        ("en", False, (), ()),
        ("kk", False, (), ()),
        ("tr", False, (), ()),
        (
            "ar",
            True,
            ("Noto Naskh Arabic", "letter-spacing: normal", "font-style: normal"),
            ("line-break: strict",),
        ),
        ("zh-Hans", True, ("PingFang SC", "letter-spacing: normal", "line-break: strict", "text-indent"), ()),
        ("ja", True, ("Hiragino", "line-height"), ("PingFang",)),
        ("th", True, ("Noto Sans Thai",), ()),
    ],
)
def test_a_language_gets_what_its_file_and_its_script_say(
    code: str, needed: bool, has: tuple[str, ...], has_not: tuple[str, ...]
) -> None:
    assert is_needed(code) is needed
    style = sheet((code,)) if needed else ""
    assert [words for words in has if words not in style] == []
    assert [words for words in has_not if words in style] == []
    assert "url(" not in style, "nothing is downloaded"


def test_figures_of_a_language_number_its_lists() -> None:
    style = sheet(("fa",))
    assert '@counter-style own-fa { system: numeric; symbols: "۰" "۱"' in style
    assert "list-style-type: own-fa" in style and "--numerals: own-fa" in style
    assert "@counter-style" not in sheet(("ar",))


def test_pages_of_a_campaign_in_latin_and_cyrillic_letters_have_no_such_rules(app: Flask) -> None:
    assert ":where([lang])" not in style_of(app.test_client(), "/en/january-2022/")
