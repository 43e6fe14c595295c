"""The first hour of somebody who has only ever used a web shop, by the words on the pages alone.

An empty site; a second campaign in two languages; two trustees; an open petition, signed and confirmed; sheets
printed, and one typed in; the list opened in the offline page; a report. Every press and every field is counted.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Download, Locator, Page, expect

from tests.browser.test_desk import authenticator
from tests.mail.relay import Relay, running
from tests.petition.conftest import links_of
from tests.test_server import serving
from tests.tools import PATIENCE, ROOT, pdf_text, until

#: Characters around a text that is still to be written.
UNWRITTEN = "‹"

#: It took 120 presses and 80 fields when it was last looked at: more than these want a reason.
MOST_PRESSES, MOST_FIELDS = 130, 90


@dataclass
class Count:
    """How often somebody presses and fills in, by the part of the hour."""

    presses: dict[str, int] = field(default_factory=dict)
    fields: dict[str, int] = field(default_factory=dict)
    part: str = ""

    def begin(self, part: str) -> None:
        self.part = part
        self.presses[part] = self.fields[part] = 0

    def __str__(self) -> str:
        lines = [f"{part:45} {self.presses[part]:4} {self.fields[part]:4}" for part in self.presses]
        sums = sum(self.presses.values()), sum(self.fields.values())
        return "\n".join([f"{'':45} press fill", *lines, f"{'all':45} {sums[0]:4} {sums[1]:4}"])


class Hand:
    """Somebody at a browser who knows what things are called, and nothing of how the pages are made."""

    def __init__(self, context: BrowserContext, count: Count) -> None:
        self.count = count
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE * 1000)
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def press(self, words: str, role: str = "button", exact: bool = True, nth: int = 0) -> None:
        self.press_it(self.page.get_by_role(role, name=words, exact=exact).filter(visible=True).nth(nth))  # type: ignore[arg-type]

    def follow(self, words: str, exact: bool = True) -> None:
        """Follow a link. Where a busy machine says so, do what the page says: try again."""
        self.press(words, "link", exact)
        busy = self.page.get_by_role("heading", name="The site is busy")
        until(lambda: not busy.count() or not self.page.reload())

    def press_it(self, place: Locator) -> None:
        place.click()
        self.count.presses[self.count.part] += 1

    def unfold(self, words: str) -> None:
        self.press_it(self.page.get_by_text(words, exact=True).filter(visible=True).first)

    def fill(self, label: str, text: str, exact: bool = True) -> None:
        self.fill_it(self.page.get_by_label(label, exact=exact).filter(visible=True).first, text)

    def fill_it(self, place: Locator, text: str) -> None:
        place.fill(text)
        self.count.fields[self.count.part] += 1

    def choose(self, label: str, option: str) -> None:
        self.page.get_by_label(label, exact=True).filter(visible=True).first.select_option(label=option)
        self.count.fields[self.count.part] += 1

    def tick(self, label: str) -> None:
        self.page.get_by_label(label).filter(visible=True).first.check()
        self.count.presses[self.count.part] += 1

    def hand_in(self, label: str, *paths: Path, near: Locator | None = None) -> None:
        (near or self.page).get_by_label(label, exact=True).filter(visible=True).first.set_input_files(
            list(paths)
        )
        self.count.fields[self.count.part] += 1

    def sees(self, words: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_text(words).filter(visible=True).first).to_be_visible()

    def arrives(self, heading: str) -> None:
        self.page.get_by_role("heading", name=heading, exact=True).first.wait_for()

    def save(self, folder: Path, press: Locator) -> Path:
        with self.page.expect_download() as download:
            self.press_it(press)
        return saved(download.value, folder)


def saved(download: Download, folder: Path) -> Path:
    path = folder / download.suggested_filename
    download.save_as(path)
    return path


@dataclass
class Site:
    """A server that was started a minute ago, with the relay that takes its e-mails."""

    address: str
    folder: Path
    relay: Relay
    data: Path

    @property
    def first_link(self) -> str:
        """What the server printed for the first owner."""
        (log,) = self.folder.glob("server-*.log")
        printed = re.search(r"http://localhost:\d+/en/desk/join/[\w-]{43}", log.read_text())
        assert printed
        return printed[0]

    def mail(self, to: str) -> str:
        """The path of the first link in the e-mail to somebody."""
        until(lambda: any(got == to for got, _message in self.relay.taken))
        return links_of(next(message for got, message in self.relay.taken if got == to))[0]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("stranger")
    with ExitStack() as stack:
        relay = stack.enter_context(running(Relay()))
        more = {"CAMPAIGN_MAIL_FROM": "petition@example.org", "CAMPAIGN_SMTP_URL": relay.address}
        address = stack.enter_context(serving(folder / "data", worker=True, more=more))
        yield Site(address.replace("127.0.0.1", "localhost"), folder, relay, folder / "data")


@dataclass
class Stranger:
    """The person at the desk, and the people whom they meet in this hour."""

    site: Site
    browser: Browser
    folder: Path
    count: Count = field(default_factory=Count)
    contexts: list[BrowserContext] = field(default_factory=list)

    def hand(self, **options: object) -> Hand:
        """Another browser, as of another person."""
        settings = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **options}
        self.contexts.append(self.browser.new_context(accept_downloads=True, **settings))  # type: ignore[arg-type]
        return Hand(self.contexts[-1], self.count)

    def joins(self, link: str, name: str = "", email: str = "") -> Hand:
        """Somebody opens an invitation and joins with a passkey."""
        hand = self.hand()
        authenticator(hand.page)
        hand.page.goto(link)
        if name:
            hand.fill("Your name", name)
            hand.fill("E-mail", email)
        hand.page.wait_for_timeout(2_100)  # a form that comes back at once is a robot's
        hand.press("Join with a passkey")
        hand.follow("Go to the desk")
        return hand


def answers_five_questions(hand: Hand) -> None:
    hand.press("The desk", "link", exact=False)
    hand.follow("Start a campaign")
    hand.fill("What is the campaign called?", "Clean river")
    hand.unfold("Into which languages will it be translated?")
    hand.tick("Français")
    hand.fill("Which organisation makes the demands?", "River Watch")
    hand.fill("On which statement of theirs does it rest?", "Give the river back")
    hand.fill("What is the first demand?", "Stop the discharge")
    hand.press("Start the campaign")
    hand.sees("Here is your draft.")


#: What no placeholder asks for, by the words on the form.
MISSING = {
    "Closes on": "2027-06-30",
    "Signatures are erased on": "2027-12-31",
    "Legal basis for using signers’ data": "Explicit consent.",
    "Who receives the signatures": "The ministry",
    "E-mail": "office@example.org",
    "Where people can complain": "The data protection authority of the country where you live.",
}


def follows_the_steps(hand: Hand) -> None:
    """Press “Go on” and fill in what is marked, until nothing but the trustees' key is left."""
    for _step in range(40):
        hand.press("Go on", "link")
        if not hand.page.get_by_role("button", name="Save in the draft").count():
            return
        fill_what_is_marked(hand)
        hand.sees("Saved in the draft.")
        hand.follow("Next step")
    raise AssertionError("the steps do not end")


