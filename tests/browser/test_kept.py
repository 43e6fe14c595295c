"""What is typed at the desk, in a real browser: closing the tab loses nothing, with JavaScript and without."""

from __future__ import annotations

import os
import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.test_desk import DESK, House, house, seat
from tests.tools import PATIENCE

__all__ = ["house", "seat"]

EDITOR = f"{DESK}/content/demand/reparations?text=en"
OFFER = "You typed something here on"
TYPED = "Typed, and the tab was closed"


@pytest.mark.slow
def test_a_closed_tab_loses_nothing(house: House, browser: Browser, seat: dict[str, Any]) -> None:
    context = browser.new_context(storage_state=seat, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(house.one + EDITOR)
    assert page.get_by_role("button", name="Keep for later").count() == 0
    page.get_by_label("Title", exact=True).fill(TYPED)
    expect(page.locator("#kept-status")).to_contain_text("Kept on the server at", timeout=PATIENCE * 1000)
    page.close()

    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(house.one + EDITOR)
    expect(page.get_by_text(OFFER)).to_be_visible()
    assert page.get_by_label("Title", exact=True).input_value() != TYPED
    if folder := os.environ.get("LOOK"):
        page.screenshot(path=f"{folder}/kept.png", full_page=False)
    page.get_by_role("link", name="Take it over").click()
    expect(page.get_by_label("Title", exact=True)).to_have_value(TYPED)
    page.get_by_role("button", name="Save in the draft").click()
    expect(page.get_by_text("Saved in the draft.")).to_be_visible()
    page.wait_for_timeout(5_000)  # nothing that was on its way is kept after saving
    page.goto(house.one + EDITOR)
    expect(page.get_by_label("Title", exact=True)).to_have_value(TYPED)
    assert page.get_by_text(OFFER).count() == 0 and complaints == []
    context.close()


@pytest.mark.slow
def test_without_javascript_a_button_keeps_it(house: House, browser: Browser, seat: dict[str, Any]) -> None:
    context = browser.new_context(
        storage_state=seat, java_script_enabled=False, viewport={"width": 360, "height": 740}
    )
    page = context.new_page()
    page.goto(house.one + f"{DESK}/files/pages/about.en.md")
    page.locator("textarea").fill(f"{page.locator('textarea').input_value()}\n{TYPED}\n")
    page.get_by_role("button", name="Keep for later").click()
    expect(page.get_by_text(OFFER)).to_be_visible()
    if folder := os.environ.get("LOOK"):
        page.screenshot(path=f"{folder}/kept-phone.png", full_page=True)
    page.get_by_role("link", name="Take it over").click()
    expect(page.locator("textarea")).to_have_value(re.compile(re.escape(TYPED)))
    page.goto(house.one + f"{DESK}/files/pages/about.en.md")
    page.get_by_role("button", name="Discard it").click()
    assert page.get_by_text(OFFER).count() == 0
    context.close()
