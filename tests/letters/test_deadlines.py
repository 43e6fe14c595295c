"""By when an office has to answer, the reminder for the calendar, and when nobody should write any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import icalendar
import pytest
from flask import Flask
from flask.testing import FlaskClient

from campaign import clock
from campaign.database import db
from campaign.editions import store as editions
from campaign.editions.edition_cache import EditionCache
from campaign.letters import offices
from campaign.letters.compose import UnknownChoiceError, compose
from campaign.letters.deadlines import answered_by, ask_again_on
from campaign.letters.letter import Choices, Sender
from campaign.pack.check import check
from campaign.pack.files import parse
from campaign.pack.model import AnswerRule, Pack, Place
from campaign.paper import kits
from campaign.services import service
from tests.conftest import published
from tests.minimal import FILES
from tests.tools import BASE, LANGUAGES, typed

RULE = "answer: {days: 15, working: yes, law: {en: The law says so., fr: La loi le dit.}, source: plea}"


def rule(days: int, working: bool) -> AnswerRule:
    return AnswerRule(days=days, working=working, law={}, source="", checked_on=None, place=Place("", 1))


@pytest.mark.parametrize(
    ("written", "days", "working", "last"),
    [
        ("2026-03-02", 30, False, "2026-04-11"),
        ("2026-03-02", 15, True, "2026-04-02"),  # it arrives on Thursday 12 March
        ("2026-03-03", 15, True, "2026-04-03"),
        ("2026-03-04", 15, True, "2026-04-03"),  # on a Saturday: counted from Monday
        ("2026-03-05", 15, True, "2026-04-03"),
        ("2026-03-06", 1, True, "2026-03-17"),
        ("2026-03-03", 1, True, "2026-03-16"),  # a Friday, so the next working day is Monday
        ("2026-12-20", 1, False, "2026-12-31"),
    ],
)
def test_days_count_from_the_arrival_and_working_days_leave_out_weekends(
    written: str, days: int, working: bool, last: str
) -> None:
    assert answered_by(rule(days, working), date.fromisoformat(written)).isoformat() == last


def test_without_a_rule_somebody_may_ask_again_after_thirty_days(pack: Pack) -> None:
    embassy, office = pack.addressees["embassy-paris"], pack.addressees["ombudsman"]
    assert ask_again_on(embassy, date(2026, 11, 24)) == date(2026, 12, 24)
    assert ask_again_on(office, date(2026, 11, 24)) == date(2026, 12, 26)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reminder_is_a_calendar_that_a_library_reads_in_every_language(
    client: FlaskClient, language: str
) -> None:
    offices = ["president", "embassy-paris"]
    form = typed(client, to=offices[0], also=offices[1:], day="2026-11-24")
    answer = client.post(f"/{language}/january-2022/write/reminder.ics", data=form)
    calendar = icalendar.Calendar.from_ical(answer.data)
    events = calendar.walk("VEVENT")
    assert not calendar.errors and not any(event.errors for event in events)
    assert [event.start for event in events] == [date(2026, 12, 26), date(2026, 12, 24)]
    assert all(event.duration.days == 1 and event.walk("VALARM") for event in events)
    assert len({event["UID"] for event in events}) == 2
    for event in events:
        assert f"/{language}/january-2022/slip/" in event["URL"]
        assert event["URL"] in event["DESCRIPTION"] and "2026" in event["DESCRIPTION"]


def test_the_reminder_says_until_when_and_that_nobody_checked_the_rule(client: FlaskClient) -> None:
    answer = client.post(f"{BASE}/write/reminder.ics", data=typed(client, day="2026-11-24"))
    note = icalendar.Calendar.from_ical(answer.data).walk("VEVENT")[0]["DESCRIPTION"]
    assert "The office had until 25 December 2026 to answer" in note
    assert "Nobody has compared this rule with the law yet." in note


# what the checker says


def with_mayor(*lines: str) -> dict[str, str]:
    """The smallest pack, with more in the record of its mayor."""
    more = "".join(f"\n  {line}" for line in lines)
    return {
        **FILES,
        "addressees.yaml": FILES["addressees.yaml"].replace("- key: mayor", f"- key: mayor{more}"),
    }


def said(files: dict[str, str], today: date = date(2026, 11, 26)) -> list[tuple[str, str]]:
    return [(finding.level, str(finding.text)) for finding in check(files, today)]


@pytest.mark.parametrize(
    ("lines", "level", "words"),
    [
        ([RULE], "warning", "Nobody has checked the rule on answering of “mayor”"),
        ([RULE.replace(", source: plea", "")], "warning", "The rule on answering of “mayor” has no source."),
        ([RULE.replace("plea", "pleas")], "error", "Unknown source “pleas”."),
        ([RULE.replace(", fr: La loi le dit.", "")], "error", "“law” is missing in"),
        (["answer: {days: 15}"], "error", "“law” is missing."),
        (["answer: {days: fifteen}"], "error", "“fifteen” is not a whole number above 0."),
        (["write-before: 2026-11-26"], "warning", "“write-before” of “mayor” is over"),
        (["write-before: tomorrow"], "error", "“tomorrow” is not a date like 2022-01-05."),
        (["stop-writing: {en: The trial is on., fr: Le procès est en cours.}"], "warning",
         "“stop-writing” stops letters to “mayor”."),
        (["copies: {refusal: nobody}"], "error", "Unknown addressee “nobody”."),
        (["next-letter: other"], "error", "Unknown letter “other”."),
        (["next-letter: mayor"], "error", "“mayor” has no part for a next letter."),
    ],
)  # fmt: skip
def test_the_checker_names_what_is_wrong(lines: list[str], level: str, words: str) -> None:
    found = said(with_mayor(*lines))
    assert any(one_level == level and words in text for one_level, text in found), found


def test_a_rule_that_was_checked_and_a_day_to_come_are_no_findings() -> None:
    lines = [RULE.replace("source: plea", "source: plea, checked-on: 2026-11-01"), "write-before: 2026-11-27"]
    assert said(with_mayor(*lines)) == said(FILES)


# nobody should write any more

STOPS = [
    (["write-before: 2026-12-01"], ""),
    (["stop-writing: {en: The trial is on., fr: Le procès est en cours.}"], "The trial is on."),
]
AFTER = datetime(2026, 12, 1, 12, tzinfo=UTC)


def campaign_stop(line: str) -> dict[str, str]:
    return {**FILES, "campaign.yaml": f"{FILES['campaign.yaml']}\n{line}\n"}


def site_of(tmp_path: Path, files: dict[str, str]) -> Flask:
    """An application of its own with a pack that is given as texts."""
    app = published(tmp_path)
    with app.app_context():
        editions.publish(db.session, "trees", files, editions.Authorship("files"))
        service(EditionCache).load()
    return app


@pytest.mark.parametrize("files", [*(with_mayor(*lines) for lines, _why in STOPS),
                                   *(campaign_stop(lines[0]) for lines, _why in STOPS)])  # fmt: skip
def test_composer_kit_and_command_obey_at_once(files: dict[str, str]) -> None:
    pack = parse(files)
    choices = Choices("mayor", "en", (), Sender("A. B."), date(2026, 11, 30))
    with clock.use(lambda: AFTER):
        assert "mayor" not in [one.key for one in pack.open_addressees()]
        assert not kits.has_letters(pack)
        with pytest.raises(UnknownChoiceError):
            compose(pack, choices)


def test_the_day_before_is_the_last_one() -> None:
    pack = parse(with_mayor("write-before: 2026-12-01"))
    with clock.use(lambda: datetime(2026, 11, 30, 23, tzinfo=UTC)):
        assert pack.open_addressees() and pack.writing_age == 0 and str(pack.urgent_until) == "2026-12-01"
    with clock.use(lambda: AFTER):
        assert not pack.open_addressees() and pack.writing_age == 1 and pack.urgent_until is None


def test_the_page_says_why_there_are_no_letters(tmp_path: Path) -> None:
    app = site_of(tmp_path, campaign_stop(STOPS[1][0][0]))
    with app.test_client() as client:
        page = client.get("/en/trees/write")
        assert page.status_code == 404 and "Please write no more letters: The trial is on." in page.text
        assert "/en/trees/write" not in client.get("/en/trees/").text


def test_a_cached_page_changes_on_the_day_on_which_letters_end(tmp_path: Path) -> None:
    app = site_of(tmp_path, campaign_stop("write-before: 2026-12-01"))
    with app.test_client() as client:
        with clock.use(lambda: datetime(2026, 11, 30, 12, tzinfo=UTC)):
            front = client.get("/en/trees/").text
            assert "/en/trees/write" in front and "Write before 1 December 2026" in front
        with clock.use(lambda: AFTER):
            front = client.get("/en/trees/").text
            assert "/en/trees/write" not in front and "Write before" not in front
            assert "Letters had to be written before 1 December 2026" in client.get("/en/trees/write").text


def test_what_is_urgent_is_offered_first(pack: Pack) -> None:
    urgent = {
        key: replace(pack.addressees[key], write_before=date(2099, 1, day))
        for key, day in (("un-torture", 9), ("odihr", 5))
    }
    first = offices.first_offered(replace(pack, addressees={**pack.addressees, **urgent}), "FR")
    assert first[:2] == ("odihr", "un-torture") and first[2] == offices.first_offered(pack, "FR")[0]


def test_an_office_is_offered_until_its_day_by_a_process_that_runs_on(pack: Pack) -> None:
    odihr = replace(pack.addressees["odihr"], write_before=date(2026, 12, 1))
    urgent = replace(pack, addressees={**pack.addressees, "odihr": odihr})

    def offered() -> tuple[bool, bool]:
        listed = {one.key for group in offices.groups(urgent, "FR") for one in group.addressees}
        return "odihr" in offices.first_offered(urgent, "FR"), "odihr" in listed

    with clock.use(lambda: datetime(2026, 11, 30, 12, tzinfo=UTC)):
        assert offered() == (True, True)
    with clock.use(lambda: AFTER):
        assert offered() == (False, False)
