"""What a page costs somebody who pays for each megabyte: its bytes on the wire, and the fonts among them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.weight import weigh
from tests.tools import LANGUAGES

KIB = 1024

#: The most bytes of a page, headers included: with its fonts, and without.
FRONT_PAGE, COMPOSER, OTHERS = (90 * KIB, 40 * KIB), (110 * KIB, 60 * KIB), (120_000, 40 * KIB)

MOST = {"/": FRONT_PAGE, "/write": COMPOSER} | dict.fromkeys(
    ("/petition", "/demands/reparations", "/record", "/at-risk"), OTHERS
)


@pytest.mark.slow
@pytest.mark.security(72)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", MOST)
def test_a_page_is_light(path: str, language: str, browser: Browser, site: str) -> None:
    weight = weigh(browser, f"{site}/{language}/january-2022{path}")
    with_fonts, without = MOST[path]
    assert weight.total(fonts=False) <= without, weight.files
    assert weight.total(fonts=True) <= with_fonts, weight.files
    kinds = [address.partition("?")[0].rpartition(".")[2] for address in weight.files]
    assert kinds.count("css") == 1 and kinds.count("js") <= 1


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("path", ["/", "/write", "/demands/reparations", "/petition", "/print"])
def test_a_page_in_latin_letters_loads_no_other_font_and_one_in_cyrillic_does(
    path: str, language: str, browser: Browser, site: str
) -> None:
    loaded = weigh(browser, f"{site}/{language}/january-2022{path}").fonts()
    assert "text-latin" in loaded
    assert {name for name in loaded if "cyrillic" in name or "kazakh" in name} == set()
    assert "text-cyrillic" in weigh(browser, f"{site}/ru/january-2022{path}").fonts()
