"""The desk in a real browser on two real servers, by the words that stand on its buttons."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from tests.photographs.pictures import telephone
from tests.test_server import serving
from tests.tools import ROOT, until

DESK = "/en/desk/january-2022"


@dataclass
class House:
    """Two servers on one database, and its command line."""

    data: Path
    one: str
    other: str

    def invite(self, name: str, email: str, role: str) -> str:
        """The address of an invitation, from the command line."""
        command = [sys.executable, "-m", "campaign", "people", "invite", name, email, "--role", role, "--now"]
        environment = {**os.environ, "CAMPAIGN_DATA": str(self.data)}
        run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        path = re.search(r"/en/desk/join/\S+", run.stdout)
        assert path, run.stdout
        return self.one + path[0]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Two servers on one database, as of two machines. A passkey belongs to a name, so the browser comes by localhost."""
    data, second = tmp_path_factory.mktemp("house") / "data", tmp_path_factory.mktemp("second") / "data"
    with serving(data) as one:
        shutil.copytree(data / "secrets", second / "secrets")
        database = {"CAMPAIGN_DATABASE_URL": f"sqlite:///{data / 'campaign.sqlite'}"}
        with serving(second, more=database) as other:
            yield House(data, one.replace("127.0.0.1", "localhost"), other)


@pytest.fixture(scope="module")
def seat(house: House, browser: Browser) -> dict[str, Any]:
    """The cookies of an owner who is signed in."""
    context = browser.new_context()
    page = context.new_page()
    authenticator(page)
    page.goto(house.invite("Organiser Nought", "nought@example.org", "owner"))
    page.wait_for_timeout(2_100)
    page.get_by_role("button", name="Join with a passkey").click()
    page.get_by_role("link", name="Go to the desk").wait_for()
    state: dict[str, Any] = context.storage_state()  # type: ignore[assignment]
    context.close()
    return state


def authenticator(page: Page) -> None:
    """A passkey's holder that answers by itself."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
               "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda m: complaints.append(m.text) if "Content Security" in m.text else None)
    authenticator(page)
    yield page
    context.close()
    assert complaints == []


def public(address: str) -> str:
    with urllib.request.urlopen(address, timeout=60) as answer:
        return str(answer.read().decode())


def publish(page: Page, note: str) -> None:
    page.get_by_role("link", name="Publish", exact=True).click()
    page.get_by_label("What is new").fill(note)
    page.get_by_label("I have read the warnings").check()
    page.get_by_role("button", name=re.compile("Publish edition")).click()


def _opens_content(page: Page) -> None:
    """By the desk's menu: a page can have such a link, too."""
    menu = page.get_by_role("navigation", name="The desk")
    menu.get_by_role("link", name="Content", exact=True).click()


@pytest.mark.slow
def test_from_the_invitation_to_a_published_sentence_in_another_process_and_back(
    house: House, page: Page
) -> None:
    # A passkey, and then a code generator as well.
    page.goto(house.invite("Organiser One", "one@example.org", "owner"))
    page.wait_for_timeout(2_100)
    page.get_by_role("button", name="Join with a passkey").click()
    page.get_by_role("link", name="Go to the desk").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What needs attention")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_timeout(2_100)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("link", name="Organiser One").click()
    page.get_by_text("Set up a code generator").click()
    secret = page.locator(".secret").inner_text().replace(" ", "")
    page.get_by_label("Code", exact=True).fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Use this generator").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="Go to the desk").click()

    # Edit a demand in Russian: the preview follows, the draft keeps it, the public sees nothing.
    _opens_content(page)
    page.get_by_role("link", name=re.compile("^Demands")).click()
    page.get_by_role("link", name="Reparations", exact=True).click()
    page.get_by_label("Language of the text").get_by_role("link", name=re.compile("^Русский")).click()
    words = "Признание, компенсация и помощь всем пострадавшим."
    page.get_by_label("Summary, one sentence").fill(words)
    page.locator("#live-preview").get_by_text(words).wait_for()
    page.get_by_role("button", name="Save in the draft").click()
    address = "/ru/january-2022/demands/reparations"
    assert words not in public(house.one.replace("localhost", "127.0.0.1") + address)

    # The difference, then publication: both processes have it within a second.
    page.get_by_role("link", name="See all changes").click()
    assert page.locator("ins").first.inner_text()
    page.get_by_text("Русский").first.wait_for(state="attached")
    publish(page, "A plainer summary in Russian")
    page.get_by_text("Published. Every visitor can see it now.").wait_for()
    # Without a restart. That it is within a second is the edition cache's promise, and tested there by its clock.
    until(lambda: words in public(house.one.replace("localhost", "127.0.0.1") + address))
    until(lambda: words in public(house.other + address))

    # The old edition comes back; the one between stays readable.
    page.get_by_role("link", name="Editions", exact=True).click()
    page.get_by_role("button", name="Restore as draft").click()
    page.get_by_label("I have read the warnings").check()
    page.get_by_role("button", name="Publish edition 3").click()
    page.get_by_text("Published. Every visitor can see it now.").wait_for()
    until(lambda: words not in public(house.other + address))
    assert words in public(house.other + "/ru/january-2022/editions/2/demands/reparations")


