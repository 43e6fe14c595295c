"""A sample of what `make axe` looks at: every page once, in turns of language, colours and width."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import axe


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with axe.all_packs(tmp_path_factory.mktemp("axe")) as address:
        yield address


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "slug", "scheme", "width"),
    [
        ("en", "january-2022", "light", 360),
        ("kk", "january-2022", "dark", 1280),
        ("ar", "river", "dark", 360),
        ("zh-Hans", "lindenhof", "light", 1280),
    ],
)
def test_every_page_is_accessible_by_axe(
    language: str, slug: str, scheme: str, width: int, browser: Browser, site: str
) -> None:
    def look(found: axe.Findings, page: Page, what: str) -> None:
        page.set_viewport_size({"width": width, "height": 740})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found.once(page, what)

    found = axe.looked_at(browser, site, language, slug, look)
    assert found.pages > 20
    assert found.wrong == {}


@pytest.mark.slow
def test_a_fault_is_found(browser: Browser, site: str) -> None:
    found = axe.Findings()
    page = browser.new_page(bypass_csp=True)
    page.goto(f"{site}/en/january-2022/about")
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=x><p style=width:9999px>x')"
    )
    found.once(page, "a page")
    page.close()
    assert any(what.startswith("image-alt") for what in found.wrong)
    assert any(what.startswith("wider than the page") for what in found.wrong)
