"""The composer and the petition where the network, the browser or the device does not do its part."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect

from tests.browser.test_nothing_lost import Visitor, january
from tests.tools import pdf_text, words_of

__all__ = ["january"]

WRITE = "/en/january-2022/write?country=FR&to=prosecutor-general"


def written(page: Page, site: str) -> None:
    page.goto(site + WRITE, wait_until="load")
    page.locator("#name").fill("Ana Mora")
    page.locator("#own_words").fill("I teach law in Lyon.")


def got(page: Page) -> str:
    """The text of the letter that comes at the button."""
    time.sleep(2)
    with page.expect_download() as waiting:
        page.locator("#get .button[data-get]").click()
    return words_of(pdf_text(Path(waiting.value.path()).read_bytes()))


def context_of(browser: Browser, **more: object) -> BrowserContext:
    return browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True, **more)  # type: ignore[arg-type]


@pytest.mark.slow
def test_a_script_that_never_comes_costs_nobody_a_letter_or_a_signature(
    browser: Browser, site: str, january: str
) -> None:
    """JavaScript is on, but the network lets no script through."""
    context = context_of(browser)
    context.route(re.compile(r"\.js"), lambda route: route.abort())
    page = context.new_page()
    written(page, site)
    page.locator(".no-script button").click()
    expect(page.locator(".sheet-own")).to_have_text("I teach law in Lyon.")
    assert "Ana Mora" in got(page)
    page.goto(january % "en")
    page.locator("#name").fill("Ana Example")
    page.locator(".sign-go .button").click()
    expect(page.locator("#problems li")).not_to_have_count(0)
    expect(page.locator("#name")).to_have_value("Ana Example")
    context.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    "answer",
    [
        lambda route: route.fulfill(status=500, body="<h1>Internal"),
        lambda route: route.fulfill(status=413, body=""),
        lambda route: route.fulfill(status=429, body="", headers={"Retry-After": "3"}),
        lambda route: route.abort("connectionreset"),
    ],
    ids=["500", "413", "429", "reset"],
)
def test_a_preview_that_fails_is_said_and_the_letter_can_be_got(
    answer: object, browser: Browser, site: str
) -> None:
    context = context_of(browser)
    context.route("**/write/preview", answer)  # type: ignore[arg-type]
    page = context.new_page()
    written(page, site)
    expect(page.locator(".sheet-status")).to_contain_text(
        "could not be redrawn just now. What you typed is still here."
    )
    expect(page.locator("#own_words")).to_have_value("I teach law in Lyon.")
    text = got(page)
    assert "Ana Mora" in text and "I teach law in Lyon." in text
    context.unroute("**/write/preview")
    page.locator("#own_words").fill("I teach law in Lille.")
    expect(page.locator(".sheet-own")).to_have_text("I teach law in Lille.")
    expect(page.locator(".sheet-status")).to_have_text("")
    context.close()


@pytest.mark.slow
def test_words_that_are_no_part_of_the_page_change_nothing(browser: Browser, site: str) -> None:
    """A portal of a hotel answers every request with a page of its own."""
    context = context_of(browser)
    portal = "<title>Wi-Fi</title><div id=sheet data-live>Accept</div><p id=name-error data-live class=error>Accept</p>"
    context.route("**/write/preview", lambda route: route.fulfill(body=portal, content_type="text/html"))
    page = context.new_page()
    written(page, site)
    page.wait_for_timeout(1_000)
    expect(page.locator(".desk")).to_be_visible()
    expect(page.locator("#own_words")).to_have_value("I teach law in Lyon.")
    context.close()


#: What browsers do with storage that a person has forbidden: it cannot even be asked for.
FORBIDDEN = """Object.defineProperty(window, "sessionStorage", { get() { throw new DOMException("no", "SecurityError"); } });"""


@pytest.mark.slow
def test_storage_that_is_forbidden_costs_nobody_a_letter(browser: Browser, site: str) -> None:
    context = context_of(browser)
    context.add_init_script(FORBIDDEN)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: dialog.accept())
    written(page, site)
    page.get_by_label("Keep what I type in this tab").click()
    expect(page.locator(".sheet-own")).to_have_text("I teach law in Lyon.")
    assert "Ana Mora" in got(page)
    page.get_by_role("button", name="Русский").click()
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    expect(page.locator("#name")).to_have_value("Ana Mora")
    assert complaints == []
    context.close()


@pytest.mark.slow
@pytest.mark.parametrize("year", [1970, 2001, 2040])
def test_a_clock_that_is_wrong_by_years_changes_nothing(
    year: int, browser: Browser, site: str, january: str
) -> None:
    context = context_of(browser)
    page = context.new_page()
    page.clock.set_fixed_time(datetime(year, 1, 2, 3, 4, tzinfo=UTC))
    written(page, site)
    page.clock.set_fixed_time(datetime(year, 1, 2, 3, 5, tzinfo=UTC))
    expect(page.locator(".sheet-own")).to_have_text("I teach law in Lyon.")
    today = page.locator("#day").input_value()
    assert not today.startswith(str(year))  # the day is the server's
    assert "I teach law in Lyon." in got(page)
    visitor = Visitor(context.new_page(), january)
    visitor.page.clock.set_fixed_time(datetime(year, 1, 2, 3, 4, tzinfo=UTC))
    visitor.open()
    visitor.type(email=f"clock-{year}@example.org")
    visitor.press("#sent")
    assert visitor.complaints == []
    context.close()


@pytest.mark.slow
def test_two_tabs_keep_each_its_own_letter(browser: Browser, site: str) -> None:
    context = context_of(browser)
    tabs = [context.new_page(), context.new_page()]
    for page, words in zip(tabs, ("From the first tab.", "From the second tab."), strict=True):
        page.on("dialog", lambda dialog: dialog.accept())
        written(page, site)
        page.get_by_label("Keep what I type in this tab").check()
        page.locator("#own_words").fill(words)
    for page, words in zip(tabs, ("From the first tab.", "From the second tab."), strict=True):
        expect(page.locator(".sheet-own")).to_have_text(words)
        page.reload()
        expect(page.locator("#own_words")).to_have_value(words)
        expect(page.locator(".sheet-own")).to_have_text(words)
    third = context.new_page()
    third.goto(site + WRITE)
    expect(third.locator("#own_words")).to_have_value("")
    context.close()


@pytest.mark.slow
def test_two_tabs_may_both_sign_and_the_server_says_the_same_to_both(browser: Browser, january: str) -> None:
    context = context_of(browser)
    tabs = [Visitor(context.new_page(), january) for _ in range(2)]
    for visitor in tabs:
        visitor.open()
        visitor.type(email="two-tabs@example.org")
    for visitor in tabs:
        visitor.press("#sent")
        expect(visitor.page.locator("#sent bdi")).to_have_text("two-tabs@example.org")
    context.close()


def _accepted(asked: list[str], dialog: Dialog) -> None:
    asked.append(dialog.type)
    dialog.accept()


@pytest.mark.slow
def test_closing_the_tab_is_asked_about_only_while_a_letter_would_be_lost(
    browser: Browser, site: str
) -> None:
    context = context_of(browser)
    asked: list[str] = []

    def opened() -> Page:
        asked.clear()
        page = context.new_page()
        page.on("dialog", lambda dialog: _accepted(asked, dialog))
        page.goto(site + WRITE, wait_until="load")
        return page

    page = opened()
    page.locator("#name").focus()
    page.goto(f"{site}/en/january-2022/about")
    assert asked == []
    page = opened()
    page.locator("#own_words").press_sequentially("I teach")
    page.goto(f"{site}/en/january-2022/about")
    assert asked == ["beforeunload"]
    page = opened()
    page.get_by_label("Keep what I type in this tab").check()
    page.locator("#own_words").press_sequentially("I teach")
    page.goto(f"{site}/en/january-2022/about")
    assert asked == []  # it is kept
    page = opened()
    page.locator("#name").fill("Ana Mora")
    got(page)
    page.goto(f"{site}/en/january-2022/about")
    assert asked == []  # the letter is out
    context.close()
