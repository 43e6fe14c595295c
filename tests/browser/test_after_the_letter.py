"""From the letter to the answer in a real browser, with the clock moved: the whole way, with and without JavaScript."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import icalendar
import pytest
import zxingcpp
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from campaign import clock
from campaign.counts.answers import Answer, count_answer
from campaign.counts.store import Posting, count_letter
from campaign.database import db
from tests.browser.conftest import Visit
from tests.conftest import published
from tests.tools import LANGUAGES, SEED, pdf_text, picture_of, words_of

SLUG, OFFICE = "january-2022", "ombudsman"

#: What the follow-up letter says in each language of the first campaign.
FOLLOW_UP = {
    "en": "has had no answer",
    "ru": "ответа",
    "kk": "жауап",
    "fr": "réponse",
}


@dataclass
class Served:
    """A site in this process, whose clock the test moves."""

    app: Flask
    moved: timedelta = field(default_factory=timedelta)
    address: str = ""

    def now(self) -> datetime:
        """The time on the site."""
        return clock.system() + self.moved

    @property
    def today(self) -> date:
        """The day on the site, in UTC."""
        return self.now().date()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """The first campaign, with four letters to an office that was silent: one too few to be shown."""
    site = Served(published(tmp_path, SEED))
    with site.app.app_context():
        for _ in range(4):
            count_letter(db.session, SLUG, Posting(OFFICE, "FR", "post"), site.today)
            count_answer(db.session, SLUG, Answer(OFFICE, "en", "none", True), site.today)
        db.session.close()
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    site.address = f"http://127.0.0.1:{server.port}"
    with clock.use(site.now):
        yield site
    server.shutdown()
    thread.join()


def fetched(page: Page, name: str, inside: str = "body") -> bytes:
    """The file that a button gives."""
    with page.expect_download() as waiting:
        page.locator(inside).get_by_role("button", name=name).first.click()
    return Path(waiting.value.path()).read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("script", [True, False])
def test_from_the_letter_to_the_answer_and_the_table(browser: Browser, served: Served, script: bool) -> None:
    context = browser.new_context(
        java_script_enabled=script,
        viewport={"width": 1280 if script else 360, "height": 800},
        accept_downloads=True,
    )
    visit = Visit(context, served.address)
    assert "<table" not in visit.open(f"/en/{SLUG}/answers").content(), "four are hidden"

    # The letter, the slip, and the reminder.
    page = visit.open(f"/en/{SLUG}/write?country=FR&to={OFFICE}")
    page.get_by_label("Full name").fill("Claire Martin")
    served.moved += timedelta(minutes=5)  # so long as writing takes
    if script:
        expect(page.locator("#live-sheet")).to_contain_text("Claire Martin")
        fetched(page, "Get the PDF", "#get")
    slip = fetched(page, "To print and keep")
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture_of(slip, 1))))
    (event,) = icalendar.Calendar.from_ical(fetched(page, "Reminder to ask again")).walk("VEVENT")
    assert event["URL"] == code.text and event.walk("VALARM")

    # Forty days later: the reminder has come, and its link leads to the next letter.
    served.moved += timedelta(days=40)
    assert event.start <= served.today
    page.goto(code.text)
    page.get_by_role("link", name="No answer: write again").click()
    for language in LANGUAGES:
        page.get_by_label("Full name").fill("Claire Martin")
        more = page.locator("summary", has_text="More choices")
        if not page.get_by_label("Language of the letter").is_visible():
            more.click()
        page.get_by_label("Language of the letter").select_option(language)
        served.moved += timedelta(minutes=1)
        letter = fetched(page, "Get the PDF", "#get")
        assert FOLLOW_UP[language] in words_of(pdf_text(letter))

    # The answer is given, and the table changes.
    page.goto(code.text)
    page.get_by_label("No answer in time").check()
    served.moved += timedelta(seconds=0 if script else 31)
    page.get_by_role("button", name="Count this answer").click()
    expect(page.locator(".counted")).to_contain_text("This was counted: No answer in time")
    served.moved += timedelta(minutes=16)
    page.goto(f"{served.address}/en/{SLUG}/answers")
    page.reload()  # for the browser only some seconds have passed since it asked for this page
    row = page.locator(".answers tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Commissioner for Human Rights")
    expect(row.locator("td[data-label='No answer in time']")).to_have_text("5")
    assert visit.complaints == [] and context.cookies() == []
    context.close()
