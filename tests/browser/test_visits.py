"""Visits in a real browser: each step of a letter once, with and without a script, and no request for it alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from campaign.database import db
from tests.conftest import published
from tests.test_server import serving
from tests.tools import SEED

pytestmark = pytest.mark.slow


def fill(page: Page, site: str) -> None:
    """Open the composer and fill it in."""
    page.goto(f"{site}/en/january-2022/write?to=president", wait_until="load")
    page.get_by_label("Where do you write from?").select_option("FR")
    page.get_by_label("Full name").fill("Ana Example")
    page.get_by_label("Town").first.fill("Lyon")
    page.wait_for_timeout(2_100)  # a form that comes back sooner is taken for a robot's


def take(page: Page, name: str, times: int = 1) -> None:
    for _ in range(times):
        with page.expect_download():
            page.locator("#get").get_by_role("button", name=name).first.click()


def test_a_letter_is_counted_once_with_and_without_a_script(tmp_path: Path, browser: Browser) -> None:
    asked: list[str] = []
    with serving(tmp_path / "data", SEED) as site:
        with_script = browser.new_context(accept_downloads=True)
        page = with_script.new_page()
        page.on("request", lambda request: asked.append(f"{request.method} {request.url.removeprefix(site)}"))
        fill(page, site)
        expect(page.locator("input[name=counted]")).to_have_value("begun")
        take(page, "Get the PDF", times=2)
        expect(page.locator("input[name=counted]")).to_have_value("finished")
        page.get_by_text("Write a letter").first.wait_for()
        with_script.close()
        without = browser.new_context(java_script_enabled=False, accept_downloads=True)
        page = without.new_page()
        fill(page, site)
        take(page, "Get the PDF")
        without.close()
    app = published(tmp_path / "data")
    with app.app_context():
        rows = db.session.execute(text("SELECT form, step, count FROM visit_tally ORDER BY step")).all()
        db.session.close()
    assert [tuple(row) for row in rows] == [
        ("letters", "begun", 2), ("letters", "finished", 2), ("letters", "opened", 2)
    ]  # fmt: skip
    own = {line.split("?")[0] for line in asked if "/static/" not in line and "/styles/" not in line}
    assert {line for line in own if line.startswith("POST")} == {
        "POST /en/january-2022/write/preview", "POST /en/january-2022/write/letter.pdf"
    }, own  # fmt: skip
