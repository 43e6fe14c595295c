"""Every page as a person sees it: nothing overflows, nothing comes from elsewhere, all can be read."""

from __future__ import annotations

import io

import pikepdf
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Visit
from tests.site.test_pages import PATHS
from tests.tools import LANGUAGES

#: Elements that stick out of the page on the right, but for a picture that scrolls by itself.
OVERFLOW = """() => document.documentElement.scrollWidth > innerWidth
  ? [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
      .map(e => e.tagName + "." + e.className).slice(0, 5) : []"""

#: Text that fell back to a font of the machine.
FALLBACK = (
    """() => document.fonts.ready.then(() => [...document.fonts].filter(f => f.status === "error").length)"""
)


@pytest.mark.slow
@pytest.mark.security(37, 55, 72)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_no_page_overflows_or_asks_another_host(
    width: int, language: str, browser: Browser, site: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800})
    visit = Visit(context, site)
    for path in PATHS:
        page = visit.open(f"/{language}/january-2022{path}")
        assert page.evaluate(OVERFLOW) == [], path
        assert page.evaluate(FALLBACK) == 0, path
    assert visit.hosts == {site.split("/")[2]}
    assert visit.complaints == []
    assert context.cookies() == []
    context.close()


def test_the_letter_alone_is_printed(browser: Browser, site: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site}/en/january-2022/write", wait_until="load")
    page.emulate_media(media="print")
    assert page.locator(".sheet").is_visible()
    for part in (".top", ".compose", ".bottom", ".sheet-caption"):
        assert not page.locator(part).first.is_visible(), part
    context.close()


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_browser_prints_the_letter_on_one_page(language: str, browser: Browser, site: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site}/{language}/january-2022/write?to=prosecutor-general", wait_until="load")
    page.locator("#name").fill("Claire Martin")
    page.locator("#address").fill("12 rue Mercière\n69002 Lyon")
    page.locator("#own_words").fill("I teach law in Lyon.")
    expect(page.locator(".sheet-own")).to_have_text("I teach law in Lyon.")
    page.emulate_media(media="print")
    page.evaluate("document.fonts.ready.then(() => true)")  # another font may be wider
    with pikepdf.open(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))) as printed:
        assert len(printed.pages) == 1
    context.close()


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/", "/write", "/record"])
def test_the_keyboard_reaches_everything_and_shows_where_it_is(
    path: str, browser: Browser, site: str
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site}/en/january-2022{path}", wait_until="load")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _ in range(12):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        assert outline == "3px", page.evaluate("document.activeElement.outerHTML.slice(0, 100)")
    context.close()
