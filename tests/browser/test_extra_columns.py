"""A sheet with extra fields is typed in a real browser by keyboard, and read again where two people differ."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from tests.browser.test_organisations import look
from tests.conftest import published
from tests.desk.conftest import Desk, desk_on
from tests.paper.conftest import DAY, Table
from tests.paper.test_extra_columns import AT_RISK, KEPT, THREE, batch_of
from tests.petition.conftest import TERMS, opened

__all__ = ["desk_on"]


@pytest.fixture
def table(tmp_path: Path, desk_on: Callable[[Flask], Desk]) -> Table:
    at = desk_on(published(tmp_path / "data"))
    petition = opened(at.app, {"petition.yaml": TERMS["petition.yaml"] + THREE, "campaign.yaml": AT_RISK})
    for name in ("Clerk", "Second"):
        at.join(name, "clerk")
    return Table(at, petition, batch_of(at, 2))


@pytest.fixture
def address(table: Table) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, table.desk.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()


def sits(browser: Browser, table: Table, address: str, name: str) -> Page:
    """A browser in which somebody has signed in."""
    cookie = table.desk.sits(name).client.get_cookie("desk")
    assert cookie is not None
    context = browser.new_context()
    context.add_cookies([{"name": "desk", "value": cookie.value, "url": address}])
    return context.new_page()


@pytest.mark.slow
def test_a_sheet_with_extra_fields_is_typed_by_tab_and_enter_and_decided_by_a_third(
    browser: Browser, table: Table, address: str
) -> None:
    sheet = f"{address}/en/desk/trees/paper/sheets/{table.number()}"
    for name, year in (("Clerk", "1990"), ("Second", "1991")):
        page = sits(browser, table, address, name)
        page.goto(sheet)
        if name == "Clerk":
            page.get_by_label("Country of most rows").fill("France")
            page.get_by_label("Day of the last signature on the sheet").fill(DAY.isoformat())
            page.get_by_role("button", name="Type this sheet").click()
        expect(page.get_by_text("You are: 1 A teacher · 2 A parent")).to_be_visible()
        page.locator('[name="name-1"]').focus()
        for text in ("Ana Example", "Lyon", "", "nurse", "2", year):
            page.keyboard.type(text)
            page.keyboard.press("Tab")
        expect(page.locator("#said-1")).to_have_text("sealed")
        page.keyboard.type("Eve Example")
        page.locator('[name="extra-job-2"]').fill("〃")
        page.locator('[name="extra-role-2"]').fill("9")
        page.keyboard.press("Enter")
        expect(page.locator("#said-2")).to_contain_text("number of one of the options")
        expect(page.locator('[name="extra-role-2"]')).to_have_attribute("aria-invalid", "true")
        # On a phone the words above a column are above its cells, and not in them as well.
        expect(page.locator('td[data-label="Profession"] [placeholder]')).to_have_count(0)
        if name == "Clerk":
            look(page, "typing-extra-columns")
        page.locator('[name="extra-role-2"]').fill("A parent")
        page.keyboard.press("Enter")
        expect(page.locator("#said-2")).to_have_text("sealed")
        expect(page.locator('[name="extra-job-2"]')).to_have_value("nurse")  # as in the row above
        page.get_by_role("button", name="All rows have been typed").click()
        page.context.close()
    page = sits(browser, table, address, "Ana")
    page.goto(sheet)
    expect(page.get_by_text("Third check")).to_be_visible()
    expect(page.locator("#transcription input:visible")).to_have_count(1)
    labels = page.locator("#transcription td[data-label]").evaluate_all(
        "(all) => all.map((td) => td.dataset.label)"
    )
    assert labels == ["Full name", "Town", "Country", "Profession", "You are", "Year of birth"]
    look(page, "third-look-extra-columns")
    page.locator('[name="extra-year-1"]').fill("1990")
    page.get_by_role("button", name="Close the sheet").click()
    expect(page.get_by_text("This sheet is closed")).to_be_visible()
    page.locator("summary", has_text="Somebody asks about a row").click()
    look(page, "row-request-extra-columns")
    page.goto(f"{address}/en/desk/trees/paper")
    body = "name,country,Profession,role\nIda Example,FR,nurse,1\nDan Example,FR,,7\n"
    page.get_by_label("Spreadsheet (.xlsx, .ods or CSV)").set_input_files(
        {"name": "list.csv", "mimeType": "text/csv", "buffer": body.encode()}
    )
    page.get_by_role("button", name="Check the list").click()
    look(page, "list-extra-columns")
    page.get_by_role("button", name="Seal and count them").click()
    expect(page.get_by_text("The names are sealed and counted")).to_be_visible()
    page.context.close()
    found = {one.name: one.extra for one in table.people()}
    assert found == {
        "Ana Example": KEPT,
        "Eve Example": {"job": "nurse", "role": "A parent"},
        "Ida Example": {"job": "nurse", "role": "A teacher"},
    }
