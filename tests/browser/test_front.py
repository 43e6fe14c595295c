"""The first screen on a phone, the menu, the timeline, the notes and the search, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_look import OVERFLOW
from tests.conftest import published
from tests.test_server import serving
from tests.tools import ROOT, SEED

PACKS = ROOT / "tests" / "packs"

#: Each language that a pack is in, with the pack's address.
FRONTS = [
    *((code, "january-2022") for code in ("en", "ru", "kk", "fr")),
    *((code, "river") for code in ("es", "ar")),
    *((code, "lindenhof") for code in ("de", "uk", "tr", "zh-Hans")),
    ("pt", "lagoa"),
    ("fa", "kariz"),
]

PHONE = {"width": 360, "height": 640}


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with the first campaign and the packs of all other languages."""
    data: Path = tmp_path_factory.mktemp("many") / "data"
    data.mkdir()
    published(data, SEED, *(PACKS / name for name in ("river", "lindenhof", "lagoa", "kariz")))
    with serving(data) as address:
        yield address


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE)
    yield context.new_page()
    context.close()


def opened(page: Page, address: str) -> Page:
    page.goto(address, wait_until="load")
    page.evaluate("document.fonts.ready.then(() => true)")
    return page


def bottom(page: Page, selector: str) -> float:
    """Where the first such element ends, from the top of the page."""
    return float(page.locator(selector).first.evaluate("e => e.getBoundingClientRect().bottom + scrollY"))


@pytest.mark.slow
@pytest.mark.parametrize(("language", "slug"), FRONTS)
def test_the_first_screen_says_what_happened_and_what_to_do(
    language: str, slug: str, many: str, phone: Page
) -> None:
    page = opened(phone, f"{many}/{language}/{slug}/")
    assert page.locator("header.top").bounding_box()["height"] <= 64  # type: ignore[index]
    for part in ("h1", ".hero .lead", ".hero .calls .button"):
        assert bottom(page, part) <= PHONE["height"], part
    assert bottom(page, ".hero .call:last-child .button") <= PHONE["height"]
    assert page.evaluate(OVERFLOW) == []
    brand = page.locator(".brand").evaluate(
        "e => e.getBoundingClientRect().height / parseFloat(getComputedStyle(e).lineHeight)"
    )
    assert round(brand) == 1, "the name of the site is on one line"


