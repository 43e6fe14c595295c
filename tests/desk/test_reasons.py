"""What signers wrote, at the desk: read, shown, refused, taken down, several at once; and who may do it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import text

from campaign.database import db
from campaign.people import audit
from campaign.petition.journal import Journal
from campaign.petition.shown_reasons import ShownReasons
from campaign.services import service
from tests.desk.conftest import Desk, Seat
from tests.desk.test_daily_mail import written
from tests.petition.conftest import BASE, Petition, opened
from tests.petition.test_reasons import ASKING, AT_RISK, WORDS, filled, rows, signed_and_wrote

PAGE = "/reasons"


@pytest.fixture
def asking(desk: Desk) -> Petition:
    """The desk's campaign, whose signers are asked why they sign."""
    return opened(desk.app, {**ASKING, **AT_RISK})


def numbers(petition: Petition) -> dict[str, int]:
    """The number of each text."""
    return {words: number for number, words in rows(petition, "id, words")}


def decide(seat: Seat, do: str, *ids: Any, **more: Any) -> str:
    """What the page says after a button was pressed."""
    fields = {"csrf": seat.token(PAGE), "reason_list": [str(one) for one in ids], "do": do, **more}
    return seat.post(PAGE, fields, follow_redirects=True).text


def shown(petition: Petition) -> str:
    return petition.browser().get(f"{BASE}/reasons").text


def test_several_are_decided_on_at_once_as_they_are(desk: Desk, asking: Petition) -> None:
    for n in range(3):
        signed_and_wrote(asking, f"n{n}@example.org", reason=f"Reason {n}.", first_name="Ana" if n else "")
    seat, ids = desk.sits("Ana"), numbers(asking)
    page = seat.get(PAGE)
    assert all(f"Reason {n}." in page for n in range(3)) and "lets them be recognised" in page
    assert "<textarea" not in page, "nobody changes somebody’s words"
    assert "Done." in decide(seat, "show", ids["Reason 0."], ids["Reason 1."])
    assert "Done." in decide(seat, "refuse", ids["Reason 2."])
    assert rows(asking) == [
        ("refused", "", "", "en"),
        ("shown", "Reason 0.", "", "en"),
        ("shown", "Reason 1.", "Ana", "en"),
    ]
    assert "Reason 0." in shown(asking) and "Reason 2." not in shown(asking)
    assert "Done." in decide(seat, "refuse", ids["Reason 1."])
    assert "Reason 1." not in shown(asking)


def test_what_is_refused_or_taken_down_is_in_the_journal(desk: Desk, asking: Petition) -> None:
    signed_and_wrote(asking)
    seat = desk.sits("Ana")
    decide(seat, "refuse", numbers(asking)[WORDS])
    assert [kind for kind, _value in service(Journal, desk.app).lines()] == ["reason"]


def test_the_audit_says_how_many_and_none_of_the_words(desk: Desk, asking: Petition) -> None:
    signed_and_wrote(asking, first_name="Berta")
    seat = desk.sits("Ana")
    number = numbers(asking)[WORDS]
    decide(seat, "show", number)
    decide(seat, "refuse", number)
    with desk.app.app_context():
        lines = [row for row in audit.rows(db.session, asking.campaign) if row.what == "decide on reasons"]
        assert [(row.who, row.on, row.note) for row in lines] == [
            ("ana@example.org", "", "1 shown"), ("ana@example.org", "", "0 refused, 1 taken down"),
        ]  # fmt: skip
    assert "decided on what signers wrote" in seat.get("/audit")
    assert WORDS not in seat.get("/audit") and "Berta" not in seat.get("/audit")


def test_nothing_happens_without_a_tick_or_to_what_is_gone(desk: Desk, asking: Petition) -> None:
    signed_and_wrote(asking)
    seat = desk.sits("Ana")
    assert "Tick the texts" in decide(seat, "show")
    for ids in ((1, 2), ("x", "-1", str(2**70))):
        answer = decide(seat, "show", *ids)
        assert "Nothing has changed" in answer or "Tick the texts" in answer
    assert seat.post(PAGE, {"csrf": seat.token(PAGE), "reason_list": "1", "do": "change"}).status_code == 400
    assert rows(asking, "state") == [("waiting",)]


def test_texts_of_another_campaign_are_not_touched(desk: Desk, asking: Petition) -> None:
    signed_and_wrote(asking)
    desk.join("Olga", "owner", slug="another")
    other = desk.sits("Olga")
    there = "/en/desk/another/reasons"
    token = re.search(r'name="csrf" value="([^"]+)"', other.get("/en/desk/another/publish"))
    assert token
    for do in ("show", "refuse"):
        fields = {"csrf": token[1], "reason_list": str(numbers(asking)[WORDS]), "do": do}
        other.post(there, fields)
    assert rows(asking, "state") == [("waiting",)]
    assert WORDS not in other.get(there)
    assert other.client.get("/en/desk/trees/reasons").status_code == 404


