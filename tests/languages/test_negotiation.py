"""A reader gets the most wanted language that is offered, however exactly the browser names it."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from campaign.languages.negotiation import best

FOUR = ("en", "ru", "kk", "fr")


@pytest.mark.parametrize(
    ("header", "offered", "language"),
    [
        ("kk-KZ,ru;q=0.8", FOUR, "kk"),
        ("kk, ru-RU;q=0.8", FOUR, "kk"),
        ("ru;q=0.8,kk-Cyrl-KZ", FOUR, "kk"),
        ("fr-CH, fr;q=0.9, en;q=0.8", FOUR, "fr"),
        ("ru-RU", FOUR, "ru"),
        ("RU_ru", FOUR, "ru"),
        ("de, ja;q=0.5, fr;q=0.1", FOUR, "fr"),
        ("zh-CN", ("uk", "de", "zh-Hans"), "zh-Hans"),
        ("zh", ("uk", "zh-Hant", "zh-Hans"), "zh-Hans"),
        ("zh-TW", ("en", "zh-Hans", "zh-Hant"), "zh-Hant"),
        ("zh-TW, en;q=0.5", ("en", "zh-Hans"), "zh-Hans"),
        ("zh-Hant-HK", ("zh-Hans", "zh-Hant"), "zh-Hant"),
        ("pt-BR", ("en", "pt"), "pt"),
        ("pt", ("en", "pt-BR"), "pt-BR"),
        ("es-MX", ("es", "es-419"), "es-419"),
        ("iw", ("en", "he"), "he"),
        ("sr-Latn", ("sr", "sr-Latn"), "sr-Latn"),
        # Not wanted, not offered, or not a language: the first of the campaign's.
        ("ru;q=0, en;q=0.1", FOUR, "en"),
        ("ru;q=0", ("kk", "ru"), "kk"),
        ("de, ja", ("kk", "en"), "kk"),
        ("*", ("ru", "en"), "ru"),
        ("", ("ru", "en"), "ru"),
        (",,-,_,;q=x", ("ru", "en"), "ru"),
        ("x" * 10_000, ("ru", "en"), "ru"),
        (",".join(["de"] * 10_000 + ["en"]), ("ru", "en"), "ru"),
    ],
)
def test_a_reader_gets_the_most_wanted_language_there_is(
    header: str, offered: tuple[str, ...], language: str
) -> None:
    assert best(parse_accept_header(header, LanguageAccept), offered) == language