@pytest.mark.slow
@pytest.mark.parametrize(("language", "slug"), [("en", "january-2022"), ("ar", "river")])
def test_the_menu_and_the_languages_open_by_keyboard_without_a_script(
    language: str, slug: str, many: str, browser: Browser
) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = opened_without_script(context.new_page(), f"{many}/{language}/{slug}/")
    menu, languages = page.locator("#top-menu"), page.locator("#top-languages")
    expect(menu).to_be_hidden()
    expect(languages).to_be_hidden()
    buttons = page.locator("header .top-button")
    buttons.nth(0).focus()
    page.keyboard.press("Enter")
    expect(menu).to_be_visible()
    expect(menu.get_by_role("link")).to_have_count(5)
    box = menu.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"]
    page.keyboard.press("Tab")
    expect(menu.get_by_role("link").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(buttons.nth(0)).to_be_focused()
    assert language.upper() in buttons.nth(1).inner_text()
    buttons.nth(1).click()
    expect(languages).to_be_visible()
    other = languages.locator("a:not([aria-current])").first
    code = other.get_attribute("hreflang")
    other.click()
    expect(page).to_have_url(f"{many}/{code}/{slug}/")
    context.close()


def opened_without_script(page: Page, address: str) -> Page:
    page.goto(address, wait_until="load")
    return page


@pytest.mark.slow
def test_a_large_screen_shows_the_whole_menu(many: str, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = opened(context.new_page(), f"{many}/en/january-2022/")
    expect(page.locator("#top-menu").get_by_role("link")).to_have_count(5)
    expect(page.locator("#top-languages").get_by_role("link")).to_have_count(4)
    expect(page.locator("header .top-button").first).to_be_hidden()
    assert page.locator("header.top").bounding_box()["height"] <= 66  # type: ignore[index]
    context.close()


@pytest.mark.slow
@pytest.mark.parametrize(("language", "slug"), [("en", "january-2022"), ("es", "river"), ("ar", "river")])
def test_the_timeline_fits_a_phone_and_its_dates_begin_where_lines_do(
    language: str, slug: str, many: str, phone: Page
) -> None:
    page = opened(phone, f"{many}/{language}/{slug}/record")
    picture = page.locator(".timeline-narrow")
    expect(page.locator(".timeline-wide")).to_be_hidden()
    box = picture.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"]
    outside = picture.evaluate(
        """svg => { const own = svg.getBoundingClientRect();
        return [...svg.querySelectorAll("text")].map(t => t.getBoundingClientRect())
          .filter(r => r.left < own.left - 1 || r.right > own.right + 1).length }"""
    )
    assert outside == 0
    starts = page.locator(".moments li:not(.moments-break) time").evaluate_all(
        """times => times.map(time => { const range = document.createRange(); range.selectNodeContents(time);
        const words = range.getBoundingClientRect(), own = time.getBoundingClientRect();
        return Math.round(document.dir === "rtl" ? own.right - words.right : words.left - own.left) })"""
    )
    assert set(starts) <= {0, 1}


#: Whether a point some pixels beside the middle of an element still belongs to it.
HIT = """(e, by) => { e.scrollIntoView({block: "center"}); const r = e.getBoundingClientRect();
  const x = r.left + r.width / 2, y = r.top + r.height / 2;
  return [[0, by], [0, -by], [by, 0], [-by, 0]].every(([dx, dy]) => {
    const hit = document.elementFromPoint(x + dx, y + dy); return hit === e || e.contains(hit) }) }"""


@pytest.mark.slow
def test_notes_are_large_enough_to_tap_and_lead_there_and_back(many: str, phone: Page) -> None:
    page = opened(phone, f"{many}/en/january-2022/demands/accountability")
    mark = page.locator("sup.note a").first
    assert mark.evaluate(HIT, 11.5)
    expect(page.get_by_role("link", name="Source 1").first).to_be_visible()
    mark.click()
    note = page.locator("#note-1")
    expect(note).to_be_in_viewport()
    back = note.get_by_role("link", name="Back to the text").first
    assert back.evaluate(HIT, 11.5)
    back.click()
    expect(mark).to_be_in_viewport()


@pytest.mark.slow
def test_the_search_leaves_what_has_the_words_and_a_link_shows_what_is_folded(many: str, phone: Page) -> None:
    page = opened(phone, f"{many}/en/january-2022/record")
    entries = page.locator(".facts > li:visible, .moments li:visible")
    everything = entries.count()
    expect(page.locator("#source-fidh-statement")).to_be_hidden()
    page.get_by_label("Search this page").fill("Mortuaries")
    assert 0 < entries.count() < 5
    expect(page.get_by_role("status")).to_contain_text("Found: ")
    expect(page.locator("#topic-torture")).to_be_hidden()
    page.get_by_label("Search this page").fill("no such words")
    expect(page.get_by_role("status")).to_have_text("Nothing found")
    page.get_by_label("Search this page").fill("")
    assert entries.count() == everything
    page.locator('.facts a[href="#source-fidh-statement"]').first.click()
    expect(page.locator("#source-fidh-statement")).to_be_in_viewport()
    opened(page, "about:blank")
    opened(page, f"{many}/en/january-2022/record#source-fidh-statement")
    expect(page.locator("#source-fidh-statement")).to_be_in_viewport()


def test_a_link_opens_the_folded_sources_without_a_script(many: str, browser: Browser) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = opened_without_script(context.new_page(), f"{many}/ru/january-2022/record")
    expect(page.locator("#find")).to_be_hidden()
    page.locator('.facts a[href="#source-fidh-statement"]').first.click()
    expect(page.locator("#source-fidh-statement")).to_be_in_viewport()
    context.close()


@pytest.mark.slow
def test_a_letter_is_printed_by_the_form_without_a_script(many: str, browser: Browser) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, accept_downloads=True)
    page = opened_without_script(context.new_page(), f"{many}/en/january-2022/print")
    page.get_by_label("To whom").select_option("ombudsman")
    page.locator("#language").select_option("ru")
    page.get_by_label("What to print").select_option("open-letter")
    with page.expect_download() as download:
        page.get_by_role("button", name="Get the PDF").click()
    assert download.value.suggested_filename == "blank-open-letter-ombudsman-ru.pdf"
    context.close()
