"""What is typed at the desk survives closing the tab: it is kept for its author, offered, and forgotten."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from campaign.database import db
from campaign.editions import kept_forms
from campaign.editions.kept_forms import MOST_FORMS, Owner
from campaign.petition.nightly import nightly
from tests.desk.conftest import BASE, Desk, Seat, fields_of
from tests.minimal import FILES

#: Each form that is kept: its page, its form's action, a field of it.
FORMS = [
    ("/content/demand/keep-them?text=fr", "/content/demand/keep-them", "f.title"),
    ("/content/letter/mayor?text=en", "/content/letter/mayor", "p.opening..0"),
    ("/content/terms/terms?text=en", "/content/terms/terms", "f.closes"),
    ("/content/fact/new", "/content/fact/new", "w.claim"),
    ("/files/pages/about.en.md", "/files/pages/about.en.md", "text"),
]
OFFER = "You typed something here on"
TYPED = "Typed, not saved"


def keep(seat: Seat, page: str, action: str, **typed: str) -> Any:
    fields = fields_of(seat.get(page), action) | typed
    return seat.post("/kept", fields | {"do": "keep"})


def kept(desk: Desk) -> int:
    with desk.app.app_context():
        return int(db.session.execute(text("SELECT count(*) FROM kept_form")).scalar_one())


@pytest.mark.slow
@pytest.mark.parametrize(("page", "action", "field"), FORMS)
def test_typed_text_is_offered_to_its_author_and_taken_over(
    page: str, action: str, field: str, desk: Desk
) -> None:
    desk.join("Eve", "owner")
    seat = desk.sits("Ana")
    desk.clock.pass_(hours=1, minutes=5)
    seat = desk.sits("Ana")
    answer = keep(seat, page, action, **{field: TYPED})
    assert answer.status_code == 303 and answer.headers["Location"].endswith(page)
    assert desk.files() == FILES
    again = seat.get(page)
    assert OFFER in again and "24 November 2026 at 13:05" in again
    assert fields_of(again, action).get(field) != TYPED  # until it is taken over
    address = f"{page}{'&' if '?' in page else '?'}kept=yes"
    taken = seat.get(address)
    assert OFFER not in taken and fields_of(taken, action)[field] == TYPED
    assert OFFER not in desk.sits("Eve").get(page)  # nobody else sees it


@pytest.mark.slow
@pytest.mark.parametrize(("page", "action", "field"), FORMS)
def test_it_is_forgotten_once_it_is_discarded(page: str, action: str, field: str, desk: Desk) -> None:
    seat = desk.sits("Ana")
    keep(seat, page, action, **{field: TYPED})
    assert seat.post("/kept", fields_of(seat.get(page), "/kept") | {"do": "discard"}).status_code == 303
    assert OFFER not in seat.get(page) and kept(desk) == 0


@pytest.mark.slow
def test_it_is_forgotten_once_it_is_saved_and_kept_while_it_is_refused(desk: Desk) -> None:
    seat = desk.sits("Ana")
    page, action, field = FORMS[0]
    keep(seat, page, action, **{field: TYPED})
    fields = fields_of(seat.get(f"{page}&kept=yes"), action)
    assert seat.post(action, fields | {field: ""}).status_code == 422 and kept(desk) == 1
    assert seat.post(action, fields).status_code == 303 and kept(desk) == 0
    assert TYPED in desk.files()["demands/keep-them.fr.md"]
    keep(seat, FORMS[4][0], FORMS[4][1], text=FILES["pages/about.en.md"].replace("Words.", TYPED))
    fields = fields_of(seat.get(f"{FORMS[4][0]}?kept=yes"), FORMS[4][1])
    assert seat.post(FORMS[4][1], fields).status_code == 303 and kept(desk) == 0


@pytest.mark.slow
def test_a_text_that_is_taken_over_after_somebody_else_saved_is_a_conflict(desk: Desk) -> None:
    desk.join("Eve", "owner")
    seat, other = desk.sits("Ana"), desk.sits("Eve")
    page, action, field = FORMS[0]
    keep(seat, page, action, **{field: TYPED})
    assert other.post(action, fields_of(other.get(page), action) | {field: "Other"}).status_code == 303
    fields = fields_of(seat.get(f"{page}&kept=yes"), action)
    assert seat.post(action, fields).status_code == 409 and kept(desk) == 1


@pytest.mark.slow
def test_it_is_forgotten_after_thirty_days(desk: Desk) -> None:
    seat = desk.sits("Ana")
    page, action, field = FORMS[0]
    keep(seat, page, action, **{field: TYPED})
    desk.clock.pass_(days=29)
    assert OFFER in desk.sits("Ana").get(page)
    desk.clock.pass_(days=2)
    assert OFFER not in desk.sits("Ana").get(page) and kept(desk) == 1
    nightly(desk.app)
    assert kept(desk) == 0


@pytest.mark.slow
def test_only_forms_of_the_desk_are_kept_and_not_without_end(desk: Desk) -> None:
    seat = desk.sits("Ana")
    token = {"csrf": seat.token(), "do": "keep"}
    for form in (
        "",
        "/evil.example",
        "//evil.example",
        "content/../../x",
        "files/https://x",
        "x" * 400,
        "publish",
    ):
        assert seat.post("/kept", {**token, "kept-form": form}).status_code == 404, form
    assert seat.post("/kept", {"kept-form": "content/terms/terms"}).status_code == 403
    for number in range(MOST_FORMS + 5):
        desk.clock.pass_(seconds=1)
        seat.post("/kept", {**token, "kept-form": f"content/fact/key-{number}", "a": "b"})
    assert kept(desk) == MOST_FORMS
    with desk.app.app_context():
        assert kept_forms.find(db.session, Owner("trees", 1, "content/fact/key-0")) is None
    json = seat.client.post(
        f"{BASE}/kept",
        data={**token, "kept-form": "content/terms/terms"},
        headers={"Accept": "application/json"},
    )
    assert json.get_json() == {"kept": True}
