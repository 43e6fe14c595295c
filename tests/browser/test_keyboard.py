"""A letter and a signature by keyboard alone, and whatever has the focus is in sight."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_nothing_lost import Visitor, january
from tests.tools import PATIENCE, pdf_text, words_of

__all__ = ["january"]

WIDTHS = {360: 740, 1280: 800}

#: What is wrong with the place of the focus: it has to be in the window as far as it fits there, no part of it may lie
#: under something that stays in sight while the page scrolls, and a ring has to show it. '' if all is well.
FOCUS = """() => {
  const part = document.activeElement;
  if (part === document.body) return "";
  const box = part.getBoundingClientRect(), style = getComputedStyle(part), name = part.outerHTML.slice(0, 120);
  if (!box.width || !box.height) return `has no size: ${name}`;
  if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) return `has no ring: ${name}`;
  const stays = [...document.querySelectorAll("body *")].filter((one) => {
    if (one.contains(part) || part.contains(one) || !one.checkVisibility()) return false;
    return ["fixed", "sticky"].includes(getComputedStyle(one).position) && one.getBoundingClientRect().height;
  });
  const over = stays.filter((one) => {
    const bar = one.getBoundingClientRect();
    const meets = bar.left < box.right && box.left < bar.right && bar.top < box.bottom - 1 && box.top + 1 < bar.bottom;
    if (!meets) return false;
    const x = (Math.max(bar.left, box.left) + Math.min(bar.right, box.right)) / 2;
    const y = (Math.max(bar.top, box.top) + Math.min(bar.bottom, box.bottom)) / 2;
    return one.contains(document.elementFromPoint(x, y));
  });
  if (over.length) return `is under ${over[0].className}: ${name}`;
  const above = stays.map((one) => one.getBoundingClientRect()).filter((bar) => bar.left < box.right && box.left < bar.right);
  const room = innerHeight - above.reduce((sum, bar) => sum + bar.height, 0);
  if (box.height > 0.6 * room) return box.top < innerHeight - 44 && box.bottom > 44 ? "" : `is out of sight: ${name}`;
  return box.top >= -1 && box.bottom <= innerHeight + 1 ? "" : `is out of sight: ${name}`;
}"""


def looked_at(page: Page) -> None:
    """Fails unless whatever has the focus can be seen."""
    wrong = page.evaluate(FOCUS)
    if wrong:  # a script may be scrolling just now
        page.wait_for_timeout(300)
        wrong = page.evaluate(FOCUS)
    assert wrong == ""


def tab_to(page: Page, selector: str, key: str = "Tab", most: int = 60) -> None:
    """Press a key until it brings the focus to what is meant; every stop on the way must be in sight."""
    for _ in range(most):
        page.keyboard.press(key)
        looked_at(page)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{key} does not reach {selector}")


@pytest.fixture(params=WIDTHS, ids=lambda width: f"{width} px")
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    width = request.param
    context = browser.new_context(
        viewport={"width": width, "height": WIDTHS[width]}, reduced_motion="reduce", accept_downloads=True
    )
    yield context.new_page()
    context.close()


@pytest.mark.slow
def test_a_letter_by_keyboard_alone(page: Page, site: str) -> None:
    page.goto(f"{site}/en/january-2022/write", wait_until="load")
    tab_to(page, "#country")
    page.keyboard.type("France")
    expect(page.locator("#country")).to_have_value("FR")
    tab_to(page, "input[name=to]")
    expect(page.locator("#live-sheet")).to_contain_text(
        "France"
    )  # the offices are drawn again, and keep the focus
    tab_to(page, ".all-offices > summary")
    page.keyboard.press("Enter")
    tab_to(page, "input[name=to]", "Shift+Tab")
    tab_to(page, "[name=to][value=prosecutor-general]", "ArrowDown")
    expect(page.locator("[name=to][value=prosecutor-general]")).to_be_checked()
    tab_to(page, "#own_words")
    page.keyboard.type("I teach law in Lyon.")
    for field, typed in (
        ("name", "Ana Mora"),
        ("address", "12 rue Mercière"),
        ("postcode", "69002"),
        ("place", "Lyon"),
    ):
        tab_to(page, f"#{field}")
        page.keyboard.type(typed)
    tab_to(page, "#more > summary")
    page.keyboard.press("Enter")
    tab_to(page, "input[name=demands]")
    page.keyboard.press("Space")
    expect(page.locator("input[name=demands]").first).not_to_be_checked()
    tab_to(page, "#get [data-get]")
    page.wait_for_timeout(1_000)
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    text = words_of(pdf_text(Path(waiting.value.path()).read_bytes()))
    assert "Ana Mora" in text and "Dear Prosecutor General" in text and "I teach law in Lyon." in text
    expect(page.locator("#finish")).to_be_focused()
    tab_to(page, "[name=sent]")
    page.keyboard.press("Enter")
    expect(page.locator(".counted")).to_be_visible()
    looked_at(page)
    # On to the end of the page, and back to its beginning.
    tab_to(page, ".bottom-edition a", most=80)
    tab_to(page, ".skip", "Shift+Tab", most=120)


@pytest.mark.slow
def test_what_is_wrong_with_a_letter_is_mended_by_keyboard_alone(page: Page, site: str) -> None:
    page.goto(f"{site}/en/january-2022/write?country=KZ", wait_until="load")
    tab_to(page, "#get [data-get]")
    page.wait_for_timeout(1_500)
    page.keyboard.press("Enter")
    expect(page.locator("#problems")).to_be_focused()
    looked_at(page)
    tab_to(page, "#problems a[href='#understood']")
    page.keyboard.press("Enter")
    expect(page.locator("#understood")).to_be_focused()
    looked_at(page)
    page.keyboard.press("Space")
    expect(page.locator("#understood")).to_be_checked()
    tab_to(page, "#problems a[href='#name']", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#name")).to_be_focused()
    looked_at(page)


@pytest.mark.slow
@pytest.mark.parametrize("country", ["France", "Kazakhstan"])
def test_a_signature_by_keyboard_alone(country: str, page: Page, january: str) -> None:
    visitor = Visitor(page, january)
    visitor.open()
    tab_to(page, "#country")
    page.keyboard.type(country)
    page.keyboard.press("Tab")
    looked_at(page)
    page.keyboard.press("Shift+Tab")
    if country == "Kazakhstan":
        tab_to(page, "#understood")
        page.keyboard.press("Space")
    tab_to(page, "#name")
    page.keyboard.type("Ana Example")
    tab_to(page, "#email")
    email = f"by-key-{page.viewport_size['width']}-{country.lower()}@example.org"  # type: ignore[index]
    page.keyboard.type(email)
    tab_to(page, ".sign-go .button")
    page.wait_for_timeout(2_000)
    page.keyboard.press("Enter")
    expect(page.locator("#problems")).to_be_focused()
    looked_at(page)
    tab_to(page, "#problems a[href='#agree']")
    page.keyboard.press("Enter")
    expect(page.locator("#agree")).to_be_focused()
    looked_at(page)
    page.keyboard.press("Space")
    tab_to(page, ".sign-go .button")
    page.keyboard.press("Enter")
    expect(page.locator("#sent h1")).to_be_focused(timeout=PATIENCE * 1000)
    for link, result in zip(
        visitor.links(email), ("Your signature counts", "Your signature has been withdrawn"), strict=True
    ):
        page.goto(link)
        tab_to(page, "main form .button")
        page.wait_for_timeout(2_100)
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text(result)
