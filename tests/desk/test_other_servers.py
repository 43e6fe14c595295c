"""Organisers name another server that collects to the same key, and bring its counts; what can't be is said in words."""

from __future__ import annotations

import io
import re

import pytest

from campaign.database import db
from campaign.people import audit
from campaign.petition import other_servers
from tests.desk.conftest import Desk, Seat
from tests.petition.conftest import opened

SERVER = {"name": "Friends of rivers", "address": "https://rivers.example.org", "counts_key": "ab" * 32}


def posted(seat: Seat, path: str, **fields: object) -> tuple[int, str]:
    """Status and page after a form of the page was sent."""
    answer = seat.post(f"/signatures/{path}", {"csrf": seat.token("/signatures"), **fields})
    return answer.status_code, answer.text


def test_a_server_is_named_refused_in_words_and_removed(desk: Desk) -> None:
    opened(desk.app)
    seat = desk.sits("Ana")
    own_key = re.search(r'class="sum">([0-9a-f]{64})<', seat.get("/signatures"))
    assert own_key
    for changes, said in (
        ({"counts_key": "12"}, "has 64 digits"),
        ({"counts_key": own_key[1]}, "This is the key of this server itself."),
        ({"address": "http://rivers.example.org"}, "begins with https://"),
        ({"name": ""}, ""),
    ):
        status, page = posted(seat, "servers", **{**SERVER, **changes})
        assert status == 422 and said in page and (not changes.get("counts_key") or SERVER["address"] in page)
    assert posted(seat, "servers", **SERVER)[0] == 303
    status, page = posted(seat, "servers", **SERVER)
    assert status == 422 and "You have already added a server with this key." in page
    counts = (io.BytesIO(b'{"manifest": {}}'), "count.json")
    status, page = posted(seat, "servers/counts", counts=counts)
    assert status == 422 and "This is not a file of signed counts." in page
    number = re.search(r'name="server" value="(\d+)"', page)
    assert number and posted(seat, "servers/end", server=number[1])[0] == 303
    assert posted(seat, "servers/end", server=number[1])[0] == 404
    with desk.app.app_context():
        campaign = audit.campaign_of(db.session, "trees")
        assert other_servers.of(db.session, campaign) == []
        assert {"name server", "end server"} <= {row.what for row in audit.rows(db.session, campaign)}


@pytest.mark.parametrize("role", ["translator", "clerk", "reader"])
def test_only_who_may_pause_signing_names_servers(role: str, desk: Desk) -> None:
    desk.join("Berik", role)
    seat = desk.sits("Berik")
    csrf = re.search(r'name="csrf" value="([^"]+)"', seat.get("/en/desk/account"))
    assert csrf and seat.post("/signatures/servers", SERVER | {"csrf": csrf[1]}).status_code == 403
