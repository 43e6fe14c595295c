"""A campaign from the browser, by the words on fields and buttons alone: from five questions to the first edition."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_desk import House, authenticator
from tests.test_server import serving
from tests.tools import until

#: Milliseconds for which a page of a busy machine may take.
PATIENCE = 60_000


@pytest.fixture(scope="module")
def owner(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Page]:
    """A site with the first campaign, and its first owner at the desk."""
    data = tmp_path_factory.mktemp("starting") / "data"
    with serving(data) as address:
        site = House(data, address.replace("127.0.0.1", "localhost"), "")
        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        authenticator(page)
        page.goto(site.invite("Olga", "olga@example.org", "owner"))
        page.wait_for_timeout(2_100)
        page.get_by_role("button", name="Join with a passkey").click()
        page.get_by_role("link", name="Go to the desk").click()
        yield page
        context.close()


def write_what_is_missing(page: Page) -> None:
    """Replace every placeholder of the form that somebody has been led to, and save it."""
    for placeholders in (page.locator("#edit"), page.locator(".after form").first):
        fields = placeholders.locator("input:not([type=hidden]), textarea")
        texts = [
            (field, field.input_value()) for field in fields.all() if field.get_attribute("type") != "file"
        ]
        unwritten = [(field, text) for field, text in texts if "‹" in text]
        if unwritten:
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            for field, text in unwritten:
                field.fill(re.sub("‹([^›]*)›", r"\1", text))
            placeholders.get_by_role("button", name="Save in the draft").click()
            break
    page.get_by_role("link", name="Next step").click()


def answer(page: Page, name: str) -> None:
    """Fill in the questions."""
    page.get_by_label("What is the campaign called?").fill(name)
    page.get_by_label("Which organisation makes the demands?").fill("Street Watch")
    page.get_by_label("On which statement of theirs does it rest?").fill("Let us sleep")
    page.get_by_label("What is the first demand?").fill("Close it at night")


@pytest.mark.slow
def test_answers_that_were_left_come_back_and_going_back_makes_no_second_campaign(owner: Page) -> None:
    page = owner
    site = page.url.split("/en/")[0]
    page.goto(f"{site}/en/desk/start")
    page.get_by_label("What is the campaign called?").fill("Quiet street")
    expect(page.get_by_text("Kept for you at")).to_be_visible()
    page.get_by_role("link", name="Help", exact=True).click()
    page.goto(f"{site}/en/desk/start")
    expect(page.get_by_label("What is the campaign called?")).to_have_value("")
    page.get_by_role("link", name="Take it over").click()
    expect(page.get_by_label("What is the campaign called?")).to_have_value("Quiet street")
    answer(page, "Quiet street")
    page.get_by_role("button", name="Start the campaign").click()
    expect(page.get_by_text("Here is your draft.")).to_be_visible()
    draft = page.url.partition("?")[0]
    page.go_back()
    answer(page, "Quiet street")
    page.get_by_role("button", name="Start the campaign").click()
    expect(page.get_by_text("You have started this campaign already.")).to_be_visible()
    assert page.url.partition("?")[0] == draft
    page.goto(f"{site}/en/desk/?list=yes")
    expect(page.get_by_role("link", name="Quiet street")).to_have_count(1)
    page.goto(f"{site}/en/desk/january-2022/")


@pytest.mark.slow
def test_five_questions_and_the_steps_lead_to_a_public_page(owner: Page) -> None:
    page = owner
    expect(page.get_by_role("heading", name="New here?")).to_be_visible()
    page.get_by_role("link", name="I have read it").click()
    expect(page.get_by_role("heading", name="New here?")).to_be_hidden()
    page.reload()
    expect(page.get_by_role("heading", name="New here?")).to_be_hidden()

    page.get_by_role("link", name="The desk").first.click()
    page.get_by_role("link", name="Start a campaign").click()
    page.get_by_label("What is the campaign called?").fill("Clean river")
    page.get_by_label("Which organisation makes the demands?").fill("River Watch")
    page.get_by_label("On which statement of theirs does it rest?").fill("Give the river back")
    page.get_by_label("What is the first demand?").fill("Stop the discharge")
    page.get_by_label("Sign a petition").uncheck()
    page.get_by_role("button", name="Start the campaign").click()

    expect(page.get_by_text("Here is your draft.")).to_be_visible()
    for _step in range(40):
        if not page.locator("#step-publish").get_by_text("waits for the other steps").count():
            break
        page.get_by_role("link", name="Go on").filter(visible=True).click()
        write_what_is_missing(page)
    page.get_by_role("link", name="Publish", exact=True).first.click()
    page.get_by_label("I have read").check()
    page.get_by_role("button", name=re.compile("Publish")).click()
    expect(page.get_by_text("Published. Every visitor can see it now.")).to_be_visible()
    public = page.url.split("/en/desk/")[0] + "/en/clean-river/"
    until(lambda: page.goto(public).ok)
    expect(page.get_by_role("link", name="Write a letter").first).to_be_visible()


@pytest.mark.slow
def test_one_press_opens_the_first_petition_for_practice(owner: Page) -> None:
    page = owner
    site = page.url.split("/en/")[0]
    page.goto(f"{site}/en/desk/january-2022/")
    page.get_by_role("link", name="Signatures").first.click()
    page.get_by_role("link", name="Help with this page").click()
    expect(page.get_by_role("heading", name="Signatures", exact=True)).to_be_in_viewport()
    page.go_back()
    page.get_by_role("button", name="Make a trial key").click()
    expect(page.get_by_text("The petition is open for practice.")).to_be_visible()
    page.goto(f"{site}/en/january-2022/petition")
    expect(page.get_by_text("This is a trial. Use invented names")).to_be_visible()
    expect(page.get_by_label("Full name")).to_be_visible()
