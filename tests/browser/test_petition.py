"""Signing in a real browser, with a real SMTP conversation, the worker and the server as they are started.

From the form to the mail, the button, the count, and back; with JavaScript and without, in four languages.
"""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from campaign.signatures import public_keys
from campaign.signatures.sealing import PrivateKey, new_key
from tests.mail.relay import Relay, running
from tests.petition.conftest import links_of
from tests.reliability.links import form_token
from tests.storage import postgres_database
from tests.test_server import serving
from tests.tools import PATIENCE, ROOT, until

BUTTONS = {
    "en": ("Sign", "Yes, count my signature", "Withdraw my signature", "Your signature counts", "Your signature has been withdrawn"),
    "ru": ("Подписать", "Да, учтите мою подпись", "Отозвать мою подпись", "Ваша подпись учтена", "Ваша подпись отозвана"),
    "kk": ("Қол қою", "Иә, қолымды есепке алыңыз", "Қолымды қайтарып алу", "Қолыңыз есепке алынды", "Қолыңыз қайтарып алынды"),
    "fr": ("Signer", "Oui, comptez ma signature", "Retirer ma signature", "Votre signature compte", "Votre signature est retirée"),
}  # fmt: skip


@dataclass
class House:
    """A site with a key, its relay, and its database."""

    address: str
    relay: Relay
    key: PrivateKey
    data: Path
    count: object = field(repr=False)

    def total(self) -> int:
        return int(self.count())  # type: ignore[operator]

    def mail(self, to: str) -> tuple[str, str]:
        """The links of the mail to somebody, which the worker sends by itself."""
        until(lambda: any(got == to for got, _message in self.relay.taken))
        return links_of(next(message for got, message in self.relay.taken if got == to))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("petition")
    data, public = folder / "data", folder / "trustees.pub"
    key = new_key("january-2022", 1)
    public.write_text(public_keys.public_line(key.public))
    environment = {"CAMPAIGN_MAIL_FROM": "petition@example.org", "CAMPAIGN_DATA": str(data)}
    with ExitStack() as stack:
        if request.param == "postgresql":
            environment["CAMPAIGN_DATABASE_URL"] = stack.enter_context(postgres_database())
        relay = stack.enter_context(running(Relay()))
        environment["CAMPAIGN_SMTP_URL"] = relay.address
        with pytest.MonkeyPatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            with serving(data, worker=True) as address:
                command = [sys.executable, "-m", "campaign", "keys", "publish", str(public)]
                subprocess.run(command, cwd=ROOT, env=os.environ, check=True, capture_output=True)
                time.sleep(0.6)  # every process knows a new key within half a second
                yield House(
                    address,
                    relay,
                    key,
                    data,
                    lambda: _total(data, environment.get("CAMPAIGN_DATABASE_URL", "")),
                )


def _total(data: Path, url: str) -> int:
    query = "SELECT coalesce(sum(count), 0) FROM signature_tally"
    if url:
        with psycopg.connect(url) as connection:
            row = connection.execute(query).fetchone()
            assert row is not None
            return int(row[0])
    connection = sqlite3.connect(data / "campaign.sqlite")
    try:
        return int(connection.execute(query).fetchone()[0])
    finally:
        connection.close()


def walk(house: House, page: Page, language: str, to: str, waits: bool) -> None:
    """Sign, read the mail, press, be counted, and take it back; `waits` as long as the form must be open."""
    sign, confirm, withdraw, counts, gone = BUTTONS[language]
    before = house.total()
    page.goto(f"{house.address}/{language}/january-2022/petition")
    page.wait_for_timeout(2_100 if waits else 0)
    page.locator("#name").fill("Айгерім Example")
    page.locator("#email").fill(to)
    page.locator("#country").select_option("FR")
    page.locator("#agree").check()
    page.get_by_role("button", name=sign, exact=True).click()
    page.locator("#sign").wait_for(state="detached", timeout=PATIENCE * 1000)
    path, back = house.mail(to)
    assert house.total() == before
    page.goto(house.address + path)
    page.get_by_role("button", name=confirm).click()
    expect(page.locator("h1")).to_have_text(counts)
    assert house.total() == before + 1
    page.goto(house.address + back)
    page.get_by_role("button", name=withdraw).click()
    expect(page.locator("h1")).to_have_text(gone)
    assert house.total() == before


def older(route: Route, data: Path) -> None:
    """The form as it was given out a minute ago, so that nobody has to wait for it to be old enough."""
    if route.request.method != "GET":
        route.continue_()
        return
    answer = route.fetch()
    token = form_token(data, "sign/january-2022")
    body, found = re.subn(r'(name="form_token"[^>]*value=")[^"]+', rf"\g<1>{token}", answer.text())
    assert found == 1
    route.fulfill(response=answer, body=body)


@pytest.mark.slow
def test_signing_confirming_and_withdrawing_in_four_languages(house: House, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    walk(house, page, "en", "en@example.org", waits=True)
    context.route(re.compile("/petition$"), lambda route: older(route, house.data))
    for language in ("ru", "kk", "fr"):
        walk(house, page, language, f"{language}@example.org", waits=False)
    assert context.cookies() == [] and complaints == []
    context.close()


@pytest.mark.slow
@pytest.mark.security(72)
def test_signing_without_javascript(house: House, browser: Browser) -> None:
    # Without a proof of work the page must have been open for half a minute: here it is older than that.
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    context.route(re.compile("/petition$"), lambda route: older(route, house.data))
    walk(house, context.new_page(), "en", "plain@example.org", waits=False)
    context.close()


@pytest.mark.slow
def test_a_country_at_risk_is_warned_at_once_and_the_form_is_accessible(
    house: House, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{house.address}/en/january-2022/petition")
    expect(page.locator("#risk-note")).to_be_hidden()
    expect(page.locator("#show_name")).not_to_be_checked()
    page.locator("#country").select_option("KZ")
    expect(page.locator("#risk-note")).to_be_visible()
    expect(page.locator("#place")).to_be_hidden()
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()


@pytest.mark.slow
def test_a_page_that_computes_for_long_says_what_it_does_and_about_how_long(
    house: House, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    task = {"task": "never", "rounds": 5_000, "tries": 2**20, "seconds": 1_200}
    page.route("**/challenge", lambda route: route.fulfill(json=task))
    page.goto(f"{house.address}/en/january-2022/petition")
    page.locator("#name").fill("Ana Example")
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.locator("#sign-wait")).to_have_text(re.compile(r"anti-spam check: about \d+ s\."))
    context.close()
