"""Organisations that sign on at the desk: looked at, accepted into the draft, refused, taken off."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import text

from campaign.coalition.supporting import Withdrawals
from campaign.database import db
from campaign.editions import drafts, store
from campaign.editions.edition_cache import EditionCache
from campaign.pack.files import parse
from campaign.people import audit
from campaign.services import service
from tests.desk.conftest import Desk, Seat
from tests.petition.conftest import Petition, opened
from tests.petition.test_organisations import OPEN_TO_ALL, link_in, press, sign_on, states

PAGE = "/organisations"


@pytest.fixture
def signed(desk: Desk) -> Petition:
    """The desk's campaign, with one organisation that waits."""
    petition = opened(desk.app, OPEN_TO_ALL)
    press(petition, sign_on(petition), "confirm")
    return petition


def number_of(petition: Petition, name: str = "Friends of Rivers") -> int:
    with petition.app.app_context():
        query = text("SELECT id FROM organisation WHERE name = :name AND state IN ('waiting', 'accepted')")
        return int(db.session.execute(query, {"name": name}).scalars().first() or 0)


def decided(seat: Seat, action: str, **fields: Any) -> str:
    """What the page says after a form of it was sent."""
    answer = seat.post(f"{PAGE}/{action}", {"csrf": seat.token(PAGE), **fields}, follow_redirects=True)
    return answer.text


def accepted(seat: Seat, petition: Petition, **changes: Any) -> str:
    fields = {
        "number": number_of(petition), "name": "Friends of Rivers", "country": "FR",
        "website": "https://rivers.example", "note": "",
    }  # fmt: skip
    return decided(seat, "accept", **{**fields, **changes})


def publish(desk: Desk) -> None:
    with desk.app.app_context():
        draft = drafts.draft(db.session, "trees")
        drafts.publish(db.session, "trees", draft.mark, store.Authorship("the tests"))
        service(EditionCache, desk.app).load()


def shown(petition: Petition) -> str:
    return petition.browser().get("/en/trees/organisations").text


def test_an_accepted_organisation_is_in_the_draft_and_shown_with_the_next_edition(
    desk: Desk, signed: Petition
) -> None:
    seat = desk.sits("Ana")
    page = seat.get(PAGE)
    assert all(
        word in page for word in ("Friends of Rivers", "Maria Contact", "maria@rivers.example", "own domain")
    )
    assert "1 organisation is waiting to be shown." in seat.get("/")
    assert "shown with the next edition" in accepted(seat, signed, name="Friends of the Rivers")
    assert states(signed) == ["accepted"]
    (one,) = parse(desk.files()).supporting
    assert (one.key, one.name, one.country, one.website) == (
        "friends-of-the-rivers", "Friends of the Rivers", "FR", "https://rivers.example",
    )  # fmt: skip
    signed.deliver()
    assert "is now among the supporting organisations" in signed.box.messages[-1].as_string().replace(
        "=\n", ""
    )
    assert "Friends of the Rivers" not in signed.browser().get("/en/trees/petition").text
    publish(desk)
    found = re.search(r'<a href="https://rivers.example"([^>]*)>', shown(signed))
    assert found and 'rel="noopener nofollow ugc"' in found[1] and 'referrerpolicy="no-referrer"' in found[1]
    for path in ("/en/trees/", "/en/trees/petition"):
        assert "Supported by 1 organisation" in signed.browser().get(path).text


def test_one_that_withdraws_is_off_every_page_at_once(desk: Desk, signed: Petition) -> None:
    seat = desk.sits("Ana")
    accepted(seat, signed)
    publish(desk)
    assert "Friends of Rivers" in shown(signed)
    press(signed, link_in(signed.box.messages[0]), "withdraw")
    assert "Friends of Rivers" not in shown(signed)
    assert "Supported by" not in signed.browser().get("/en/trees/").text
    assert "no longer supports the petition" in seat.get("/")
    # It may come back: the second one has another key, and is not hidden with the first.
    press(signed, sign_on(signed), "confirm")
    accepted(seat, signed)
    publish(desk)
    assert shown(signed).count("<bdi>Friends of Rivers</bdi>") == 1


