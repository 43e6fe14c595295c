"""The desk's pages about other sites: a frame to copy, and webhooks for owners."""

from __future__ import annotations

import html
import re

import pytest

from campaign.database import db
from campaign.people import audit
from campaign.web.guard import FRAMES
from tests.desk.conftest import Desk


def test_a_frame_is_chosen_shown_and_copied(still: Desk) -> None:
    seat = still.sits("Ana")
    page = seat.get("/embedding?kind=write&language=fr&colours=dark&width=260")
    assert '<iframe class="embed-preview" src="/fr/trees/embed/write?colours=dark"' in page
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.S)
    assert found
    code = html.unescape(found[1])
    assert 'src="http://localhost/fr/trees/embed/write?colours=dark"' in code and 'width="260"' in code
    assert "<script" not in code and "<p><a href=" in code
    answer = seat.client.get("/en/desk/trees/embedding")
    assert answer.headers["Content-Security-Policy"] == FRAMES


@pytest.mark.parametrize("width", ["", "199", "1201", "-1", "wide", "9" * 30])
def test_a_width_that_cannot_be_is_said_beside_the_field(width: str, still: Desk) -> None:
    page = still.sits("Ana").get(f"/embedding?kind=sign&width={width}", 422)
    assert "Enter a number from 200 to 1200." in page


def test_what_there_is_not_becomes_the_first_choice(still: Desk) -> None:
    page = still.sits("Ana").get("/embedding?kind=x&language=zz&colours=y&width=400")
    assert 'src="/en/trees/embed/count"' in page


@pytest.mark.security(15, 17)
def test_an_owner_adds_tries_and_removes_a_webhook_and_its_secret_is_shown_once(desk: Desk) -> None:
    seat = desk.sits("Ana")
    fields = {"csrf": seat.token(), "url": " https://hooks.example.org/x ", "events_list": ["counts.daily"]}
    shown = seat.post("/webhooks", fields).text
    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", shown)
    assert secret
    assert secret[0] not in seat.get("/webhooks")
    for do in ("test", "off", "on", "remove"):
        assert seat.post("/webhooks/1", {"csrf": seat.token(), "do": do}).status_code == 303
        page = seat.get("/webhooks")
        assert ("A test" in page and "waiting" in page) is (do == "test")
        assert ("Switched off." in page) is (do == "off")
    assert seat.post("/webhooks/1", {"csrf": seat.token(), "do": "test"}).status_code == 404
    assert seat.post("/webhooks/1", {"csrf": seat.token(), "do": "x"}).status_code == 400
    with desk.app.app_context():
        rows = audit.rows(db.session, audit.campaign_of(db.session, "trees"))
    assert [(row.on, row.note) for row in rows if row.what == "change webhook"] == [
        ("hooks.example.org", note) for note in ("added", "switched off", "switched on", "removed")
    ]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "This is required."),
        ("http://hooks.example.org/", "must begin with https://"),
        ("https://127.0.0.1/", "Use the name of a host"),
        ("https://hooks.example.org/" + "x" * 600, "This is too long"),
    ],
)
def test_an_address_that_cannot_be_is_said_beside_the_field_and_kept(
    url: str, said: str, still: Desk
) -> None:
    seat = still.sits("Ana")
    answer = seat.post("/webhooks", {"csrf": seat.token(), "url": url, "events_list": ["counts.daily"]})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{url}"' in answer.text


@pytest.mark.slow
def test_a_webhook_of_another_campaign_is_not_found(desk: Desk) -> None:
    desk.join("Omar", "owner", "another")
    other = desk.sits("Omar")
    fields = {
        "csrf": other.client.get("/en/desk/another/webhooks")
        .text.split('name="csrf" value="')[1]
        .split('"')[0]
    }
    fields |= {"url": "https://hooks.example.org/", "events_list": "counts.daily"}
    assert other.client.post("/en/desk/another/webhooks", data=fields).status_code == 200
    seat = desk.sits("Ana")
    assert seat.post("/webhooks/1", {"csrf": seat.token(), "do": "remove"}).status_code == 404
