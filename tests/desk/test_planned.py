"""An edition is planned for a time: what was looked at is published then, once, and nothing of it before."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from campaign import clock
from campaign.database import db
from campaign.desk.publishing import due
from campaign.desk.publishing.due import publish_due
from campaign.editions import drafts, planned, store
from campaign.editions.edition_cache import EditionCache
from campaign.editions.planned import TimeError
from campaign.people import members
from campaign.people.members import Action
from campaign.petition import removal
from campaign.photographs import photo_store
from campaign.photographs.sanitise import sanitised
from campaign.services import service
from tests.conftest import published
from tests.desk.conftest import NOW, Desk, Seat, fields_of
from tests.desk.test_editing import DEMAND, save
from tests.desk.test_pending import mails
from tests.minimal import FILES
from tests.photographs.pictures import telephone

#: Nine in the morning of the next day: the campaign has no time zone, so by UTC.
TIME, AT = "2026-11-25T09:00", datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@pytest.fixture
def small(tmp_path: Path, desk_on: Callable[[Flask], Desk]) -> Desk:
    """A desk on SQLite."""
    return desk_on(published(tmp_path))


def choose(seat: Seat, **typed: str) -> TestResponse:
    """Send the form of the page Publish, for a time."""
    fields = fields_of(seat.get("/publish"), "/publish") | {"seen": "yes", "when": "later", "at": TIME}
    return seat.post("/publish", fields | typed)


def edit(seat: Seat, title: str) -> None:
    save(seat, DEMAND, **{"f.title": title})


def ana_plans(desk: Desk, title: str = "Keep all") -> Seat:
    """Ana changes a title and plans the edition that has it."""
    seat = desk.sits("Ana")
    edit(seat, title)
    assert choose(seat, note="for the day of the trees").status_code == 303
    return seat


def later(desk: Desk, at: datetime = AT) -> None:
    """The time comes, and the worker looks."""
    desk.clock.now = at
    publish_due(desk.app)


def titles(desk: Desk, number: int) -> str:
    with desk.app.app_context():
        return store.files_of(db.session, "trees", number)["demands/keep-them.en.md"]


def public(desk: Desk, path: str) -> bytes:
    with desk.app.app_context():
        service(EditionCache).load()
    return desk.app.test_client().get(path).data


@pytest.mark.slow
def test_what_was_looked_at_is_published_at_its_time_and_nothing_that_was_saved_later(desk: Desk) -> None:
    ana_plans(desk)
    desk.join("Berik", "reader")
    berik = desk.sits("Berik")
    for page in ("/", "/publish"):
        assert "Edition 2 will be published on 25 November 2026 at 09:00 (UTC)" in berik.get(page)
        assert "Ana planned it on 24 November 2026 at 12:00." in berik.get(page)
    edit(desk.sits("Ana"), "Keep none")
    page = desk.sits("Ana").get("/publish")
    assert "not part of that edition" in page and "Keep all" in page and "Keep none" not in page
    later(desk, AT - timedelta(seconds=1))
    assert desk.newest() == 1
    later(desk)
    assert desk.newest() == 2 and "Keep all" in titles(desk, 2)
    later(desk, AT + timedelta(days=1))
    assert desk.newest() == 2
    assert "Keep none" in desk.sits("Ana").get("/publish") and "Keep none" in str(desk.files().values())
    audit = desk.sits("Ana").get("/audit")
    assert "planned an edition" in audit and "planned by Ana" in audit
    assert "for the day of the trees" in desk.sits("Ana").get("/editions")


PUBLIC = ("/", "/en/trees/", "/fr/trees/", "/en/trees/demands/keep-them", "/en/trees/updates.atom", "/en/trees/editions.atom",
          "/en/trees/about", "/en/trees/copies")  # fmt: skip


def test_nothing_is_public_before_the_time(small: Desk) -> None:
    before = [public(small, path) for path in PUBLIC]
    ana_plans(small)
    assert [public(small, path) for path in PUBLIC] == before
    assert small.app.test_client().get("/en/trees/editions/2/").status_code == 404
    later(small)
    assert b"Keep all" in public(small, "/en/trees/demands/keep-them")


@pytest.mark.slow
def test_what_is_withdrawn_is_not_published_even_if_the_worker_has_begun(
    small: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat = ana_plans(small)

    def withdrawn_meanwhile(*_args: object) -> list[object]:
        answer = seat.post("/publish/withdraw", {"csrf": seat.token("/people")})
        assert answer.status_code == 303
        return []

    small.clock.now = AT - timedelta(minutes=1)
    seat = small.sits("Ana")
    monkeypatch.setattr(due, "_errors", withdrawn_meanwhile)
    later(small)
    assert small.newest() == 1 and "withdrew a planned edition" in seat.get("/audit")
    assert "was withdrawn. Nothing was published." in seat.get("/publish?said=plan-withdrawn")
    assert mails(small) == []


@pytest.mark.slow
def test_two_workers_publish_it_once(desk: Desk) -> None:
    ana_plans(desk)
    desk.clock.now = AT
    threads = [threading.Thread(target=publish_due, args=(desk.app,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert desk.newest() == 2


@pytest.mark.slow
def test_a_time_that_was_missed_is_made_up_for(small: Desk) -> None:
    ana_plans(small)
    later(small, AT + timedelta(days=2))
    assert small.newest() == 2


# why it is not published


def other_edition(desk: Desk, _patch: pytest.MonkeyPatch) -> None:
    with desk.app.app_context():
        files = {**FILES, "pages/about.en.md": FILES["pages/about.en.md"].replace("Words", "Other words")}
        store.publish(db.session, "trees", files, store.Authorship("files"))


def archived(desk: Desk, _patch: pytest.MonkeyPatch) -> None:
    with desk.app.app_context():
        removal.archive(db.session, "trees", "ana@example.org", clock.today())


def planner_gone(desk: Desk, _patch: pytest.MonkeyPatch) -> None:
    desk.join("Berik", "owner")
    with desk.app.app_context():
        ana = next(one for one, _ in members.members(db.session, "trees") if one.name == "Ana")
        members.remove(db.session, "trees", ana, Action("berik@example.org", clock.now(), agreed=True))


def errors(_desk: Desk, patch: pytest.MonkeyPatch) -> None:
    from campaign.messages import Message
    from campaign.pack.findings import Finding

    finding = Finding("facts.yaml", 1, "error", Message("This figure is wrong."))
    patch.setattr(due, "_errors", lambda *_: [finding])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("happens", "reason", "edition"),
    [
        (other_edition, "Another edition was published after it was planned.", 2),
        (archived, "The campaign is archived.", 1),
        (planner_gone, "The person who planned it may no longer publish.", 1),
        (errors, "The checker found errors in it.", 1),
    ],
)
def test_what_may_not_be_published_any_more_is_not_and_people_are_informed(
    small: Desk, monkeypatch: pytest.MonkeyPatch, happens: Callable[..., None], reason: str, edition: int
) -> None:
    ana_plans(small)
    happens(small, monkeypatch)
    later(small)
    later(small, AT + timedelta(hours=1))
    assert small.newest() == edition
    written = [(to, body) for to, subject, body in mails(small) if "was not published" in subject]
    owner = "berik@example.org" if happens is planner_gone else "ana@example.org"
    assert [to for to, _ in written] == [owner] and reason in written[0][1]
    if happens is errors:
        assert "This figure is wrong." in written[0][1]
    seat = small.sits("Berik" if happens is planner_gone else "Ana")
    assert "Not published on 25 November 2026 at 09:00 (UTC)" in seat.get("/") and reason in seat.get(
        "/publish"
    )
    assert "did not publish a planned edition" in seat.get("/audit")
    assert seat.post("/publish/withdraw", {"csrf": seat.token("/people")}).status_code == 303
    assert "Not published on" not in seat.get("/")


@pytest.mark.slow
def test_one_campaign_that_fails_keeps_no_other_waiting(small: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def publish(_app: Flask, slug: str) -> None:
        tried.append(slug)
        raise OSError("disk full")

    ana_plans(small)
    with small.app.app_context(), store.writing(db.session, "another"):
        planned.plan(db.session, "another", planned.Plan(1, AT), planned.Planner(1, "Ana"))
    monkeypatch.setattr(due, "_publish", publish)
    later(small)
    assert tried == ["another", "trees"]


# choosing


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"at": "2026-11-24T11:59"}, "This time has passed."),
        ({"at": "2028-01-01T09:00"}, "Choose a time within a year."),
        ({"at": ""}, "Enter a day and a time."),
        ({"at": "tomorrow"}, "Enter a day and a time."),
        ({"when": "now"}, "You entered a time but chose “Now”."),
        ({"seen": ""}, "Tick to confirm that you have read them."),
    ],
)
def test_a_time_that_cannot_be_is_refused_in_words_and_nothing_typed_is_lost(
    small: Desk, typed: dict[str, str], words: str
) -> None:
    seat = small.sits("Ana")
    edit(seat, "Keep all")
    answer = choose(seat, **{"note": "a note of mine", **typed})
    assert answer.status_code == 422 and words in answer.text and "a note of mine" in answer.text
    assert f'value="{typed.get("at", TIME)}"' in answer.text and small.newest() == 1
    with small.app.app_context():
        assert planned.of_campaign(db.session, "trees") is None


@pytest.mark.slow
def test_while_an_edition_is_planned_nothing_else_is_published_or_planned(small: Desk) -> None:
    seat = small.sits("Ana")
    edit(seat, "Keep all")
    fields = fields_of(seat.get("/publish"), "/publish") | {"seen": "yes"}
    assert choose(seat).status_code == 303
    for more in ({}, {"when": "later", "at": "2026-11-26T09:00"}):
        answer = seat.post("/publish", fields | more)
        assert answer.status_code == 409 and "Withdraw it first" in answer.text
    assert small.newest() == 1
    seat.post("/publish/withdraw", {"csrf": seat.token("/people")})
    assert seat.post("/publish", fields).status_code == 303 and small.newest() == 2


@pytest.mark.slow
@pytest.mark.security(15)
@pytest.mark.parametrize(("role", "status"), [("editor", 303), ("translator", 403), ("reader", 403)])
def test_only_who_publishes_plans_and_withdraws(small: Desk, role: str, status: int) -> None:
    seat = small.sits("Ana")
    edit(seat, "Keep all")
    fields = fields_of(seat.get("/publish"), "/publish") | {"seen": "yes", "when": "later", "at": TIME}
    small.join("Berik", role, languages=("fr",))
    berik = small.sits("Berik")
    token = berik.token("/en/desk/account")
    assert berik.post("/publish", fields | {"csrf": token}).status_code == status
    assert berik.post("/publish/withdraw", {"csrf": token}).status_code == status


@pytest.mark.slow
def test_where_nobody_publishes_alone_nobody_plans_alone(small: Desk) -> None:
    small.join("Berik", "editor")
    ana, berik = small.sits("Ana"), small.sits("Berik")
    save(ana, "/content/front/front", **{"f.second-reader": "yes"})
    assert (
        ana.post("/publish", fields_of(ana.get("/publish"), "/publish") | {"seen": "yes"}).status_code == 303
    )
    with small.app.app_context():
        service(EditionCache).load()
    edit(ana, "Keep all")
    asked = fields_of(ana.get("/publish"), "/publish/ask")
    forged = asked | {"seen": "yes", "when": "later", "at": TIME}
    assert ana.post("/publish", forged).status_code == 403
    assert berik.post("/publish", forged | {"csrf": berik.token("/en/desk/account")}).status_code == 403
    assert ana.post("/publish/ask", asked).status_code == 303
    assert ana.post("/publish", forged).status_code == 403
    assert choose(berik).status_code == 303
    later(small)
    assert small.newest() == 3 and "Keep all" in titles(small, 3)


@pytest.mark.slow
def test_somebody_asks_for_a_later_draft_while_an_edition_waits(small: Desk) -> None:
    seat = ana_plans(small)
    edit(seat, "Keep none")
    with small.app.app_context():
        mark = drafts.draft(db.session, "trees").mark
    assert seat.post("/publish/ask", {"csrf": seat.token("/people"), "mark": str(mark)}).status_code == 303
    later(small)
    assert small.newest() == 2 and "Ana has asked" in small.sits("Ana").get("/")


# what goes with it


@pytest.mark.slow
def test_a_photograph_of_a_planned_edition_is_kept_although_the_draft_has_dropped_it(small: Desk) -> None:
    photograph = sanitised(telephone(80, 60))
    with small.app.app_context(), store.writing(db.session, "trees") as campaign:
        photo_store.add(db.session, campaign.id, photograph)
        named = {**FILES, "campaign.yaml": FILES["campaign.yaml"] + f"photo: {photograph.name}\n"}
        drafts.become(db.session, "trees", named, store.Authorship("Ana"))
        mark = drafts.draft(db.session, "trees").mark
        planned.plan(db.session, "trees", planned.Plan(mark, AT), planned.Planner(1, "Ana"))
        drafts.become(db.session, "trees", FILES, store.Authorship("Ana"))
        assert photo_store.forget(db.session, "trees") == []
        planned.put_away(db.session, campaign)
        assert photo_store.forget(db.session, "trees") == [photograph.name]


@pytest.mark.slow
def test_a_campaign_that_is_removed_has_nothing_planned(small: Desk) -> None:
    ana_plans(small)
    with small.app.app_context():
        removal.remove(db.session, "trees", "ana@example.org", clock.today())
        assert db.session.execute(text("SELECT count(*) FROM planned_publication")).scalar_one() == 0
    later(small)


# the clock of the campaign


@pytest.mark.parametrize(
    ("zone", "typed", "at"),
    [
        ("Asia/Almaty", "2026-11-25T09:00", "2026-11-25T04:00"),
        ("America/Los_Angeles", "2026-11-25T09:00", "2026-11-25T17:00"),
        # On 31 October 2027 the clocks go from 03:00 back to 02:00; the second 02:30 is meant.
        ("Europe/Madrid", "2027-10-31T02:30", "2027-10-31T01:30"),
        ("Europe/Madrid", "2027-10-31T03:00", "2027-10-31T02:00"),
        ("Europe/Madrid", "2027-03-28T03:00", "2027-03-28T01:00"),
    ],
)
def test_a_time_is_by_the_campaign_s_clock(zone: str, typed: str, at: str) -> None:
    with clock.use(lambda: NOW):
        assert planned.instant(datetime.fromisoformat(typed), ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M") == at


@pytest.mark.parametrize(
    ("zone", "typed", "why"),
    [
        # In spring the clocks go from 02:00 to 03:00.
        ("Europe/Madrid", "2027-03-28T02:30", "gap"),
        ("Pacific/Apia", "2026-11-24T12:00", "past"),
        ("UTC", "2028-11-24T12:00", "far"),
    ],
)
def test_a_time_that_cannot_be_has_a_reason(zone: str, typed: str, why: str) -> None:
    with clock.use(lambda: NOW), pytest.raises(TimeError, match=why):
        planned.instant(datetime.fromisoformat(typed), ZoneInfo(zone))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("2027-10-31T02:30", ("31 October 2027 at 02:30 (Europe/Madrid, UTC+1)", "The second one is meant.")),
        ("2027-10-31T12:00", ("31 October 2027 at 12:00 (Europe/Madrid, UTC+1)",)),
        ("2027-03-28T02:30", ("The clocks go forward on that day and skip this time.",)),
    ],
)
def test_the_desk_says_what_the_clocks_do(small: Desk, typed: str, words: tuple[str, ...]) -> None:
    with small.app.app_context():
        files = {**FILES, "campaign.yaml": FILES["campaign.yaml"] + "time-zone: Europe/Madrid\n"}
        store.publish(db.session, "trees", files, store.Authorship("files"))
        service(EditionCache).load()
    seat = small.sits("Ana")
    edit(seat, "Keep all")
    answer = choose(seat, at=typed)
    page = answer.text if answer.status_code == 422 else seat.get("/publish")
    assert all(word in page for word in words)
