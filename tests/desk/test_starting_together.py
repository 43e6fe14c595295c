"""The form with which a campaign begins, with people who leave it, come back, press twice, or are quicker.

Nothing that was typed is lost, and there is one campaign.
"""

from __future__ import annotations

import html
import re
import threading
from typing import Any

import pyotp
import pytest
from werkzeug.test import TestResponse

from campaign.database import db
from campaign.desk.starting import start
from campaign.editions import store
from campaign.people import members
from tests.desk.conftest import PASSWORD, Desk, Seat, fields_of
from tests.desk.test_access import SIGN_IN, _aged
from tests.desk.test_starting import ANSWERS

START = "/en/desk/start"
OFFER = "You typed something here on"
DRAFT = "/en/desk/clean-river/"


def press(seat: Seat, **changes: Any) -> TestResponse:
    """Somebody opens the form, types everything and presses the button."""
    return seat.post(START, {"csrf": seat.form(START, "/start")["csrf"], **ANSWERS, **changes})


def campaigns(desk: Desk) -> list[str]:
    """The campaigns that were not there from the beginning."""
    with desk.app.app_context():
        return [slug for slug in store.slugs(db.session) if slug not in {"trees", "another"}]


def owner(desk: Desk, slug: str) -> str:
    with desk.app.app_context():
        ((person, _member),) = members.members(db.session, slug)
        return person.name


def test_the_second_of_two_people_is_told_keeps_what_was_typed_and_gets_an_address(desk: Desk) -> None:
    desk.join("Bo", "owner")
    ana, bo = desk.sits("Ana"), desk.sits("Bo")
    assert press(ana).headers["Location"] == f"{DRAFT}?said=started"
    page = press(bo, demand="Clean it up")
    assert page.status_code == 422
    text = html.unescape(page.text)
    assert "Another campaign here has the address “clean-river”." in text
    form = fields_of(page.text, "/start")
    assert (form["demand"], form["slug"]) == ("Clean it up", "clean-river-2")
    assert campaigns(desk) == ["clean-river"] and owner(desk, "clean-river") == "Ana"
    assert bo.post(START, form).headers["Location"] == "/en/desk/clean-river-2/?said=started"
    assert owner(desk, "clean-river-2") == "Bo"


@pytest.mark.parametrize("slug", ["", "our-river"])
def test_a_second_press_leads_to_the_draft_of_the_first(slug: str, desk: Desk) -> None:
    """Pressed twice, sent again after the answer was lost, or sent once more from the page before."""
    seat = desk.sits("Ana")
    first = press(seat, slug=slug).headers["Location"]
    again = press(seat, slug=slug)
    assert again.status_code == 303
    assert again.headers["Location"] == first.replace("started", "started-before")
    assert "You have started this campaign already." in seat.get(again.headers["Location"])
    assert campaigns(desk) == [slug or "clean-river"]


def test_another_campaign_of_ones_own_may_have_the_same_name_at_another_address(desk: Desk) -> None:
    seat = desk.sits("Ana")
    press(seat)
    assert press(seat, slug="second-river").headers["Location"] == "/en/desk/second-river/?said=started"
    assert campaigns(desk) == ["clean-river", "second-river"]


@pytest.mark.parametrize("people", [("Ana", "Ana"), ("Ana", "Bo")])
def test_two_presses_at_the_same_moment_make_one_campaign(
    people: tuple[str, str], desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.join("Bo", "owner")
    meeting = threading.Barrier(2, timeout=30)
    begin = start._begin

    def after_both_have_looked(slug: str, form: Any) -> bool:
        meeting.wait()
        return begin(slug, form)

    monkeypatch.setattr(start, "_begin", after_both_have_looked)
    seats = [desk.sits(name) for name in people]
    forms = [{"csrf": seat.form(START, "/start")["csrf"], **ANSWERS} for seat in seats]
    answers = list[TestResponse]()
    threads = [
        threading.Thread(target=lambda seat=seat, form=form: answers.append(seat.post(START, form)))
        for seat, form in zip(seats, forms, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert campaigns(desk) == ["clean-river"]
    assert len(answers) == 2
    if people[0] == people[1]:
        said = sorted(answer.headers["Location"].partition("said=")[2] for answer in answers)
        assert said == ["started", "started-before"]
    else:
        assert sorted(answer.status_code for answer in answers) == [303, 422]
        (told,) = (answer for answer in answers if answer.status_code == 422)
        assert fields_of(told.text, "/start")["slug"] == "clean-river-2"


def test_what_somebody_left_half_way_is_offered_to_them_alone(desk: Desk) -> None:
    desk.join("Bo", "owner")
    ana, bo = desk.sits("Ana"), desk.sits("Bo")
    form = ana.form(START, "/start") | {"name": "Clean river", "language": "fr", "others_list": ["en", "kk"]}
    assert ana.post("/en/desk/start/kept", form | {"do": "keep"}).status_code == 303
    assert campaigns(desk) == []
    desk.clock.pass_(minutes=10)
    page = ana.get(START)
    assert OFFER in page and fields_of(page, "/start")["name"] == ""
    taken = ana.get(f"{START}?kept=yes")
    assert OFFER not in taken
    assert fields_of(taken, "/start")["name"] == "Clean river"
    assert re.findall(r'value="(\w+)" checked', taken) == ["en", "kk"]
    assert re.search(r'<option selected value="fr">', taken)
    assert OFFER not in bo.get(START)
    press(ana)
    assert OFFER not in ana.get(START)


def test_it_is_forgotten_once_it_is_discarded(desk: Desk) -> None:
    seat = desk.sits("Ana")
    seat.post("/en/desk/start/kept", seat.form(START, "/start") | {"name": "Clean river", "do": "keep"})
    discard = fields_of(seat.get(START), "/start/kept")
    assert seat.post("/en/desk/start/kept", discard).headers["Location"] == START
    assert OFFER not in seat.get(START)


@pytest.mark.security(23)
def test_a_sign_in_that_ended_meanwhile_loses_nothing_and_makes_one_campaign(desk: Desk) -> None:
    secret = desk.join("Bo", "owner")
    seat = desk.sits("Bo")
    form = {"csrf": seat.form(START, "/start")["csrf"], **ANSWERS}
    desk.clock.pass_(hours=1)
    page = seat.post(START, form)
    assert page.status_code == 403 and "You are signed out" in page.text
    assert campaigns(desk) == []
    proof = {"email": "bo@example.org", "password": PASSWORD, "code": pyotp.TOTP(secret).at(desk.clock.now)}
    sign_in = fields_of(page.text, "sign-in") | proof
    again = _aged(lambda: seat.client.post(SIGN_IN, data=sign_in))
    assert "still here" in again.text
    kept = fields_of(again.text, "/start")
    assert kept["demand"] == "Stop the discharge"
    assert seat.post(START, kept).headers["Location"] == f"{DRAFT}?said=started"
    assert seat.post(START, kept).headers["Location"] == f"{DRAFT}?said=started-before"
    assert campaigns(desk) == ["clean-river"]


@pytest.mark.security(15)
def test_only_somebody_who_may_start_a_campaign_keeps_answers(desk: Desk) -> None:
    desk.join("Max", "editor")
    seat = desk.sits("Max")
    form = {"csrf": seat.token(), "name": "Clean river", "do": "keep"}
    assert seat.post("/en/desk/start/kept", form).status_code == 403
