"""What a page looks like after something was done on it, by how its address ends."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

State = Callable[[Page], None]


def _send(page: Page, button: str) -> None:
    page.wait_for_timeout(2_100)  # a form that comes back sooner is taken for a robot's
    page.locator("main, body").get_by_role("button", name=button, exact=True).last.click()
    page.wait_for_load_state("load")


def _search(page: Page) -> None:
    page.locator("#words").fill("signatures")
    _send(page, "Search")


def _search_nothing(page: Page) -> None:
    page.locator("#words").fill("qwertz")
    _send(page, "Search")


def _start_empty(page: Page) -> None:
    _send(page, "Start the campaign")


def _new_empty(page: Page) -> None:
    _send(page, "Save in the draft")


def _invite_nobody(page: Page) -> None:
    _send(page, "Create the link")


def _webhook_wrong(page: Page) -> None:
    page.locator("#url").fill("http://example.org")
    _send(page, "Add")


def _webhook_added(page: Page) -> None:
    page.locator("#url").fill("https://hooks.example.org/second")
    page.get_by_label("A new edition").last.check()
    _send(page, "Add")


def _all_opened(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")


def _code_made(page: Page) -> None:
    _send(page, "Make a one-time code")


def _sheets_wrong(page: Page) -> None:
    page.locator("#sheets").fill("0")
    _send(page, "Create the sheets")


def _withdrawn(page: Page) -> None:
    _send(page, "Withdraw")


def _publish_unread(page: Page) -> None:
    page.get_by_role("button", name="Publish edition").click()
    page.wait_for_load_state("load")


#: The last ones change what other pages show, so they come last.
STATES: dict[str, tuple[State, ...]] = {
    "/search": (_search, _search_nothing),
    "/start": (_start_empty,),
    "/content/demand/new": (_new_empty,),
    "/people": (_all_opened, _invite_nobody),
    "/webhooks": (_webhook_wrong, _webhook_added),
    "/organisations": (_all_opened,),
    "/paper/stalls": (_code_made,),
    "/paper": (_sheets_wrong,),
    "/signatures": (_all_opened,),
    "/account": (_all_opened,),
    "/pending": (_all_opened,),
    "/end": (_all_opened,),
    "/publish": (_withdrawn, _publish_unread),
}


def of(address: str) -> tuple[State, ...]:
    """What is done at a page of the desk."""
    path = address.partition("?")[0]
    return next((states for end, states in STATES.items() if path.endswith(end)), ())
