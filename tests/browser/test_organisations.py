"""An organisation signs on in a real browser, and an organiser accepts it: by the words of the buttons."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from campaign.petition import proof_of_work
from tests.conftest import published
from tests.desk.conftest import Desk, desk_on
from tests.desk.test_organisations import publish
from tests.petition.conftest import Petition, opened
from tests.petition.test_organisations import OPEN_TO_ALL, link_in
from tests.site.test_partners import PARTNERS

#: A folder for pictures of the pages, to look at.
PICTURES = os.environ.get("PICTURES")

__all__ = ["desk_on"]


@pytest.fixture
def desk(tmp_path: Path, desk_on: Callable[[Flask], Desk]) -> Desk:
    return desk_on(published(tmp_path))


@pytest.fixture
def petition(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Petition:
    monkeypatch.setattr(proof_of_work, "TRIES", 2)
    return opened(desk.app, {**OPEN_TO_ALL, **PARTNERS})


@pytest.fixture
def address(petition: Petition) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, petition.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()


def look(page: Page, name: str) -> None:
    """Nothing overflows or is inaccessible; and a picture of it, if somebody asks for them."""
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {width}"
        for scheme in ("light", "dark") if PICTURES else ():
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=f"{PICTURES}/{name}-{width}-{scheme}.png", full_page=True)
        page.emulate_media(color_scheme="light")
    found = Axe().run(page).response["violations"]
    assert not found, [(one["id"], one["nodes"][0]["html"]) for one in found]


@pytest.mark.slow
def test_an_organisation_signs_on_and_is_shown(
    browser: Browser, desk: Desk, petition: Petition, address: str
) -> None:
    context = browser.new_context()
    try:
        page = context.new_page()
        page.goto(f"{address}/en/trees/petition")
        page.get_by_role("link", name="Sign on as an organisation").click()
        look(page, "form")
        desk.clock.pass_(seconds=30)
        page.get_by_label("Country").select_option("FR")
        page.get_by_label("Name of the organisation").fill("Les Amis de la rivière")
        page.get_by_label("Website").fill("javascript:alert(1)")
        page.get_by_label("Who signs for it").fill("Maria Contact")
        page.get_by_label("Their function").fill("chair")
        page.get_by_label("E-mail").fill("maria@riviere.example")
        page.get_by_role("checkbox", name="I may sign for this organisation").check()
        page.get_by_role("button", name="Sign", exact=True).click()
        expect(page.locator("#problems")).to_contain_text("not the address of a website")
        expect(page.get_by_label("Their function")).to_have_value("chair")
        look(page, "form-problem")
        page.get_by_label("Website").fill("riviere.example")
        page.get_by_role("button", name="Sign", exact=True).click()
        expect(page.get_by_role("heading", name="Check your inbox")).to_be_visible()
        petition.deliver()
        page.goto(address + link_in(petition.box.messages[-1]))
        look(page, "link")
        page.get_by_role("button", name="Confirm").click()
        expect(page.get_by_role("button", name="Withdraw our support")).to_be_visible()

        cookie = desk.sits("Ana").client.get_cookie("desk")
        assert cookie
        context.add_cookies([{"name": "desk", "value": cookie.value, "url": address}])
        page.goto(f"{address}/en/desk/trees/")
        page.get_by_role("link", name="1 organisation is waiting to be shown.").click()
        look(page, "desk-waiting")
        page.get_by_role("button", name="Accept").click()
        expect(page.get_by_text("shown with the next edition")).to_be_visible()
        page.get_by_text("Les Amis de la rivière").first.click()
        look(page, "desk-accepted")
        publish(desk)
        for name, path in (
            ("home", ""),
            ("partner", "with/rivers"),
            ("organisations", "organisations"),
            ("petition", "petition"),
        ):
            page.goto(f"{address}/en/trees/{path}")
            expect(
                page.get_by_text(
                    "Supported by 1 organisation" if name != "organisations" else "Les Amis de la rivière"
                ).first
            ).to_be_visible()
            look(page, name)
    finally:
        context.close()
