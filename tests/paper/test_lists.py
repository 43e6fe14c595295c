"""Names typed elsewhere: the same rules, all rows or none, and what is wrong by row."""

from __future__ import annotations

from typing import Any

import pytest

from campaign.paper import lists
from tests.desk.conftest import BASE, fields_of, with_file
from tests.paper.conftest import Table


def shows(table: Table, body: str | bytes, name: str = "Clerk") -> Any:
    """The page that shows how a list was read."""
    seat = table.seat(name)
    data = body if isinstance(body, bytes) else body.encode()
    form = with_file({"csrf": seat.token("/paper")}, "list", data)
    return seat.client.post(f"{BASE}/paper/list", **form, follow_redirects=True)


def brings(table: Table, body: str | bytes, name: str = "Clerk") -> Any:
    """The same, and then the button."""
    page = shows(table, body, name)
    assert page.status_code == 200 and table.petition.records >= 0
    fields = fields_of(page.text, "/paper/list")
    return table.seat(name).post("/paper/list", fields, follow_redirects=True)


def test_a_list_is_sealed_and_counted_and_a_second_time_is_in_doubt(table: Table) -> None:
    body = "name;country;place;day\nAna Example;FR;Lyon;2026-11-01\n\nАйгерім Example;Kazakhstan;Алматы;\n"
    page = brings(table, body)
    assert page.status_code == 200 and "The names are sealed and counted" in page.text
    assert [(one.name, one.country, one.day, one.sheet) for one in table.people()] == [
        ("Ana Example", "FR", "2026-11-01", "-"), ("Айгерім Example", "KZ", "2026-11-24", "-"),
    ]  # fmt: skip
    brings(table, body)
    assert (table.petition.records, table.petition.total) == (4, 2)


BAD: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "Choose a file"),
    "heading alone": ("name,country\n", "No row of this list can be used"),
    "no country": ("name,place\nAna,Lyon\n", "no column “country”"),
    "a cell too many": ("name,country\nAna Example,FR,x\n", "Row 2: There are more cells than columns"),
    "a bad name": ("name,country\n=cmd,FR\n", "Row 2, name: A name must begin with a letter"),
    "no name": ("name,country,place\n,FR,Lyon\n", "Row 2, name: A signature needs a name"),
    "no such country": ("name,country\nAna Example,Atlantis\n", "Row 2, country: Choose a country"),
    "no e-mail address": (
        "name,country,email\nAna Example,FR,ana@\n",
        "Row 2, email: This is not an e-mail address",
    ),
    "tomorrow": ("name,country,day\nAna Example,FR,25.11.2026\n", "Row 2, day: Enter the date as"),
    "too many rows": ("name,country\n" + "Ana Example,FR\n" * 1_001, "at most 1,000 rows"),
    "a long cell": (
        "name,country\n" + "x" * 5_000 + ",FR\n",
        "Row 2, name: A cell has more than 1,000 characters",
    ),
    "too large": ("name,country\n" + "x" * lists.MOST_BYTES, "This file is larger than 1 MB."),
}


def test_a_list_of_which_nothing_can_be_used_brings_nothing_in(table: Table) -> None:
    for name, (body, said) in BAD.items():
        answer = shows(table, body)
        text = " ".join(answer.text.split())
        assert answer.status_code == (413 if name == "too large" else 422) and said in text, name
        assert 'type="hidden" name="rows"' not in text, name
    assert table.petition.records == 0


def test_a_page_shows_every_row_before_anything_is_counted(table: Table) -> None:
    body = (
        "Our list;;;\nИмя;Страна;Дата;telephone\nAna Example;Франция;24.11.2026;1\nБолат Пример;KZ;46349;\n"
        '"Unclosed;FR;;\nANA example;fr;;\nX;Atlantis;;\n'
    )
    page = " ".join(shows(table, body).text.split())
    assert "3 names can be sealed and counted." in page and "2 rows have faults and are left out." in page
    assert "Row 5: A quotation mark is not closed" in page and "Row 7, name: A name" not in page
    assert "Row 7, country: Choose a country" in page
    assert "Column 4, “telephone”, is not used." in page
    assert "Row 6 may be the person of row 3." in page
    assert ">France<" in page and "23 November 2026" in page
    assert table.petition.records == 0
    assert "The names are sealed and counted" in brings(table, body).text
    assert [(one.name, one.day, one.row) for one in table.people()] == [
        ("Ana Example", "2026-11-24", 3), ("Болат Пример", "2026-11-23", 4), ("ANA example", "2026-11-24", 6),
    ]  # fmt: skip


def test_days_of_which_one_has_the_month_first_are_asked_about(table: Table) -> None:
    body = "name,country,day\nAna Example,FR,11/05/2026\nBo Example,FR,11/24/2026\nCo Example,FR,2026-11-01\n"
    page = " ".join(shows(table, body).text.split())
    assert "1 name can be sealed" in page
    assert "Row 2, day: Is this the day or the month first?" in page and "Row 3, day: Enter the date" in page


@pytest.mark.slow
@pytest.mark.parametrize(
    "rows",
    ["{", "[]", "[[1]]", '[["1",{}]]', "[[0,{}]]", "[[true,{}]]", '[[1,{"name":1}]]', '[[1,{"colour":"x"}]]', "[[1,{}],[1,{}]]",
     '[[1,{"name":"' + "x" * 1_001 + '"}]]', "[" * 100_000],
)  # fmt: skip
def test_rows_that_no_page_sent_count_nothing(rows: str, table: Table) -> None:
    seat = table.seat("Clerk")
    answer = seat.post("/paper/list", {"csrf": seat.token("/paper"), "rows": rows})
    assert answer.status_code in {400, 422}
    assert table.petition.records == 0


def test_rows_that_were_changed_on_the_way_are_checked_again(table: Table) -> None:
    seat = table.seat("Clerk")
    rows = '[[2,{"name":"Ana Example","country":"FR"}],[3,{"name":"=cmd","country":"FR"}]]'
    answer = seat.post("/paper/list", {"csrf": seat.token("/paper"), "rows": rows})
    assert answer.status_code == 200 and "A name must begin with a letter" in answer.text
    assert table.petition.records == 0