def test_one_is_refused_with_a_reason_that_it_gets(desk: Desk, signed: Petition) -> None:
    seat, number = desk.sits("Ana"), number_of(signed)
    assert "This is required." in decided(seat, "refuse", number=number, reason=" ")
    assert "Refused or withdrawn" in decided(seat, "refuse", number=number, reason="We know no such group.")
    assert states(signed) == ["refused"] and "Maria Contact" not in seat.get(PAGE)
    signed.deliver()
    link = link_in(signed.box.messages[-1])
    assert "We know no such group." in signed.box.messages[-1].as_string()
    page = signed.browser().get(link)
    assert page.status_code == 200 and "We know no such group." in page.text and "Withdraw" not in page.text
    press(signed, link, "confirm")
    press(signed, link, "withdraw")
    assert states(signed) == ["refused"]
    assert (
        seat.post(f"{PAGE}/refuse", {"csrf": seat.token(PAGE), "number": number, "reason": "x"}).status_code
        == 404
    )


def test_one_that_was_accepted_is_taken_off(desk: Desk, signed: Petition) -> None:
    seat = desk.sits("Ana")
    accepted(seat, signed)
    publish(desk)
    decided(seat, "refuse", number=number_of(signed), reason="It asked us to.")
    assert parse(desk.files()).supporting == () and "Friends of Rivers" not in shown(signed)
    with desk.app.app_context():
        found = [(row.what, row.on) for row in audit.rows(db.session, signed.campaign)]
    assert found[-2:] == [
        ("accept organisation", "Friends of Rivers"),
        ("refuse organisation", "Friends of Rivers"),
    ]


def test_an_address_at_another_domain_needs_a_proof_that_somebody_looked_at(desk: Desk) -> None:
    signed = opened(desk.app, OPEN_TO_ALL)
    press(signed, sign_on(signed, email="maria@gmail.com"), "confirm")
    seat = desk.sits("Ana")
    assert "ask for a proof" in seat.get(PAGE)
    assert "Write down what proves" in accepted(seat, signed) and states(signed) == ["waiting"]
    assert "Their statutes" in accepted(seat, signed, note="Their statutes")


def test_another_website_than_the_confirmed_one_needs_a_proof(desk: Desk, signed: Petition) -> None:
    assert "Write down what proves" in accepted(desk.sits("Ana"), signed, website="https://other.example.org")


def test_the_same_organisation_twice_is_said_and_needs_a_word(desk: Desk, signed: Petition) -> None:
    seat = desk.sits("Ana")
    accepted(seat, signed)
    press(signed, sign_on(signed, organisation="FRIENDS of rivers!"), "confirm")
    assert "the name or the domain of another one: Friends of Rivers" in seat.get(PAGE)
    second = {"number": number_of(signed, "FRIENDS of rivers!"), "name": "Friends of rivers"}
    page = accepted(seat, signed, **second)
    assert "if it is another organisation" in page and 'value="Friends of rivers"' in page
    assert len(parse(desk.files()).supporting) == 1
    accepted(seat, signed, **second, same="yes")
    assert len(parse(desk.files()).supporting) == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "This is required."),
        ({"name": "A" * 10_000}, "200 characters at most"),
        ({"website": "javascript:alert(1)"}, "not the address of a website"),
        ({"country": "XX"}, "Choose from the list."),
        ({"note": "A" * 10_000}, "500 characters at most"),
    ],
)
@pytest.mark.slow
def test_what_can_not_be_shown_is_said(changes: Any, said: str, desk: Desk, signed: Petition) -> None:
    assert said in accepted(desk.sits("Ana"), signed, **changes) and states(signed) == ["waiting"]


@pytest.mark.security(15)
def test_only_those_who_decide_see_who_signed(desk: Desk, signed: Petition) -> None:
    desk.join("Rita", "reader")
    reader = desk.sits("Rita")
    assert reader.get(PAGE, 403) and "Friends of Rivers" not in reader.get("/")
    number = number_of(signed)
    for action in ("accept", "refuse"):
        answer = reader.post(f"{PAGE}/{action}", {"csrf": reader.token("/signatures"), "number": number})
        assert answer.status_code == 403
    assert states(signed) == ["waiting"]


def test_what_withdrew_is_read_again_by_other_processes(desk: Desk, signed: Petition) -> None:
    seat = desk.sits("Ana")
    accepted(seat, signed)
    publish(desk)
    pack = service(EditionCache, desk.app).newest()["trees"].pack
    withdrawals = service(Withdrawals, desk.app)
    assert len(withdrawals.shown(pack)) == 1
    with desk.app.app_context():
        db.session.execute(text("UPDATE organisation SET state = 'withdrawn'"))
        db.session.commit()
    withdrawals.reload()
    assert withdrawals.shown(pack) == ()
