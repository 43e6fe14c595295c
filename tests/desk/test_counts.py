"""What the desk tells about who signed: the public numbers, whatever the role, and none that moves at once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from campaign.counts.store import Posting, count_letter
from campaign.database import db
from campaign.people.roles import ROLES, Permission, may
from campaign.petition.ledger import Ledger
from campaign.services import service
from tests.desk.conftest import Desk, Seat
from tests.petition.conftest import TODAY, Petition, opened

#: Signatures and letters of the day before, by country: two may be named.
YESTERDAY = {"FR": 7, "DE": 5, "KZ": 4, "UZ": 1}

READERS = [role for role in ROLES if may(role, Permission.READ)]


@pytest.fixture
def signed(desk: Desk) -> Petition:
    petition = opened(desk.app)
    for country, number in YESTERDAY.items():
        for _ in range(number):
            add(petition, country, days_ago=1)
    return petition


def add(petition: Petition, country: str, days_ago: int = 0) -> None:
    """Somebody of the country confirms a signature, shows the name, and reports a letter."""
    day = TODAY - timedelta(days=days_ago)
    link = petition.link(country=country, shown="Ana Example")
    service(Ledger, petition.app).confirm(petition.campaign, link, day, link.record)
    with petition.app.app_context():
        count_letter(db.session, "trees", Posting("mayor", country, "post"), day)


def pages(app: Flask) -> list[str]:
    """Every page of a campaign's desk that is found by its address alone."""
    rules = [str(rule) for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    start = "/<language>/desk/<slug>"
    return sorted(rule.removeprefix(start) or "/" for rule in rules
                  if rule.startswith(start) and "<" not in rule.removeprefix(start))  # fmt: skip


def all_pages(seat: Seat, app: Flask) -> dict[str, str]:
    """What the pages say that this person may open, without the tokens of their forms."""
    said = {}
    for page in pages(app):
        answer = seat.client.get(f"/en/desk/trees{page}")
        if answer.status_code == 200 and answer.mimetype == "text/html":
            said[page] = re.sub(r'name="seed" value="\d+"|value="[^"]{20,}"', "", answer.text)
    assert "/signatures" in said and "/" in said
    return said


def bars(page: str) -> list[tuple[str, str]]:
    """The countries of a page's charts, with their numbers."""
    return re.findall(r'<th scope="row">([^<]+)</th><td>([^<]+)</td>', page)


@pytest.mark.slow
@pytest.mark.parametrize("role", READERS)
def test_no_role_sees_a_country_below_five_or_of_today(role: str, desk: Desk, signed: Petition) -> None:
    for _ in range(6):
        add(signed, "KZ")
    desk.join("Eve", role, languages=("en",))
    desk.clock.pass_(minutes=30)
    seat = desk.sits("Eve")
    expected = [("France", "7"), ("Germany", "5"), ("elsewhere or unknown", "5")]
    said = all_pages(seat, desk.app)
    assert bars(said["/signatures"]) == expected
    assert bars(said["/"]) == expected * 2
    for page, text in said.items():
        assert set(bars(text)) <= set(expected), page


@pytest.mark.slow
@pytest.mark.parametrize("role", [role for role in READERS if not may(role, Permission.SIGNATURES)])
def test_no_page_of_a_reader_changes_when_somebody_signs(role: str, desk: Desk, signed: Petition) -> None:
    desk.join("Eve", role, languages=("en",))
    seat = desk.sits("Eve")
    before = all_pages(seat, desk.app)
    assert "Ana Example" not in "".join(before.values())
    add(signed, "KZ")
    signed.browser().post("/en/trees/petition", data=signed.typed())  # a mail that waits
    desk.clock.pass_(minutes=5)
    after = all_pages(seat, desk.app)
    assert [page for page in before if before[page] != after[page]] == []


@pytest.mark.slow
def test_who_can_pause_signing_sees_the_newest_day_and_the_names(desk: Desk, signed: Petition) -> None:
    desk.join("Eve", "editor")
    seat = desk.sits("Eve")
    assert f"<title>{TODAY}: 0</title>" in seat.get("/signatures")
    add(signed, "KZ")
    page = seat.get("/signatures")
    assert f"<title>{TODAY}: 1</title>" in page and "Ana Example" in page
    assert "Kazakhstan" not in "".join(name for name, _ in bars(page))