@pytest.mark.slow
def test_a_stranger_changes_a_demand_adds_an_addressee_and_publishes_by_the_desk_s_own_words(
    house: House, page: Page
) -> None:
    # Joins with a password and a code, as an editor.
    page.goto(house.invite("Organiser Two", "two@example.org", "editor"))
    page.get_by_label("Password").fill("шесть зелёных велосипедов")
    secret = page.locator(".secret").inner_text().replace(" ", "")
    page.wait_for_timeout(2_100)
    page.get_by_label("Code").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Join with password and code").click()
    page.get_by_role("link", name="Go to the desk").click()

    # A mistake in a mark is told while it is typed.
    _opens_content(page)
    page.get_by_role("link", name=re.compile("^Demands")).click()
    page.get_by_role("link", name="Accountability", exact=True).click()
    asked = page.get_by_role("textbox", name="What is asked")
    asked.fill("By February 2024, {{ fact.officer-convicted }} had been convicted.")
    page.get_by_text("Did you mean “officers-convicted”?").wait_for()
    expect(page.locator("#live-problems u")).to_have_text("fact.officer-convicted")
    asked.fill("By February 2024, ")
    asked.press("End")
    page.get_by_label("Insert: Fact").select_option(value="{{ fact.officers-convicted }}")
    asked.press("End")
    asked.type(" had been convicted.")
    page.locator("#live-preview").get_by_text("had been convicted").first.wait_for()
    page.get_by_role("button", name="Save in the draft").click()
    page.get_by_text("Saved in the draft.").wait_for()

    # A new addressee, in the first language and then in the three others.
    _opens_content(page)
    page.get_by_role("link", name=re.compile("^Addressees")).click()
    page.get_by_role("link", name="Add: addressee").click()
    for label, typed in (("Office", "Example Office"), ("Salutation if the office-holder is unknown", "Dear Sir or Madam,"),
                         ("Address, line by line", "1 Example Street\n1000 Exampletown")):  # fmt: skip
        page.get_by_label(label, exact=label == "Office").fill(typed)
    page.get_by_label("Group", exact=True).select_option(label="United Nations and OSCE")
    page.get_by_label("Letter template").select_option(value="un-experts")
    page.get_by_label("Closing words").select_option(index=2)
    page.get_by_label("Country", exact=True).select_option(label="Switzerland")
    page.get_by_role("button", name="Save in the draft").click()
    for tongue, office, salutation in (("Русский", "Учреждение для примера", "Уважаемые дамы и господа!"),
                                       ("Қазақша", "Мысал мекемесі", "Құрметті ханымдар мен мырзалар!"),
                                       ("Français", "Office d’exemple", "Madame, Monsieur,")):  # fmt: skip
        page.get_by_label("Language of the text").get_by_role("link", name=re.compile(f"^{tongue}")).click()
        page.get_by_label("Office", exact=True).fill(office)
        page.get_by_label("Salutation if the office-holder is unknown").fill(salutation)
        page.get_by_role("button", name="Save in the draft").click()

    publish(page, "One more office")
    page.get_by_text("Published. Every visitor can see it now.").wait_for()
    until(lambda: "Office d’exemple" in public(house.other + "/fr/january-2022/write"))