def fill_what_is_marked(hand: Hand) -> None:
    """Replace each placeholder; in a form without one, fill in what it says is missing."""
    unwritten = marked(hand)
    corrects = not unwritten and hand.page.get_by_text("Correct it", exact=True).count() > 0
    if corrects:
        hand.unfold("Correct it")
        unwritten = marked(hand)
    for place in unwritten:
        hand.fill_it(place, re.sub("‹([^›]*)›", r"\1", place.input_value()))
    if not unwritten:
        for label, text in MISSING.items():
            places = hand.page.get_by_label(label, exact=True).filter(visible=True)
            if places.count() and not places.first.input_value():
                hand.fill(label, text)
    hand.press("Save in the draft", nth=1 if corrects else 0)


def marked(hand: Hand) -> list[Locator]:
    places = hand.page.get_by_role("textbox").filter(visible=True).all()
    return [place for place in places if UNWRITTEN in place.input_value()]


@dataclass
class Keys:
    """What two trustees hold after the ceremony: files with their passphrases, and what they read aloud."""

    files: list[tuple[Path, str]]
    public: Path
    fingerprint: str


def at_the_trustees_page(stranger: Stranger) -> Hand:
    """The page, as the person who runs the server wrote it to a memory stick; its network is off."""
    path = stranger.folder / "trustees.html"
    if not path.exists():
        command = [sys.executable, "-m", "campaign", "trustees", "page", str(path)]
        subprocess.run(command, cwd=ROOT, env=os.environ, check=True, capture_output=True)
    hand = stranger.hand()
    hand.page.context.set_offline(True)
    hand.page.goto(path.as_uri())
    hand.page.evaluate("trusteesPage.costs.passphrase = 10")  # a passphrase takes seconds, as it should
    return hand


