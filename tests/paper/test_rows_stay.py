"""Rows that were typed but not closed are never lost, whatever comes between."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, text

from campaign.application import create_app
from campaign.database import db
from campaign.paper.numbers import Number
from campaign.petition.status import Petitions
from campaign.services import service
from campaign.settings import Settings
from tests.paper.conftest import Table

ROWS = {1: ("Ana Example", "Lyon", "France", ""), 2: ("Eve Example", "Paris", "Belgium", "")}
SCRIPT = {"headers": {"Accept": "application/json"}}


def restarted(table: Table) -> None:
    """Another process of the server opens the same data."""
    again = create_app(service(Settings, table.desk.app))
    service(Engine, again).dispose()


def begun_again(table: Table) -> None:
    """Somebody enters the same sheet once more, with another country and day."""
    table.post("Second", "begin", {"country": "Spain", "day": "2026-11-01"})


def signed_out(table: Table) -> None:
    """The typist's sign-in ends by its age."""
    table.desk.clock.pass_(hours=13)
    table.seats.clear()


def somebody_else_types(table: Table) -> None:
    """Somebody else tries to type the same look."""
    answer = table.post("Second", "rows", {"name-1": "Other", "place-1": "Other"}, **SCRIPT)
    assert "Somebody else is typing this sheet" in json.loads(answer.text)["message"]


def taken_over(table: Table) -> None:
    """Somebody else continues the look."""
    assert "typed already; type again to replace" in table.post("Second", "take-over", {}).text


def refused_rows(table: Table) -> None:
    """A form with a good row and one that is refused."""
    page = table.types("Clerk", {3: ("Dan Example", "Lyon"), 4: ("12345", "Paris")}, do="finish")
    assert "A name must contain letters" in page and "12345" in page
    with table.desk.app.app_context():
        db.session.execute(text("DELETE FROM sheet_row WHERE row = 3"))
        db.session.commit()


def finished_too_early(table: Table) -> None:
    """The second person finishes a look that is not theirs."""
    assert table.post("Second", "finish", {"empty": "yes"}).status_code == 409


@pytest.mark.slow
@pytest.mark.parametrize(
    "event",
    [restarted, begun_again, signed_out, somebody_else_types, taken_over, refused_rows, finished_too_early],
)
def test_rows_that_were_typed_stay(event: Callable[[Table], Any], table: Table) -> None:
    table.one_person()
    table.begins()
    table.types("Clerk", ROWS, do="")
    event(table)
    who = "Second" if event is taken_over else "Clerk"
    assert "This sheet is closed" in table.post(who, "finish", {}).text
    assert [(one.name, one.place, one.country) for one in table.people()] == [
        ("Ana Example", "Lyon", "FR"), ("Eve Example", "Paris", "BE"),
    ]  # fmt: skip


def test_a_sign_in_that_ended_keeps_what_a_form_had(table: Table) -> None:
    """Without the page's script, the rows of a form are offered again after signing in."""
    table.begins()
    seat = table.seat("Clerk")
    token = {"csrf": seat.token("/paper")}
    table.desk.clock.pass_(hours=13)
    answer = seat.post(f"/paper/sheets/{table.number()}/rows", {**token, "name-1": "Айгерім Example"})
    found = re.search(r'name="kept"[^>]* value="([^"]*)"', answer.text)
    assert found and ["name-1", "Айгерім Example"] in json.loads(html.unescape(found[1]))["pairs"]
    script = seat.post(f"/paper/sheets/{table.number()}/rows", {**token, "name-1": "Айгерім"}, **SCRIPT)
    assert script.status_code in {401, 403}  # the page's script keeps the row and says so


def test_nobody_who_typed_a_row_of_the_first_look_types_the_second(table: Table) -> None:
    table.desk.join("Third", "clerk")
    table.begins()
    table.types("Clerk", {1: ROWS[1]}, do="")
    table.post("Second", "take-over", {})
    table.types("Second", {2: ROWS[2]})
    for name in ("Clerk", "Second"):
        assert "You typed this sheet" in table.seat(name).get(f"/paper/sheets/{table.number()}")
        assert table.post(name, "take-over", {}).status_code == 409
    assert "This sheet is closed" in table.types("Third", ROWS)


def test_a_second_look_can_be_continued_but_not_by_its_first_typist(table: Table) -> None:
    table.desk.join("Third", "clerk")
    table.begins()
    table.types("Clerk", ROWS)
    table.types("Second", {1: ROWS[1]}, do="")
    assert "Continue this sheet" not in table.seat("Clerk").get(f"/paper/sheets/{table.number()}")
    assert "Continue this sheet" in table.seat("Third").get(f"/paper/sheets/{table.number()}")
    table.post("Third", "take-over", {})
    assert "This sheet is closed" in table.types("Third", {2: ROWS[2]})
    assert [one.name for one in table.people()] == ["Ana Example", "Eve Example"]


def test_rows_survive_the_loss_of_the_key_of_their_hashes(table: Table) -> None:
    """Without it nothing can be compared: then a third look decides, and nothing is dropped."""
    table.begins()
    table.types("Clerk", ROWS)
    key = Number(table.batch, 1).key
    service(Petitions, table.desk.app).server_keys("trees").destroy_sheet_key(key)
    assert "Third check" in table.types("Second", ROWS)
    assert "This sheet is closed" in table.types("Second", ROWS)
    assert [one.name for one in table.people()] == ["Ana Example", "Eve Example"]