PAGES = ["", "content", "content/demand", "content/demand/reparations?text=ru", "content/letter/president?text=fr",
         "content/addressee/president", "content/fact/arrests?text=kk", "content/front", "content/source/new", "report",
         "files/timeline.yaml", "history/petition.en.md", "translation?text=kk", "publish", "search", "editions", "editions/1",
         "people", "audit", "exchange", "addressees", "paper/letters", "content/event/new", "../account", "../prove", "../sign-in",
         "../help/handbook/", "../help/handbook/organisers", "../help/handbook/operators", "../help/handbook/commands"]  # fmt: skip


@pytest.mark.slow
@pytest.mark.security(37, 55)
@pytest.mark.parametrize(
    ("language", "scheme"), [("en", "light"), ("ru", "light"), ("kk", "dark"), ("fr", "dark")]
)
def test_the_desk_fits_a_phone_and_is_accessible_and_asks_no_other_host(
    language: str, scheme: str, house: House, seat: dict[str, Any], browser: Browser
) -> None:
    # Axe is injected into the page, which the page's own policy would rightly forbid.
    options: dict[str, Any] = {"storage_state": seat, "color_scheme": scheme, "bypass_csp": True}
    context = browser.new_context(viewport={"width": 360, "height": 800}, **options)
    page = context.new_page()
    hosts: set[str] = set()
    context.on(
        "request", lambda request: hosts.add(request.url.split("/")[2]) if "http" in request.url else None
    )
    for path in PAGES:
        page.goto(f"{house.one}/{language}/desk/january-2022/{path}", wait_until="load")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        if language not in {"en", "kk"}:
            continue  # the same markup: the rules are tried in one light and one dark page
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
        said = [
            f"{v['id']}: {[n['html'][:160] for n in v['nodes'][:3]]}" for v in found.response["violations"]
        ]
        assert said == [], path
    assert hosts == {house.one.split("/")[2]}
    context.close()


@pytest.mark.slow
def test_a_photograph_is_brought_in_and_shown_where_it_will_be(
    house: House, page: Page, tmp_path: Path
) -> None:
    picture = tmp_path / "IMG_4711.jpg"
    picture.write_bytes(telephone(1600, 1200))
    page.goto(house.invite("Organiser Five", "five@example.org", "editor"))
    page.wait_for_timeout(2_100)
    page.get_by_role("button", name="Join with a passkey").click()
    page.get_by_role("link", name="Go to the desk").click()
    _opens_content(page)
    page.get_by_role("link", name=re.compile("^Outcome of the petition")).click()
    page.get_by_role("link", name=re.compile("^Add: ")).click()
    page.get_by_label("In a sentence").fill("The first book was handed over")
    page.get_by_label("What it is").select_option(label="Handed over")
    page.get_by_label("Date").fill("2026-11-20")
    page.get_by_text("Add a picture").click()
    page.get_by_text("Parts to blur, such as faces").first.click()
    page.get_by_label("Picture (JPEG").set_input_files(picture)
    drawing = page.get_by_role("application", name="Parts to blur, such as faces")
    drawing.scroll_into_view_if_needed()
    box = drawing.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 4, box["y"] + box["height"] / 4)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.up()
    drawing.focus()
    for key in ("Enter", "ArrowRight", "Shift+ArrowDown"):
        page.keyboard.press(key)
    numbers = page.get_by_role("textbox", name="Parts to blur, such as faces").input_value().split()
    assert [round(float(number)) for number in numbers] == [25, 25, 25, 25, 42, 40, 20, 22]
    if folder := os.environ.get("CAMPAIGN_LOOK"):
        page.screenshot(path=f"{folder}/blur.png", full_page=True)
    page.get_by_label("What the photograph shows").fill("A box with a ribbon")
    page.get_by_label("Everyone who can be recognised").check()
    page.get_by_role("button", name="Save in the draft").click()
    page.get_by_text("Saved in the draft").first.wait_for()
    page.get_by_role("link", name="Open the draft page").click()
    shown = page.get_by_role("img", name="A box with a ribbon")
    shown.scroll_into_view_if_needed()
    expect(shown).to_have_js_property("complete", True)
    expect(shown).not_to_have_js_property("naturalWidth", 0)