def make_a_key(stranger: Stranger, short_name: str) -> Keys:
    hand = at_the_trustees_page(stranger)
    page, files = hand.page, []
    hand.press("Make a key", "link", exact=False)
    hand.fill("The campaign’s short name", short_name)
    hand.press("Make the key")
    for _part in range(3):
        hand.press("Suggest a passphrase of six words")
        passphrase = page.get_by_label("New passphrase").filter(visible=True).input_value()
        files.append((hand.save(stranger.folder, button(page, "Save the file")), passphrase))
        hand.press("Show the words for paper")
        hand.press("Continue")
    unlock(hand, files[:2])
    hand.press("Continue")
    public = hand.save(stranger.folder, button(page, "Save the public part"))
    section = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="The fingerprint"))
    found = re.search(r"(?:[0-9a-f]{4,8}\s+){7}[0-9a-f]{4,8}", section.inner_text())
    assert found, section.inner_text()
    page.context.close()
    return Keys(files, public, found[0])


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True).filter(visible=True).first


def unlock(hand: Hand, files: list[tuple[Path, str]]) -> None:
    """Choose key files, and open each with its passphrase."""
    hand.hand_in("Key files", *(path for path, _passphrase in files))
    for _path, passphrase in files:
        hand.fill("Passphrase of this file", passphrase)
        before = hand.page.get_by_label("Passphrase of this file", exact=True).filter(visible=True).count()
        hand.press("Open this file")
        expect(
            hand.page.get_by_label("Passphrase of this file", exact=True).filter(visible=True)
        ).to_have_count(before - 1)


def install(hand: Hand, keys: Keys) -> None:
    """Upload the public part; one reads the fingerprint aloud, the other compares."""
    hand.follow("Signatures")
    hand.hand_in("Or the .pub file itself", keys.public)
    hand.press("Show its fingerprint")
    hand.arrives("Compare the fingerprint")
    assert keys.fingerprint.split()[0] in hand.page.get_by_role("main").inner_text()
    hand.press("They are the same: use this key from now on")


def publish(hand: Hand) -> None:
    hand.follow("Publish")
    hand.tick("I have read the warnings")
    hand.press("Publish edition 1")
    hand.sees("Published. Every visitor can see it now.")


def sign(stranger: Stranger, name: str, email: str) -> None:
    """A visitor finds the petition, signs it, and presses the button that the e-mail leads to."""
    hand = stranger.hand(viewport={"width": 360, "height": 740})
    until(lambda: hand.page.goto(f"{stranger.site.address}/en/clean-river/").ok)  # type: ignore[union-attr]
    hand.follow("Read the petition")
    hand.fill("Full name", name)
    hand.fill("E-mail", email, exact=False)
    hand.choose("Country", "France")
    hand.tick("I agree")
    hand.page.wait_for_timeout(2_100)
    hand.press("Sign")
    hand.sees("Check your inbox")
    hand.page.goto(stranger.site.address + stranger.site.mail(email))
    hand.press("Yes, count my signature")
    hand.sees("Your signature counts")
    hand.page.context.close()


