"""Which fonts set a text in a language, and what else print has to know of the language."""

from __future__ import annotations

import pytest

from campaign.languages.data import installed
from campaign.languages.scripts import script_of
from campaign.press import fonts
from campaign.press.written import written

SC, JP, KR, MAIN = "Noto Sans SC", "Noto Sans JP", "Noto Sans KR", "Source Serif 4"


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("A letter", "en", (MAIN,)),
        ("Хат", "kk", (MAIN,)),
        ("我写信给您，因为……", "zh-Hans", (SC, MAIN)),
        ("“古树”，IUT 2020", "zh-Hans", (SC, MAIN)),
        ("書きます、木を。", "ja", (JP, MAIN)),
        ("ฉันเขียน", "th", ("Noto Sans Thai", MAIN)),
        ("أكتب 2020", "ar", ("Amiri", MAIN)),
        ("می‌نویسم", "fa", ("Amiri", MAIN)),
        # Words of others in a letter in Latin letters: a comma of theirs is not taken from another script's font.
        ("Bonjour 你好，世界。", "fr", (MAIN, SC)),
        ("こんにちは，世界", "en", (MAIN, JP)),
        ("안녕，世界", "en", (MAIN, KR)),
        ("你好，ᠮᠣᠩᠭᠣᠯ", "en", (MAIN, SC, "Noto Sans Mongolian")),
        ("محمد", "en", (MAIN, "Amiri")),
    ],
)
def test_a_text_is_set_in_the_fonts_of_its_language_first(
    text: str, language: str, expected: tuple[str, ...]
) -> None:
    assert fonts.families(text, language) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Дорогой друг, 12 € — “so”", ""),
        ("a𓀀b\u0378c𓀀", "𓀀\u0378"),
        ("龍 안녕 محمد ᠮᠣ 😀\n\u200d\ufe0f", ""),
        ("e\u0301 is é", ""),
    ],
)
def test_what_no_font_has_is_named_once_in_its_order(text: str, expected: str) -> None:
    assert fonts.missing(text) == tuple(expected)


def test_the_main_font_has_no_letter_that_asks_for_other_fonts_first() -> None:
    """What it has is not looked at when the fonts of a text are chosen."""
    assert not [code for code in fonts._families()[MAIN] if fonts._EAST_ASIAN.match(chr(code))]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            "en",
            {"lang": "en", "region": None, "right": False, "indent": False, "outline": False, "digits": ""},
        ),
        ("ar", {"lang": "ar", "region": None, "right": True, "indent": False, "outline": False}),
        ("fa", {"lang": "fa", "region": None, "right": True}),
        ("he", {"lang": "he", "right": True, "outline": True}),
        ("ja", {"lang": "ja", "region": None, "outline": True}),
        ("zh-Hans", {"lang": "zh", "region": "CN", "right": False, "indent": True, "outline": True}),
        ("zh-Hant", {"lang": "zh", "region": "TW"}),
        ("pt-BR", {"lang": "pt", "region": "BR", "outline": False}),
        ("sr-Latn", {"lang": "sr", "outline": False}),
        ("uz-Arab", {"lang": "uz", "right": True}),
    ],
)
def test_print_knows_how_a_language_is_set(code: str, expected: dict[str, object]) -> None:
    settings = written(code, "")
    assert {key: settings[key] for key in expected} == expected


@pytest.mark.parametrize("code", [*installed(), "ja", "th", "ko", "hi", "he", "fa"])
def test_the_fonts_named_for_a_script_are_there(code: str) -> None:
    assert set(script_of(code).printed) <= set(fonts._families())


def test_the_fonts_stay_small_enough_to_install() -> None:
    size = sum(path.stat().st_size for path in fonts.FOLDER.iterdir())
    assert size < 60_000_000