@pytest.mark.security(15)
@pytest.mark.parametrize("role", ["translator", "clerk", "reader"])
def test_only_who_has_the_permission_reads_or_decides(role: str, desk: Desk, asking: Petition) -> None:
    signed_and_wrote(asking)
    desk.join("Rita", role, languages=("fr",))
    seat = desk.sits("Rita")
    page = seat.client.get("/en/desk/trees/reasons")
    assert page.status_code == 403 and WORDS not in page.text
    if role != "clerk":
        assert "waiting to be read" not in seat.get("/") and "/reasons" not in seat.get("/signatures")


def test_the_front_page_and_the_daily_e_mail_say_how_many_wait(desk: Desk, asking: Petition) -> None:
    for n in range(2):
        signed_and_wrote(asking, f"n{n}@example.org", reason=f"Reason {n}.")
    seat = desk.sits("Ana")
    assert "2 texts of signers are waiting to be read." in seat.get("/")
    assert "/en/desk/trees/reasons" in seat.get("/signatures")
    desk.join("Rita", "reader")
    found = written(desk, 1)
    assert "2 texts of signers are waiting to be read." in found["ana@example.org"]
    assert "rita@example.org" not in found and "Reason 0." not in str(found)
    seat = desk.sits("Ana")
    decide(seat, "show", *numbers(asking).values())
    assert "waiting to be read" not in seat.get("/")


def test_a_text_from_a_country_that_is_at_risk_since_is_marked_and_not_accepted(desk: Desk) -> None:
    petition = opened(desk.app, ASKING)
    signed_and_wrote(petition, signs_from="KZ")
    opened_again(desk)
    seat = desk.sits("Ana")
    assert "so this text is not shown" in seat.get(PAGE)
    assert "Nothing has changed" in decide(seat, "show", numbers(petition)[WORDS])
    assert rows(petition, "state") == [("waiting",)]
    assert "Done." in decide(seat, "refuse", numbers(petition)[WORDS])


def opened_again(desk: Desk) -> None:
    """The same campaign with a country at risk."""
    from campaign.editions import store
    from campaign.editions.edition_cache import EditionCache
    from tests.minimal import FILES
    from tests.petition.conftest import TERMS

    with desk.app.app_context():
        store.publish(db.session, "trees", {**FILES, **TERMS, **ASKING, **AT_RISK}, store.Authorship("files"))
        service(EditionCache).load()


@pytest.mark.parametrize("number", [120, pytest.param(10_000, marks=pytest.mark.slow)])
def test_many_that_wait_are_listed_in_pages(number: int, desk: Desk, asking: Petition) -> None:
    filled(asking, number, "waiting")
    seat = desk.sits("Ana")
    page = seat.get(PAGE)
    assert page.count('name="reason_list"') == 50 and f"Page 1 of {number // 50 + (number % 50 > 0)}" in page
    assert seat.get(f"{PAGE}?waiting=2").count('name="reason_list"') == 50
    for wrong in ("0", "x", "-1", "9" * 30, "٣"):
        assert "Page " in seat.get(f"{PAGE}?waiting={wrong}&shown={wrong}")
    assert f"{number:,} texts of signers are waiting to be read." in seat.get("/")
    ids = re.findall(r'name="reason_list" value="(\d+)"', page)
    assert "Done." in decide(seat, "show", *ids)
    with desk.app.app_context():
        counted = "SELECT count(*) FROM reason WHERE state = 'shown'"
        assert db.session.execute(text(counted)).scalar() == 50


def test_a_text_shows_up_on_this_process_at_once(desk: Desk, asking: Petition) -> None:
    signed_and_wrote(asking)
    assert WORDS not in asking.browser().get(BASE).text
    decide(desk.sits("Ana"), "show", *numbers(asking).values())
    assert WORDS in asking.browser().get(BASE).text
    assert service(ShownReasons, desk.app).parts


def test_hostile_words_are_escaped_at_the_desk(desk: Desk, asking: Petition) -> None:
    signed_and_wrote(asking, reason="<script>alert(1)</script>", first_name="A<b>")
    page = desk.sits("Ana").get(PAGE)
    assert "<script>alert" not in page and "&lt;script&gt;" in page and "A&lt;b&gt;" in page


def test_the_page_says_where_it_is_switched_on(desk: Desk) -> None:
    opened(desk.app)
    page = desk.sits("Ana").get(PAGE)
    assert "Signers are not asked why they sign." in page and "/content/terms/terms" in page
    form = desk.sits("Ana").get("/content/terms/terms")
    assert "Signers may say in public why they sign" in form
