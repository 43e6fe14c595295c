"""Somebody signs and says why, an organiser reads it, others see it, and it is taken back: in a real browser."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from tests.browser.test_organisations import look
from tests.conftest import published
from tests.desk.conftest import Desk, desk_on
from tests.petition.conftest import Petition, opened
from tests.petition.test_reasons import ASKING, AT_RISK, signed_and_wrote

__all__ = ["desk_on"]

pytestmark = pytest.mark.slow

WORDS = "My grandmother planted one of these trees, and I want my children to sit in their shade."


@pytest.fixture
def desk(tmp_path: Path, desk_on: Callable[[Flask], Desk]) -> Desk:
    return desk_on(published(tmp_path))


@pytest.fixture
def petition(desk: Desk) -> Petition:
    """Some have written before: the longest word that there can be, and one in Arabic."""
    petition = opened(desk.app, {**ASKING, **AT_RISK})
    signed_and_wrote(petition, "long@example.org", reason="a" * 500)
    signed_and_wrote(
        petition, "ar@example.org", reason="لأن هذه الأشجار لنا جميعًا.", language="ar", first_name="مريم"
    )
    for number in range(2):
        signed_and_wrote(petition, f"n{number}@example.org", reason=f"Reason {number}.", first_name="Ana")
    return petition


@pytest.fixture
def address(petition: Petition) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, petition.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()


@dataclass
class Two:
    """The signer's browser, and that of an organiser who also looks at the site. `looks`: whether scripts run."""

    signer: Page
    reader: Page
    address: str
    looks: bool

    def look(self, name: str) -> None:
        if self.looks:
            look(self.signer, name)

    def write(self) -> None:
        """On the page after confirming; first with an address in the text, and without a tick."""
        page = self.signer
        expect(page.get_by_role("heading", name="Your signature counts")).to_be_visible()
        self.look("thanks")
        page.get_by_text("Write a few sentences").click()
        page.get_by_label("Why you sign").fill(f"{WORDS} Write to eve@example.org")
        page.get_by_role("button", name="Send it to the organisers").click()
        expect(page.locator("#problems")).to_contain_text("Take out “eve@example.org”")
        expect(page.locator("#problems")).to_contain_text("tick this box")
        self.look("thanks-problem")
        page.get_by_label("Why you sign").fill(WORDS)
        page.get_by_label("First name to show").fill("Eve")
        page.get_by_role("checkbox", name="I agree that my text is shown").check()
        page.get_by_role("button", name="Send it to the organisers").click()
        expect(page.get_by_role("heading", name="The organisers have your text")).to_be_visible()
        self.look("sent")

    def decide(self) -> None:
        """At the desk: all but one are shown."""
        page = self.reader
        page.goto(f"{self.address}/en/desk/trees/")
        page.get_by_role("link", name="5 texts of signers are waiting to be read.").click()
        look(page, "desk-waiting")
        for box in page.get_by_role("checkbox").all()[:-1]:
            box.check()
        page.get_by_role("checkbox", name="Eve").check()
        page.get_by_role("button", name="Show those ticked").click()
        expect(page.get_by_role("heading", name="Shown")).to_be_visible()
        look(page, "desk-shown")

    def read(self) -> None:
        """In public."""
        page = self.reader
        page.goto(f"{self.address}/en/trees/petition")
        expect(page.get_by_role("heading", name="Why people sign")).to_be_visible()
        look(page, "petition")
        page.goto(f"{self.address}/en/trees/petition/reasons")
        expect(page.get_by_text(WORDS)).to_be_visible()
        look(page, "reasons")

    def take_back(self, withdraw: str) -> None:
        """By the second link of the e-mail."""
        page = self.signer
        page.goto(self.address + withdraw)
        self.look("withdraw")
        page.get_by_role("link", name="Go to your text").click()
        expect(page.get_by_text(WORDS)).to_be_visible()
        self.look("own")
        page.get_by_role("button", name="Take my text back").click()
        expect(page.get_by_role("heading", name="Your text has been taken back")).to_be_visible()
        self.reader.reload()
        expect(self.reader.get_by_text(WORDS)).to_have_count(0)
        page.goto(self.address + withdraw)
        page.get_by_role("link", name="Go to your text").click()
        expect(page.get_by_text("You have written nothing yet.")).to_be_visible()
        self.look("own-empty")


@pytest.mark.parametrize("scripts", [True, False])
def test_somebody_says_why_and_takes_it_back(
    scripts: bool, browser: Browser, desk: Desk, petition: Petition, address: str
) -> None:
    confirm, withdraw = petition.signs(email="eve@example.org")
    signing, reading = browser.new_context(java_script_enabled=scripts), browser.new_context()
    try:
        cookie = desk.sits("Ana").client.get_cookie("desk")
        assert cookie
        reading.add_cookies([{"name": "desk", "value": cookie.value, "url": address}])
        two = Two(signing.new_page(), reading.new_page(), address, scripts)
        two.signer.goto(address + confirm)
        two.signer.get_by_role("button", name="Yes, count my signature").click()
        two.write()
        two.decide()
        two.read()
        two.take_back(withdraw)
    finally:
        signing.close()
        reading.close()
