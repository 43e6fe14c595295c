"""A clerk at the keyboard: twenty rows by Tab and Enter alone, while the server dies in the middle."""

from __future__ import annotations

import re
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from campaign.database import db
from campaign.paper import batches, numbers
from campaign.paper.batches import Order
from campaign.paper.numbers import Number
from campaign.paper.sheets import Layout
from campaign.people import members, signing_in
from campaign.people.members import Action, Guest, Proofs
from campaign.services import service
from campaign.settings import Settings
from campaign.signatures import person
from campaign.web import signing
from campaign.web.signing import Purpose
from tests.reliability.house import House, Server, built
from tests.tools import until

ROWS = 20
NAMES = [f"Ana {'x' * n} Example" for n in range(1, ROWS + 1)]


def clerk(house: House) -> tuple[str, str]:
    """A clerk who has signed in, and the number of a sheet that is out; (cookie, number)."""
    from campaign.application import create_app

    app, now = create_app(house.settings()), datetime.now(UTC)
    with app.app_context():
        guest = Guest("Clerk", "clerk@example.org", "clerk", ())
        token = members.invite(db.session, "trees", guest, Action("command line", now))
        members.accept(db.session, token, Proofs("шесть зелёных велосипедов", "JBSWY3DPEHPK3PXP"), now)
        (found,) = [one for one, _ in members.members(db.session, "trees")]
        secret = service(Settings, app).secrets["desk"]
        cookie = signing.sign(secret, Purpose.SIGN_IN, signing_in.begin(db.session, found, now))
        order = Order(Layout(("en",), ROWS), 3, 1, now.date(), holder="Lyon group")
        batch = batches.order(db.session, "trees", order)
        number = numbers.written("trees", Number(batch.id, 1))
        db.session.close()
        db.engine.dispose()
    return cookie, number


def sealed(house: House) -> int:
    """Rows on the disk."""
    connection = sqlite3.connect(house.data / "campaign.sqlite")
    try:
        return int(connection.execute("SELECT count(*) FROM sheet_row WHERE look = 1").fetchone()[0])
    finally:
        connection.close()


@pytest.fixture
def page(browser: Browser) -> Page:
    return browser.new_context(viewport={"width": 360, "height": 740}).new_page()


@pytest.mark.slow
def test_twenty_rows_by_keyboard_alone_survive_a_server_that_is_killed_in_the_middle(
    page: Page, tmp_path: Path
) -> None:
    house = built(tmp_path / "data")
    cookie, number = clerk(house)
    server = Server(house)
    address = f"http://localhost:{server.port}"
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.context.add_cookies([{"name": "desk", "value": cookie, "url": address}])
    try:
        # From the desk's front door to the sheet without a mouse.
        page.goto(f"{address}/en/desk/")
        expect(page.get_by_role("heading", level=1)).to_have_text("On paper")
        page.locator("#number").focus()
        page.keyboard.type(number.replace("-", "").lower())
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text(f"Sheet {number}")
        page.locator("#country").focus()
        page.keyboard.type("France")
        page.keyboard.press("Enter")
        expect(page.locator("[name=name-1]")).to_be_focused()
        for row, name in enumerate(NAMES, 1):
            page.keyboard.type(name if row != 5 else "?")
            page.keyboard.press("Tab")
            if row != 5:
                page.keyboard.type("Lyon")
            page.keyboard.press("Enter")
            if row == 8:
                until(lambda: sealed(house) == 8)
                server.kill()
            if row == 14:
                assert sealed(house) == 8
                expect(page.locator("tr[data-row='12']")).to_contain_text("trying again")
                server = Server(house, port=server.port)
        expect(page.locator("#finish")).to_be_focused()
        until(lambda: sealed(house) == ROWS)
        expect(page.locator("tr.is-sealed")).to_have_count(ROWS)
        expect(page.locator("tr[data-row='5']")).to_contain_text("unreadable")
        assert Axe().run(page).response["violations"] == []
        page.keyboard.press("Enter")
        expect(page.locator(".done").first).to_contain_text("Somebody else now types this sheet")
        assert not any(name in page.content() for name in NAMES)
        assert complaints == []
    finally:
        server.kill()
    found = opened(house)
    assert [found.get(row, "?") for row in range(1, ROWS + 1)] == [
        n if r != 5 else "?" for r, n in enumerate(NAMES, 1)
    ]


def opened(house: House) -> dict[int, str]:
    """The names by row, opened with the trustees' key."""
    connection = sqlite3.connect(house.data / "campaign.sqlite")
    rows = connection.execute("SELECT sealed FROM sheet_row WHERE what = 'name'").fetchall()
    connection.close()
    people = [person.from_bytes(house.key.open(sealed)) for (sealed,) in rows]
    return {one.row: one.name for one in people}


@pytest.mark.slow
def test_without_javascript_rows_are_sealed_by_a_button_and_nothing_typed_is_lost(
    browser: Browser, tmp_path: Path
) -> None:
    house = built(tmp_path / "data")
    cookie, number = clerk(house)
    server = Server(house)
    address = f"http://localhost:{server.port}"
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([{"name": "desk", "value": cookie, "url": address}])
    page = context.new_page()
    try:
        page.goto(f"{address}/en/desk/trees/paper/sheets/{number}")
        page.locator("#country").fill("FR")
        page.get_by_role("button", name="Type this sheet").click()
        page.locator("[name=name-1]").fill("Ana Example")
        page.locator("[name=name-2]").fill("12345")
        page.get_by_role("button", name="Seal the rows").click()
        expect(page.locator("tr[data-row='2']")).to_contain_text("A name must contain letters")
        assert page.locator("[name=name-2]").input_value() == "12345"
        page.locator("[name=name-2]").fill("Eve Example")
        page.get_by_role("button", name="All rows have been typed").click()
        expect(page.locator(".done").first).to_contain_text(re.compile("Somebody else now types this sheet"))
        assert sorted(opened(house).values()) == ["Ana Example", "Eve Example"]
    finally:
        server.kill()
        context.close()
