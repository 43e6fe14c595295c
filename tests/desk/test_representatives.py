"""The list of representatives and the fields of addressees at the desk."""

from __future__ import annotations

from werkzeug.test import TestResponse

from campaign.letters.representatives import read
from tests.addressees import REPRESENTATIVES
from tests.desk.conftest import BASE, Desk, Seat, fields_of, with_file

PAGE = "/representatives"


def shows(seat: Seat, text: str) -> TestResponse:
    """The page that shows how a list was read."""
    return seat.client.post(f"{BASE}{PAGE}", **with_file({"csrf": seat.token(PAGE)}, "table", text.encode()))


def test_a_list_is_shown_before_it_is_saved_and_comes_back_the_same(desk: Desk) -> None:
    seat = desk.sits("Ana")
    shown = shows(seat, REPRESENTATIVES.replace(",", ";"))
    assert shown.status_code == 200 and "3 rows can be used." in shown.text
    assert "representatives.csv" not in desk.files()
    assert seat.client.post(f"{BASE}{PAGE}", data=fields_of(shown.text, PAGE)).status_code == 303
    saved = desk.files()["representatives.csv"]
    assert read(saved).people == read(REPRESENTATIVES.replace(",", ";")).people
    assert seat.client.get(f"{BASE}/representatives.csv").text == saved
    again = shows(seat, saved)
    seat.client.post(f"{BASE}{PAGE}", data=fields_of(again.text, PAGE))
    assert desk.files()["representatives.csv"] == saved


def test_rows_that_cannot_be_used_are_named_and_left_out(desk: Desk) -> None:
    seat = desk.sits("Ana")
    shown = shows(seat, "area,name,email\nNorth,Ann,ann@example.org\nSouth,,sam@example.org\n")
    assert "1 row can be used." in shown.text and "An area and a name are needed." in shown.text
    seat.client.post(f"{BASE}{PAGE}", data=fields_of(shown.text, PAGE))
    assert "South" not in desk.files()["representatives.csv"]
    nothing = shows(seat, "area,name\n,\nx,\n")
    assert nothing.status_code == 422
    assert shows(seat, "").status_code == 422


def test_only_who_may_edit_brings_a_list_in(desk: Desk) -> None:
    desk.join("Rea", "reader")
    assert desk.sits("Rea").client.get(f"{BASE}{PAGE}").status_code == 403


def test_an_addressee_is_filled_in_by_a_form(desk: Desk) -> None:
    seat = desk.sits("Ana")
    page = seat.get("/content/addressee/mayor")
    for label in ("Whose office it is", "Where its address comes from", "Web form", "Demands that it can act on",
                  "This is a person in prison", "Not for supporters from"):  # fmt: skip
        assert label in page, label
    form = {
        **fields_of(page, "/content/addressee/mayor"),
        "f.office-of": "none",
        "f.web-form": "https://example.org/f",
    }
    assert seat.post("/content/addressee/mayor", form).status_code == 303
    text = desk.files()["addressees.yaml"]
    assert "office-of: none" in text and "web-form: https://example.org/f" in text
    group = seat.form("/content/group/town", "/content/group/town")
    assert (
        seat.post(
            "/content/group/town", {**group, "f.order": "2", "f.demands_list": ["keep-them"]}
        ).status_code
        == 303
    )
    assert "demands: [keep-them]" in desk.files()["addressees.yaml"]