@pytest.mark.slow
def test_what_is_typed_before_the_script_came_is_previewed_and_drawn_once(house: House, page: Page) -> None:
    page.goto(house.invite("Organiser Six", "six@example.org", "editor"))
    page.wait_for_timeout(2_100)
    page.get_by_role("button", name="Join with a passkey").click()
    page.get_by_role("link", name="Go to the desk").wait_for()
    held: list[Route] = []
    previews: list[str] = []
    page.route(re.compile(r"/bundles/.*\.js"), lambda route: held.append(route))  # noqa: PLW0108  playwright marks it
    page.on("request", lambda request: previews.append(request.url) if "/preview" in request.url else None)
    edit = f"{house.one}/en/desk/january-2022/content/demand/reparations"
    page.goto(edit, wait_until="commit")
    page.get_by_label("Summary, one sentence").fill("Typed on a slow line.")
    for route in held:
        route.continue_()
    page.locator("#live-preview").get_by_text("Typed on a slow line.").wait_for()
    page.wait_for_timeout(1_500)
    assert len(previews) == 1 and page.locator(".preview-status").inner_text() == ""


@pytest.mark.slow
def test_by_a_bare_number_no_passkey_is_offered_and_the_form_works(house: House, page: Page) -> None:
    """Passkeys belong to a name of a host. The page has no complaint of its script."""
    page.goto(house.one.replace("localhost", "127.0.0.1") + "/en/desk/sign-in")
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_have_count(0)


@pytest.mark.slow
def test_a_grave_step_asks_for_the_passkey_again_and_keeps_what_was_typed(house: House, page: Page) -> None:
    page.goto(house.invite("Organiser Four", "four@example.org", "owner"))
    page.wait_for_timeout(2_100)
    page.get_by_role("button", name="Join with a passkey").click()
    page.get_by_role("link", name="Go to the desk").click()
    page.get_by_role("link", name="People", exact=True).click()
    page.get_by_label("Name", exact=True).fill("Organiser Guest")
    page.get_by_label("E-mail").fill("guest@example.org")
    with sqlite3.connect(house.data / "campaign.sqlite") as database:
        database.execute("UPDATE sign_in SET proved = '2020-01-01 00:00:00.000000'")
    database.close()
    page.get_by_role("button", name="Create the link").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Is it you?"
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_text("Send this link to Organiser Guest").wait_for()


@pytest.mark.slow
def test_leaving_an_editor_with_something_typed_is_asked_about(house: House, page: Page) -> None:
    page.goto(house.invite("Organiser Three", "three@example.org", "editor"))
    page.wait_for_timeout(2_100)
    page.get_by_role("button", name="Join with a passkey").click()
    page.get_by_role("link", name="Go to the desk").click()
    page.goto(f"{house.one}{DESK}/content/source/fidh-statement")
    page.get_by_label("Title").fill("Another title")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    _opens_content(page)
    page.wait_for_url(f"{house.one}{DESK}/content")
    assert asked == ["beforeunload"]


@pytest.mark.slow
def test_keys_lead_through_the_desk_never_while_typing_and_can_be_switched_off(
    house: House, seat: dict[str, Any], browser: Browser
) -> None:
    context = browser.new_context(storage_state=seat)
    page = context.new_page()
    page.goto(f"{house.one}{DESK}/")
    page.keyboard.press("p")
    page.wait_for_url("**/publish")
    page.keyboard.press("/")
    page.wait_for_url("**/search")
    field = page.get_by_label("Search the draft, the desk and the handbook")
    expect(field).to_be_focused()
    page.keyboard.type("np?/c")
    expect(field).to_have_value("np?/c")
    page.locator("h1").click()
    page.keyboard.press("?")
    panel = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(panel).to_be_visible()
    page.keyboard.press("p")
    panel.get_by_label("Use these keys on this device").uncheck()
    panel.get_by_role("button", name="Close").click()
    page.reload()
    page.locator("h1").click()
    for key in "?pn":
        page.keyboard.press(key)
    expect(panel).not_to_be_visible()
    assert page.url.endswith("/search")
    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(panel).to_be_visible()
    context.close()
