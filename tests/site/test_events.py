"""Events that people can come to: page, calendars, feed and poster, in their time zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import icalendar
import pytest
from flask.testing import FlaskClient

from campaign import calendar_files, clock
from campaign.database import db
from campaign.editions import store as editions
from campaign.editions.edition_cache import EditionCache
from campaign.pack.check import check
from campaign.pack.files import parse
from campaign.services import service
from tests.conftest import published
from tests.minimal import FILES
from tests.tools import pdf_text, words_of

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
EVENING = """- key: evening
  title: {en: 'Letters, tea; and cake', fr: Lettres et thé}
  what: letters
  day: 2026-12-10
  from: '18:30'
  to: '21:00'
  time-zone: Europe/Paris
  where: {en: 'Maison des associations, Lyon', fr: 'Maison des associations, Lyon'}
  about: {en: Paper and stamps are there., fr: Papier et timbres sur place.}
"""
STALL = """- key: stall
  title: {en: Stall, fr: Stand}
  what: stall
  day: 2026-11-01
  where: {en: Market, fr: Marché}
"""
OFF = """- key: off
  title: {en: Handing over, fr: Remise}
  what: hand-over
  day: 2027-01-05
  from: '9:00'
  where: {en: Town Hall, fr: Mairie}
  cancelled: {en: The office is closed., fr: Le bureau est fermé.}
"""


def files(*meetings: str) -> dict[str, str]:
    return {**FILES, "meetings.yaml": "meetings:\n" + "".join(meetings)}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    app = published(tmp_path)
    with app.app_context():
        editions.publish(db.session, "trees", files(STALL, OFF, EVENING), editions.Authorship("files"))
        service(EditionCache).load()
    with clock.use(lambda: NOW):
        yield app.test_client()


def test_the_next_event_comes_first_and_past_ones_last(client: FlaskClient) -> None:
    page = client.get("/en/trees/events").text
    assert [page.index(f'id="{key}"') for key in ("evening", "off", "stall")] == sorted(
        page.index(f'id="{key}"') for key in ("evening", "off", "stall")
    )
    assert "10 December 2026, 18:30–21:00 (Europe/Paris)" in page and "Past events" in page
    assert "The office is closed." in page and "<form" not in page.partition("<main")[2]
    assert "/en/trees/events" in client.get("/en/trees/").text


def test_a_library_reads_the_calendar_and_knows_the_instant(client: FlaskClient) -> None:
    for address in ("events.ics", "events/evening.ics"):
        answer = client.get(f"/en/trees/{address}")
        calendar = icalendar.Calendar.from_ical(answer.data)
        assert not calendar.errors and answer.mimetype == "text/calendar"
        event = next(one for one in calendar.walk("VEVENT") if one["UID"] == "trees-evening@campaign")
        assert event.start == datetime(2026, 12, 10, 17, 30, tzinfo=UTC)
        assert event.end == datetime(2026, 12, 10, 20, 0, tzinfo=UTC)
        assert event["SUMMARY"] == "Letters, tea; and cake"
    states = {one["UID"]: str(one["STATUS"]) for one in icalendar.Calendar.from_ical(
        client.get("/en/trees/events.ics").data).walk("VEVENT")}  # fmt: skip
    assert states["trees-off@campaign"] == "CANCELLED"
    stall = icalendar.Calendar.from_ical(client.get("/fr/trees/events/stall.ics").data).walk("VEVENT")[0]
    assert stall.start == date(2026, 11, 1) and stall["SUMMARY"] == "Stand"
    assert client.get("/en/trees/events/party.ics").status_code == 404


def test_the_feed_has_every_event(client: FlaskClient) -> None:
    answer = client.get("/en/trees/events.atom")
    entries = ET.fromstring(answer.data).findall("{http://www.w3.org/2005/Atom}entry")
    titles = [entry.findtext("{http://www.w3.org/2005/Atom}title") for entry in entries]
    assert titles == ["Stall", "Letters, tea; and cake", "Cancelled: Handing over"]


def test_the_poster_says_what_when_and_where(client: FlaskClient) -> None:
    answer = client.get("/en/trees/events/evening/poster.pdf")
    words = words_of(pdf_text(answer.data))
    assert answer.mimetype == "application/pdf" and words.count("18:30") == 1
    for part in (
        "Letters, tea; and cake",
        "10 December 2026",
        "Maison des associations, Lyon",
        "Paper and stamps",
    ):
        assert words_of(part) in words


def test_a_campaign_without_events_has_no_page_of_them(tmp_path: Path) -> None:
    app = published(tmp_path)
    with app.app_context():
        editions.publish(db.session, "trees", FILES, editions.Authorship("files"))
        service(EditionCache).load()
    for address in ("events", "events.ics", "events.atom"):
        assert app.test_client().get(f"/en/trees/{address}").status_code == 404


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("'18:30'", "'24:30'", "“24:30” is not a time like 18:30."),
        ("'18:30'", "half past six", "“half past six” is not a time like 18:30."),
        ("'21:00'", "'18:00'", "“evening” ends before it begins."),
        ("Europe/Paris", "Europe/Lyon", "Unknown time zone “Europe/Lyon”."),
        ("  day: 2026-12-10\n", "", "“day” is missing."),
        ("2026-12-10", "10 December", "“10 December” is not a date like 2022-01-05."),
        (", fr: Lettres et thé", "", "“title” is missing in"),
        ("what: letters", "what: party", "party"),
    ],
)
def test_the_checker_names_what_is_wrong(old: str, new: str, words: str) -> None:
    assert old in EVENING
    errors = [
        str(one.text) for one in check(files(EVENING.replace(old, new)), NOW.date()) if one.level == "error"
    ]
    assert any(words in error for error in errors), errors


def test_without_a_zone_the_campaign_s_own_counts() -> None:
    (meeting,) = parse(files(EVENING.replace("  time-zone: Europe/Paris\n", ""))).meetings
    assert meeting.start(parse(FILES).time_zone) == datetime(2026, 12, 10, 18, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["a" * 200, "ж" * 100, "𝒳" * 60, "one\r\ntwo", "a,b;c\\d"])
def test_any_text_comes_back_from_a_calendar(text: str) -> None:
    event = ["UID:1", "DTSTAMP:20261126T120000Z", "DTSTART;VALUE=DATE:20261126",
             f"SUMMARY:{calendar_files.escaped(text)}"]  # fmt: skip
    body = calendar_files.calendar([event], "Test")
    assert max(map(len, body.split(b"\r\n"))) <= 75
    assert icalendar.Calendar.from_ical(body).walk("VEVENT")[0]["SUMMARY"] == text.replace("\r\n", "\n")
