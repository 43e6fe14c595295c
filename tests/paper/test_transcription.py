"""Typing in what came back: sealed row by row, twice where it is wanted, counted once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import Engine, text

from campaign.database import db
from campaign.paper import numbers
from campaign.paper.numbers import Number
from campaign.petition.comparison import compare
from campaign.petition.status import Petitions
from campaign.services import service
from tests.paper.conftest import Table, state
from tests.tools import without_tokens

ANA = ("Ana Example", "Lyon", "France", "")
EVE = ("Айгерім Example", "Алматы", "KZ", "")


@pytest.mark.slow
def test_two_people_who_agree_close_a_sheet_and_its_names_count(table: Table) -> None:
    assert "Country of most rows" in table.seat("Clerk").get(f"/paper/sheets/{table.number()}")
    assert "Full name" in table.begins()
    rows = {1: ANA, 2: EVE, 3: ("?",), 4: ("-",)}
    assert "Somebody else now types it without seeing what you typed" in table.types("Clerk", rows)
    assert table.petition.records == 0
    again = {
        1: ("ana  EXAMPLE", "lyon", "fr", ""),
        2: EVE,
        3: ("?",),
    }  # an empty row is as good as a crossed one
    page = table.types("Second", again)
    assert "This sheet is closed" in page and "<dd>2</dd>" in page
    assert (table.petition.records, table.petition.total) == (2, 2)
    found = [(one.name, one.place, one.country, one.way, one.sheet, one.row) for one in table.people()]
    number = table.number()
    assert found == [
        ("Ana Example", "Lyon", "FR", "paper", number, 1),
        ("Айгерім Example", "Алматы", "KZ", "paper", number, 2),
    ]
    ways = table.petition.number("SELECT sum(count) FROM signature_tally WHERE way = 'paper'")
    assert ways == 2
    with service(Engine, table.desk.app).connect() as connection:
        assert compare(connection, table.petition.campaign).difference == 0
    # Of the sheet nothing is left but numbers, and no key that could tell what stood there.
    assert table.petition.number("SELECT count(*) FROM sheet_row") == 0
    ring = service(Petitions, table.desk.app).server_keys("trees")
    assert list((ring.folder / "sheets").iterdir()) == []


def test_two_people_agree_though_they_type_the_characters_of_a_name_differently(table: Table) -> None:
    pairs = {
        1: ("Артём О'Коннор", "Артем О’Коннор"),
        2: ("Әлия Анна-Мария", "ƏЛИЯ Анна‑Мария"),
        3: ("И. И. Иванов", "И.И Иванов"),
        4: ("Aнна Сергеевa", "Анна Сергеева"),
        5: ("Гауһар", "Гауhар\u200b"),
    }
    table.begins()
    table.types("Clerk", {row: (first, "Семей") for row, (first, _) in pairs.items()})
    table.types("Second", {row: (second, "СЕМЕЙ") for row, (_, second) in pairs.items()})
    assert [who.name for who in table.people()] == [first for first, _ in pairs.values()]


@pytest.mark.slow
def test_where_two_people_differ_a_third_look_settles_it(table: Table) -> None:
    table.begins()
    table.types("Clerk", {1: ANA, 2: ("Eve Example", "Paris", "France"), 3: ("?",), 5: ANA})
    page = table.types("Second", {1: ANA, 2: ("Eva Example", "Paris", "Belgium"), 3: ("Dan Example", "Lyon")})
    assert "Third check" in page
    assert "Row 2: Name, Country" in page and "Row 3: first unreadable, second a name" in page
    assert "Row 5: first a name, second nothing" in page and "Row 1:" not in page
    assert "Eve" not in without_tokens(page) and "Dan" not in without_tokens(page)
    page = table.types("Clerk", {2: ("Eve Example", "Paris", "Belgium")})
    assert "Type every row that differs" in page
    page = table.types("Clerk", {3: ("Dan Example", "Lyon"), 5: ("-",)})
    assert "This sheet is closed" in page
    assert [(one.name, one.country, one.row) for one in table.people()] == [
        ("Ana Example", "FR", 1), ("Eve Example", "BE", 2), ("Dan Example", "FR", 3),
    ]  # fmt: skip


@pytest.mark.slow
def test_whoever_typed_a_sheet_can_t_be_its_second_person_nor_read_it(table: Table) -> None:
    table.begins()
    table.types("Clerk", {1: ANA})
    page = table.seat("Clerk").get(f"/paper/sheets/{table.number()}")
    assert "You typed this sheet" in page and "Ana Example" not in page and 'name="name-1"' not in page
    assert "Somebody else is typing this sheet, or has to" in table.types("Clerk", {1: ANA})
    second = table.seat("Second").get(f"/paper/sheets/{table.number()}")
    assert "Ana Example" not in second and "Second check" in second and "sealed" not in state(second)


def test_with_one_person_a_sheet_closes_at_once_and_never_a_second_time(table: Table) -> None:
    table.one_person()
    table.begins()
    assert "This sheet is closed" in table.types("Clerk", {1: ANA})
    for page in (table.types("Second", {1: EVE}), table.post("Second", "finish", {"empty": "yes"}).text):
        assert "This sheet is closed" in page
    table.post("Second", "take-over", {})
    assert "This sheet is closed" in table.begins("Second")
    assert table.petition.records == 1


def test_a_row_is_sealed_as_it_is_left_and_a_later_one_takes_its_place(table: Table) -> None:
    table.begins()
    json_please = {"headers": {"Accept": "application/json"}}
    answer = table.post("Clerk", "rows", {"name-3": "Ann Example", "place-3": "Lyon"}, **json_please)
    assert json.loads(answer.text) == {"saved": {"3": "sealed"}, "problems": {}, "message": ""}
    table.post("Clerk", "rows", {"name-3": "Ana Example", "place-3": "Lyon"}, **json_please)
    page = table.seat("Clerk").get(f"/paper/sheets/{table.number()}")
    assert "typed already; type again to replace" in page and "Ana Example" not in page
    table.one_person()
    table.types("Clerk", {})
    assert [one.name for one in table.people()] == ["Ana Example"]


BAD_ROWS: dict[str, tuple[dict[str, str], str]] = {
    "no name": ({"name-1": "", "place-1": "Lyon"}, "A signature needs a name"),
    "too long": ({"name-1": "x" * 200}, "120 characters at most"),
    "no letter": ({"name-1": "12345"}, "A name must contain letters"),
    "formula": ({"name-1": "=cmd"}, "A name must begin with a letter"),
    "override": ({"name-1": "Ana\u202eelpmaxE"}, "can’t be printed"),
    "web": ({"name-1": "Ana https://example.org"}, "This looks like a web address"),
    "country": ({"name-1": "Ana Example", "country-1": "Atlantis"}, "Choose a country from the list"),
    "mailbox": ({"name-1": "Ana Example", "email-1": "ana@"}, "This is not an e-mail address"),
    "row 13 of 12": ({"name-13": "Ana Example"}, "The sheet has no such row"),
    "row 0": ({"name-0": "Ana Example"}, "The sheet has no such row"),
}


def test_a_bad_row_is_told_in_its_place_and_what_was_typed_stays(table: Table) -> None:
    table.begins()
    for name, (fields, said) in BAD_ROWS.items():
        answer = table.post("Clerk", "rows", {**fields, "name-2": "Good Example"})
        assert answer.status_code == 422 and said in answer.text, name
        typed = next(filter(None, fields.values()))
        if "row" not in name:
            assert typed in answer.text, name
    good = (
        "A",
        "Ян",
        "محمد علي",
        "李小龍 Ли Lee",
        "Jean-Luc D’Arcy",
        "नमस्ते कुमार",
        "שרה כהן",
        "Σοφία",
        "გიორგი",
    )
    page = table.types("Clerk", {n: (name, "", "") for n, name in enumerate(good, 1)}, do="")
    assert "problems" not in page and table.petition.number("SELECT count(*) FROM sheet_row") == len(good)


def test_an_empty_sheet_is_asked_about_once(table: Table) -> None:
    table.one_person()
    table.begins()
    assert "No row has been typed" in table.types("Clerk", {})
    page = table.post("Clerk", "finish", {"empty": "yes"}).text
    assert "This sheet is closed" in page and table.petition.records == 0


NUMBERS: dict[str, Any] = {
    "a digit wrong": (lambda t: ("X" if t.number()[0] != "X" else "Y") + t.number()[1:], "typing error"),
    "two changed places": (lambda t: t.number()[:-1] + str((int(t.number()[-1]) + 1) % 10), "typing error"),
    "too short": (lambda t: t.number()[:-2], "three groups of four"),
    "nonsense": (lambda t: "'; DROP TABLE", "three groups of four"),
    "another campaign": (lambda t: numbers.written("another", Number(t.batch, 1)), "to another campaign"),
    "sheet 6 of 5": (lambda t: t.number(6), "no such sheet was printed here"),
    "sheet 0": (lambda t: t.number(0), "no such sheet was printed here"),
    "a batch to come": (lambda t: numbers.written("trees", Number(t.batch + 9, 1)), "no such sheet"),
}


def test_a_wrong_number_is_told_apart_and_a_right_one_is_read_in_any_hand(table: Table) -> None:
    seat = table.seat("Clerk")
    for name, (make, said) in NUMBERS.items():
        page = seat.get("/paper/sheet", 422, query_string={"number": make(table)})
        assert said in page, name
    for typed in (table.number().lower(), table.number().replace("-", " "), table.number().replace("0", "O")):
        assert (
            seat.client.get("/en/desk/trees/paper/sheet", query_string={"number": typed}).status_code == 303
        )
    unknown = numbers.written("trees", Number(numbers.unknown_batch(1, 20), 3, known=False))
    page = seat.get(f"/paper/sheets/{unknown}")
    assert "Printed without this site" in page
    seat.post(
        f"/paper/sheets/{unknown}/begin", {"csrf": seat.token("/paper"), "country": "FR", "day": "2026-11-01"}
    )
    page = seat.get(f"/paper/sheets/{unknown}")
    assert 'name="name-20"' in page and 'name="name-21"' not in page


@pytest.mark.slow
def test_possible_doubles_are_marked_and_never_dropped(table: Table) -> None:
    table.one_person()
    mailbox = ("Eve Example", "Paris", "France", "eve@example.org")
    for sheet in (1, 2, 3, 4):
        table.begins(sheet=sheet)
        table.types("Clerk", {1: ANA, 2: mailbox, 3: (f"Dan {'x' * sheet}", "Lyon")}, sheet)
    assert (table.petition.records, table.petition.total) == (12, 6)
    assert table.petition.number("SELECT sum(doubtful) FROM sheet") == 6
    with service(Engine, table.desk.app).connect() as connection:
        assert compare(connection, table.petition.campaign).difference == 0
        words = connection.execute(text("SELECT holder FROM sheet_batch")).scalars().all()
    assert words == ["Lyon group"]


def test_only_people_of_the_campaign_who_type_come_in(table: Table) -> None:
    with table.desk.app.app_context():
        db.session.rollback()
    table.desk.join("Tess", "translator", languages=("fr",))
    assert table.desk.sits("Tess").client.get("/en/desk/trees/paper").status_code == 403


@pytest.mark.slow
@pytest.mark.parametrize("day", ["2026-11-25", "", "yesterday", "0001-01-01x"])
def test_a_sheet_has_a_day_that_is_past(day: str, table: Table) -> None:
    page = table.post("Clerk", "begin", {"country": "France", "day": day})
    assert page.status_code == 422 and "it can’t be in the future" in page.text


def test_on_the_day_of_erasing_half_typed_sheets_go_too(table: Table) -> None:
    from datetime import date

    from campaign.petition.nightly import nightly

    table.begins()
    table.types("Clerk", {1: ANA}, do="")
    ring = service(Petitions, table.desk.app).server_keys("trees")
    assert table.petition.number("SELECT count(*) FROM sheet_row") == 1
    assert len(list((ring.folder / "sheets").iterdir())) == 1
    nightly(table.desk.app, date(2027, 12, 31))
    assert table.petition.number("SELECT count(*) FROM sheet_row") == 0
    assert list((ring.folder / "sheets").iterdir()) == []
    service(Petitions, table.desk.app).held("trees", fresh=True)
    answer = table.post("Clerk", "rows", {"name-1": "Ana Example"})
    assert answer.status_code == 409
