"""Organisers name the network and the hours of an event: shown, removed, and only for who may pause signing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from campaign.database import db
from campaign.people import audit
from campaign.petition.event_networks import EventNetworks
from campaign.services import service
from tests.conftest import published
from tests.desk.conftest import Desk, Seat
from tests.minimal import FILES

STALL = {
    "note": "Stall on Saturday",
    "network": "203.0.113.7",
    "begins": "2026-11-28T10:00",
    "ends": "2026-11-28T18:00",
}


def named(seat: Seat, **changes: str) -> tuple[int, str]:
    """Status and page after an event was named."""
    fields = STALL | {"csrf": seat.token("/signatures")} | changes
    answer = seat.post("/signatures/events", fields)
    return answer.status_code, answer.text


def rows(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        return [tuple(row) for row in db.session.execute(text("SELECT network, begins FROM event_network"))]


@pytest.fixture
def at_almaty(tmp_path: Path, desk_on: Callable[[Flask], Desk]) -> Desk:
    """A desk whose campaign lives by a clock five hours ahead."""
    from campaign.editions import store
    from campaign.editions.edition_cache import EditionCache

    desk = desk_on(published(tmp_path))
    texts = {**FILES, "campaign.yaml": FILES["campaign.yaml"] + "time-zone: Asia/Almaty\n"}
    with desk.app.app_context():
        store.publish(db.session, "trees", texts, store.Authorship("files"))
        service(EditionCache, desk.app).load()
    return desk


def test_an_event_is_named_shown_by_the_campaign_s_clock_and_ended(at_almaty: Desk) -> None:
    seat = at_almaty.sits("Ana")
    assert named(seat)[0] == 303
    (row,) = rows(at_almaty.app)
    assert row[0] == "203.0.113.0/24" and str(row[1]).startswith("2026-11-28 05:00")
    page = seat.get("/signatures")
    assert "Stall on Saturday" in page and "203.0.113.0/24" in page and "10:00" in page and "18:00" in page
    assert "It is not personal data" in re.sub(r"\s+", " ", page)
    events = service(EventNetworks, at_almaty.app)
    assert not events.at_event("trees", "203.0.113.99")
    at_almaty.clock.pass_(days=3, hours=17, minutes=30)
    assert events.at_event("trees", "203.0.113.99") and not events.at_event("another", "203.0.113.99")
    assert not events.at_event("trees", "203.0.114.99") and not events.at_event("trees", "nonsense")
    seat = at_almaty.sits("Ana")
    event = re.search(r'name="event" value="(\d+)"', seat.get("/signatures"))
    assert event
    fields = {"csrf": seat.token("/signatures"), "event": event[1]}
    assert seat.post("/signatures/events/end", fields).status_code == 303
    assert rows(at_almaty.app) == [] and not events.at_event("trees", "203.0.113.99")
    assert seat.post("/signatures/events/end", fields).status_code == 404
    with at_almaty.app.app_context():
        done = [row.what for row in audit.rows(db.session, audit.campaign_of(db.session, "trees"))]
    assert "name event" in done and "end event" in done


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"network": "0.0.0.0/0"}, "This network is too large"),
        ({"network": "school"}, "This is not a network"),
        ({"ends": "2026-11-28T10:00"}, "The event must end after it begins"),
        ({"begins": "2026-11-20T10:00", "ends": "2026-11-21T10:00"}, "The event must end after it begins"),
        ({"ends": "2026-12-28T10:00"}, "An event lasts seven days at most"),
        ({"begins": "2027-11-28T10:00", "ends": "2027-11-28T18:00"}, "Name an event 90 days before it"),
        ({"begins": ""}, "Enter when the event begins and ends."),
        ({"ends": "tomorrow"}, "Enter when the event begins and ends."),
        ({"note": "x" * 90}, "This is too long"),
    ],
)
def test_an_event_that_would_be_no_limit_at_all_is_refused(
    changes: dict[str, str], said: str, still: Desk
) -> None:
    status, page = named(still.sits("Ana"), **changes)
    assert status == 422 and said in page
    assert rows(still.app) == []


@pytest.mark.parametrize(
    ("role", "status"), [("editor", 303), ("translator", 403), ("clerk", 403), ("reader", 403)]
)
def test_only_who_may_pause_signing_names_events(role: str, status: int, desk: Desk) -> None:
    desk.join("Berik", role)
    seat = desk.sits("Berik")
    csrf = desk.sits("Ana").token("/signatures") if status == 403 else seat.token("/signatures")
    if status == 403:
        csrf = re.search(r'name="csrf" value="([^"]+)"', seat.get("/en/desk/account"))[1]  # type: ignore[index]
    assert seat.post("/signatures/events", STALL | {"csrf": csrf}).status_code == status
