"""Organisers hear once a day at most what waits for them, in their language, and only what they want."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask

from campaign import clock
from campaign.database import db
from campaign.desk import daily_mail as sending
from campaign.desk.daily_mail import send_due
from campaign.editions import drafts, store
from campaign.editions.edition_cache import EditionCache
from campaign.mail.outbox import Outbox
from campaign.paper import batches
from campaign.paper.batches import Order
from campaign.paper.sheets import Layout
from campaign.people import daily_mail, members
from campaign.people.daily_mail import Subject
from campaign.people.members import Action
from campaign.petition import removal
from campaign.services import service
from tests.conftest import published
from tests.desk.conftest import Desk
from tests.desk.test_pending import mails
from tests.minimal import FILES
from tests.tools import without_tokens


@pytest.fixture
def busy(tmp_path: Path, desk_on: Callable[[Flask], Desk]) -> Desk:
    """A desk with work of each subject: an error in the draft, a missing translation, a batch that is late."""
    desk = desk_on(published(tmp_path))
    files = {**FILES, "facts.yaml": FILES["facts.yaml"].replace("source: plea", "source: nothing", 1)}
    del files["pages/about.fr.md"]
    with desk.app.app_context():
        drafts.become(db.session, "trees", files, store.Authorship("Ana"))
        order = Order(Layout(("en",), 12), 3, 1, date(2026, 1, 2), holder="Lyon group")
        batches.order(db.session, "trees", order)
    return desk


def written(desk: Desk, day: int) -> dict[str, str]:
    """Who is written to on a day of December 2026, and what."""
    desk.clock.now = datetime(2026, 12, day, 5, 30, tzinfo=UTC)
    send_due(desk.app)
    found, outbox = {to: body for to, _subject, body in mails(desk)}, service(Outbox, desk.app)
    outbox.drop(lambda _content: True)
    return found


ROLES = {
    "owner": {"French: 1 text", "3 sheets should be back", "prevent"},
    "editor": {"French: 1 text", "3 sheets should be back", "prevent"},
    "translator": {"French: 1 text"},
    "clerk": {"3 sheets should be back"},
    "reader": set(),
}


def test_each_role_hears_what_it_can_do_something_about(busy: Desk) -> None:
    for role in ROLES:
        busy.join(role.capitalize(), role, languages=("fr",))
    found = written(busy, 1)
    every = set().union(*ROLES.values())
    for role, words in ROLES.items():
        body = found.get(f"{role}@example.org", "")
        assert {word for word in every if word in body} == words, role
    assert "Lyon group" not in str(found) and "Ana" not in without_tokens("".join(found.values()))


@pytest.mark.slow
def test_it_comes_once_a_day_and_only_with_something_new_or_after_a_week(busy: Desk) -> None:
    assert set(written(busy, 1)) == {"ana@example.org"}
    assert written(busy, 1) == {}
    assert written(busy, 2) == {}
    with busy.app.app_context():
        batches.order(db.session, "trees", Order(Layout(("en",), 12), 2, 1, date(2026, 1, 2)))
    assert "5 sheets should be back" in written(busy, 3)["ana@example.org"]
    assert written(busy, 9) == {}
    assert "5 sheets should be back" in written(busy, 10)["ana@example.org"]


@pytest.mark.slow
def test_nothing_is_sent_before_the_morning(busy: Desk) -> None:
    busy.clock.now = datetime(2026, 12, 1, 4, 59, tzinfo=UTC)
    send_due(busy.app)
    assert mails(busy) == []


#: What a role is informed of, as its account page offers it.
OFFERED = {
    "owner": {"texts", "addresses", "sheets", "errors", "reasons"},
    "editor": {"texts", "addresses", "sheets", "errors", "reasons"},
    "translator": {"texts"},
    "clerk": {"sheets"},
    "reader": set(),
}


@pytest.mark.parametrize("role", OFFERED)
def test_each_role_chooses_among_what_it_gets(busy: Desk, role: str) -> None:
    busy.join("Somebody", role, languages=("fr",))
    page = busy.sits("Somebody").get("/en/desk/account")
    assert set(re.findall(r'name="about_list"[^>]*value="(\w+)"', page)) == OFFERED[role]
    assert ("E-mails about work" in page) == bool(OFFERED[role])


def test_what_a_role_was_not_asked_stays_as_it_was(busy: Desk) -> None:
    busy.join("Carla", "clerk")
    seat = busy.sits("Carla")
    form = {"csrf": seat.token("/en/desk/account"), "about_list": [], "language": "en"}
    assert seat.post("/en/desk/account/e-mails", form).status_code == 303
    with busy.app.app_context():
        carla = next(person for person, _ in members.members(db.session, "trees") if person.name == "Carla")
        assert daily_mail.wishes(db.session, carla).about == set(Subject) - {Subject.SHEETS}


@pytest.mark.slow
def test_somebody_chooses_what_and_in_which_language(busy: Desk) -> None:
    seat = busy.sits("Ana")
    form = {"csrf": seat.token("/en/desk/account"), "about_list": ["sheets"], "language": "fr"}
    assert seat.post("/en/desk/account/e-mails", form).status_code == 303
    assert seat.get("/en/desk/account").count("checked") == 1
    both = {**form, "about_list": ["sheets", "errors"]}
    assert seat.post("/en/desk/account/e-mails", both).status_code == 303
    assert seat.get("/en/desk/account").count("checked") == 2
    assert seat.post("/en/desk/account/e-mails", form).status_code == 303
    body = written(busy, 1)["ana@example.org"]
    assert "3 feuilles" in body and body.count("- ") == 1
    seat = busy.sits("Ana")
    form |= {"csrf": seat.token("/en/desk/account"), "about_list": []}
    assert seat.post("/en/desk/account/e-mails", form).status_code == 303
    assert written(busy, 20) == {}


@pytest.mark.slow
def test_a_language_that_the_desk_does_not_have_is_refused(busy: Desk) -> None:
    seat = busy.sits("Ana")
    for code in ("xx", "", "../en", "de"):
        form = {"csrf": seat.token("/en/desk/account"), "about_list": ["sheets"], "language": code}
        assert seat.post("/en/desk/account/e-mails", form).status_code == 422


@pytest.mark.slow
def test_the_language_of_the_first_sign_in_stays_until_one_is_chosen(busy: Desk) -> None:
    with busy.app.app_context():
        ana = next(person for person, _ in members.members(db.session, "trees"))
        for code in ("fr", "ru"):
            daily_mail.note_language(db.session, ana, code)
        assert daily_mail.wishes(db.session, ana).language == "fr"
        daily_mail.wish(db.session, ana, "ru", {Subject.SHEETS})
        wanted = daily_mail.wishes(db.session, ana)
        assert (wanted.language, wanted.about) == ("ru", {Subject.SHEETS})


@pytest.mark.slow
def test_an_archived_campaign_and_people_who_left_are_left_alone(busy: Desk) -> None:
    busy.join("Berik", "owner")
    with busy.app.app_context():
        ana = next(person for person, _ in members.members(db.session, "trees") if person.name == "Ana")
        members.remove(db.session, "trees", ana, Action("berik@example.org", clock.now(), agreed=True))
    assert set(written(busy, 1)) == {"berik@example.org"}
    with busy.app.app_context():
        removal.archive(db.session, "trees", "berik@example.org", clock.today())
        service(EditionCache).load()
    assert written(busy, 20) == {}


@pytest.mark.slow
def test_one_who_cannot_be_written_to_keeps_nobody_waiting(
    busy: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy.join("Berik", "editor")
    write = sending._write

    def fails_once(app: Flask, reader: sending.Reader, *rest: object) -> None:
        if reader.email.startswith("ana"):
            raise OSError("disk full")
        write(app, reader, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(sending, "_write", fails_once)
    assert set(written(busy, 1)) == {"berik@example.org"}