def print_sheets(hand: Hand, folder: Path) -> str:
    """Print a sheet for a group; the number that stands on it."""
    hand.follow("On paper")
    hand.fill("For whom", "Lyon group")
    hand.fill("Sheets", "1")
    hand.press("Create the sheets")
    sheets = hand.save(folder, hand.page.get_by_role("link", name="Get the sheets (PDF)"))
    number = re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", pdf_text(sheets.read_bytes()))
    assert number
    return number[0]


def type_in(hand: Hand, number: str, names: list[str]) -> None:
    hand.follow("On paper")
    hand.fill("Sheet number, at the bottom right", number)
    hand.press("Open the sheet")
    hand.arrives(f"Sheet {number}")
    if hand.page.get_by_role("button", name="Type this sheet").count():
        hand.fill("Country of most rows", "France")
        hand.press("Type this sheet")
    for row, name in enumerate(names, 1):
        hand.fill(f"Full name, {row}", name)
    hand.press("All rows have been typed")


def invite(hand: Hand, name: str, email: str) -> str:
    """Invite somebody for paper; the link that is shown once."""
    hand.follow("People")
    hand.fill("Name", name)
    hand.fill("E-mail", email)
    hand.choose("Role", "Clerk: types paper signatures")
    hand.press("Create the link")
    hand.sees("It works once, for 48 hours")
    link = re.search(r"http://\S+/desk/join/[\w-]+", hand.page.get_by_role("main").inner_text())
    assert link
    return link[0]


def open_the_list(stranger: Stranger, sealed: Path, keys: Keys) -> str:
    """Two trustees open the list; the names that they save."""
    hand = at_the_trustees_page(stranger)
    hand.press("Open a list", "link", exact=False)
    hand.hand_in("The list of signatures", sealed)
    unlock(hand, keys.files[1:])
    hand.press("Open the list")
    hand.arrives("What is in the list")
    names = hand.save(stranger.folder, button(hand.page, "Save all names (CSV)"))
    hand.page.context.close()
    return names.read_text(encoding="utf-8")


@pytest.fixture
def stranger(site: Site, browser: Browser, tmp_path: Path) -> Iterator[Stranger]:
    person = Stranger(site, browser, tmp_path)
    yield person
    for context in person.contexts:
        context.close()


@pytest.mark.slow
def test_somebody_who_knows_web_shops_has_a_petition_with_two_trustees_within_the_hour(
    stranger: Stranger,
) -> None:
    site, tmp_path, count = stranger.site, stranger.folder, stranger.count
    count.begin("first sign-in")
    hand = stranger.joins(site.first_link, "Olga Example", "olga@example.org")
    count.begin("five questions")
    answers_five_questions(hand)
    count.begin("steps: what is to be written")
    follows_the_steps(hand)
    count.begin("two trustees make a key")
    keys = make_a_key(stranger, "clean-river")
    count.begin("the key is compared and used")
    install(hand, keys)
    count.begin("publishing")
    publish(hand)
    count.begin("signed and confirmed")
    sign(stranger, "Ana Example", "ana@example.org")
    count.begin("a sheet printed")
    number = print_sheets(hand, tmp_path)
    count.begin("typed by two people")
    type_in(hand, number, ["Bea Example", "Cem Example"])
    hand.sees("Somebody else now types this sheet")
    clerk = stranger.joins(invite(hand, "Carl Example", "carl@example.org"))
    type_in(clerk, number, ["Bea Example", "Cem Example"])
    clerk.sees("The sheet is closed, and its names count.")
    count.begin("the list is opened offline")
    hand.follow("Signatures")
    sealed = hand.save(tmp_path, button(hand.page, "Get the file"))
    names = open_the_list(stranger, sealed, keys)
    assert all(name in names for name in ("Ana Example", "Bea Example", "Cem Example"))
    count.begin("report")
    hand.follow("Report for a period")
    report = hand.save(tmp_path, button(hand.page, "Get the report (PDF)"))
    assert "Clean river" in pdf_text(report.read_bytes())

    print(f"\n{count}")
    assert hand.complaints == clerk.complaints == []
    assert sum(count.presses.values()) <= MOST_PRESSES and sum(count.fields.values()) <= MOST_FIELDS
