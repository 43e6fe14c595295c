"""Extra fields of the form to sign in a real browser: shown after the name, refused beside the field, hidden at risk."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from werkzeug.serving import make_server

from campaign.petition import proof_of_work
from tests.browser.test_organisations import look
from tests.conftest import published
from tests.petition.conftest import Petition, links_of, opened
from tests.petition.test_extra_fields import AT_RISK, PACK, people


@pytest.fixture
def petition(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Petition:
    monkeypatch.setattr(proof_of_work, "TRIES", 2)
    return opened(published(tmp_path), {**PACK, "campaign.yaml": AT_RISK})


@pytest.fixture
def address(petition: Petition) -> Iterator[str]:
    app: Flask = petition.app
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.mark.slow
@pytest.mark.parametrize("scripts", [True, False], ids=["script", "no script"])
def test_somebody_fills_in_extra_fields_and_signs(
    browser: Browser, petition: Petition, address: str, scripts: bool
) -> None:
    context = browser.new_context(java_script_enabled=scripts)
    try:
        page = context.new_page()
        page.goto(f"{address}/en/trees/petition")
        if scripts:
            look(page, "extra-fields")
            page.get_by_label("Country", exact=True).select_option("KZ")
            expect(page.locator("#extra-profession")).to_be_hidden()
        page.get_by_label("Country", exact=True).select_option("FR")
        page.get_by_label("Full name").fill("Ana Example")
        page.locator("#extra-profession").fill("nurse")
        page.get_by_label("Year of your first visit (optional)", exact=True).fill("1066")
        page.get_by_label("E-mail", exact=True).fill("ana@example.org")
        page.get_by_role("checkbox", name="I agree that").check()
        page.get_by_role("button", name="Sign", exact=True).click()
        expect(page.locator("#extra-role-error")).to_contain_text("Choose from the list.")
        expect(page.locator("#extra-year-error")).to_contain_text("not below 1900")
        expect(page.locator("#extra-profession")).to_have_value("nurse")
        if scripts:
            look(page, "extra-fields-problem")
        page.get_by_label("You are", exact=True).select_option("A parent")
        page.get_by_label("Year of your first visit (optional)", exact=True).fill("1990")
        if not scripts:  # without a proof of work the form waits, as everywhere
            page.locator('[name="form_token"]').evaluate(
                "(field, token) => { field.value = token; }", petition.token()
            )
        page.get_by_role("button", name="Sign", exact=True).click()
        expect(page.get_by_role("heading", name="Check your inbox")).to_be_visible()
        petition.deliver()
    finally:
        context.close()
    petition.confirm(links_of(petition.box.messages[0])[0])
    assert [one.extra for one in people(petition)] == [
        {"profession": "nurse", "role": "A parent", "year": "1990"}
    ]
