"""Sharing a page in a real browser: nothing is loaded from elsewhere, and nobody at risk is offered it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from campaign.signatures import public_keys
from campaign.signatures.sealing import new_key
from tests.browser.conftest import Visit
from tests.browser.test_look import OVERFLOW
from tests.test_server import serving
from tests.tools import ROOT

HOST = "http://letters.example.org"
BASE = "/en/january-2022"


@pytest.fixture(scope="module")
def named_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site whose settings name its host, with an open petition."""
    folder = tmp_path_factory.mktemp("sharing")
    data, public = folder / "data", folder / "trustees.pub"
    public.write_text(public_keys.public_line(new_key("january-2022", 1).public))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CAMPAIGN_PUBLIC_URL", HOST)
        patch.setenv("CAMPAIGN_DATA", str(data))
        with serving(data) as address:
            command = [sys.executable, "-m", "campaign", "keys", "publish", str(public)]
            subprocess.run(command, cwd=ROOT, env=os.environ, check=True, capture_output=True)
            time.sleep(0.6)  # every process knows a new key within half a second
            yield address


@pytest.mark.slow
@pytest.mark.security(37, 55)
@pytest.mark.parametrize("width", [360, 1280])
def test_links_that_share_a_page_fit_and_ask_no_other_host(
    width: int, browser: Browser, named_site: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800})
    visit = Visit(context, named_site)
    for path in ("/", "/demands/accountability", "/petition", "/share"):
        for language in ("en", "ru"):
            page = visit.open(f"/{language}/january-2022{path}")
            page.locator(".share summary").click()
            expect(page.locator(".share [role=img]")).to_be_visible()
            assert page.evaluate(OVERFLOW) == [], path
    assert visit.complaints == [] and visit.hosts == {named_site.split("/")[2]}
    context.close()


@pytest.mark.slow
def test_the_browser_reads_the_manifest_and_copies_the_address(browser: Browser, named_site: str) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    visit = Visit(context, named_site)
    page = visit.open(f"{BASE}/")
    # The policy lets the browser read the manifest, and has nothing to say of the block of data.
    manifest = context.new_cdp_session(page).send("Page.getAppManifest")
    assert manifest["errors"] == [] and "January 2022 Appeal" in manifest["data"]
    page.get_by_role("button", name="Copy the address").click()
    expect(page.locator(".share [role=status]")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == f"{HOST}{BASE}/"
    assert visit.complaints == []
    context.close()


@pytest.mark.slow
def test_a_device_that_can_share_by_its_own_apps_is_asked_to(browser: Browser, named_site: str) -> None:
    context = browser.new_context()
    context.add_init_script("navigator.share = async (what) => { window.what = what; };")
    page = context.new_page()
    page.goto(f"{named_site}{BASE}/petition", wait_until="load")
    page.get_by_role("button", name="Other apps").click()
    title = page.locator("h1").inner_text()
    assert page.evaluate("window.what") == {"text": title, "url": f"{HOST}{BASE}/petition"}
    context.close()


@pytest.mark.slow
def test_without_a_script_the_links_and_the_code_are_there_and_no_button(
    browser: Browser, named_site: str
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 640})
    page = context.new_page()
    page.goto(f"{named_site}{BASE}/", wait_until="load")
    assert page.locator(".share").get_by_role("link").count() == 4
    assert page.locator(".share").get_by_role("button").count() == 0
    page.locator(".share summary").click()
    expect(page.locator(".share bdi")).to_have_text(f"{HOST}{BASE}/")
    context.close()


@pytest.mark.security(62)
def test_who_chooses_a_country_at_risk_is_not_asked_to_share(browser: Browser, named_site: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{named_site}{BASE}/petition", wait_until="load")
    for country, offered in (("FR", True), ("KZ", False), ("DE", True)):
        page.select_option("#country", country)
        expect(page.locator(".share")).to_be_visible(visible=offered)
    context.close()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_links_are_accessible_by_axe(scheme: str, browser: Browser, named_site: str) -> None:
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type]
    page = context.new_page()
    for path in ("/", "/demands/accountability", "/petition", "/share"):
        page.goto(f"{named_site}{BASE}{path}", wait_until="load")
        page.locator(".share summary").click()
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
        assert [violation["id"] for violation in found.response["violations"]] == [], path
    context.close()
