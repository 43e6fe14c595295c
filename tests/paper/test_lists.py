"""Names typed elsewhere: the same rules, all rows or none, and what is wrong by row."""

from __future__ import annotations

import io
from typing import Any

from campaign.paper import lists
from tests.paper.conftest import DAY, Table


def brings(table: Table, body: str | bytes, name: str = "Clerk") -> Any:
    seat = table.seat(name)
    data = body if isinstance(body, bytes) else body.encode()
    fields = {"csrf": seat.token("/paper"), "list": (io.BytesIO(data), "list.csv")}
    return seat.post("/paper/list", fields, content_type="multipart/form-data", follow_redirects=True)


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
    "empty": ("", "The first row names the columns"),
    "heading alone": ("name,country\n", "There is no row in this list"),
    "no country": ("name,place\nAna,Lyon\n", "The first row names the columns"),
    "unknown column": ("name,country,phone\nAna,FR,1\n", "The first row names the columns"),
    "not UTF-8": (b"name,country\n\xff\xfe,FR\n", "not UTF-8 text"),
    "a cell too many": ("name,country\nAna Example,FR,x\n", "Row 2: This row has too many"),
    "a bad name": ("name,country\nAna Example,FR\n=cmd,FR\n", "Row 3: A name must begin with a letter"),
    "no name": ("name,country,place\n,FR,Lyon\n", "Row 2: A signature needs a name"),
    "no such country": ("name,country\nAna Example,Atlantis\n", "Row 2: Choose a country"),
    "no mailbox": ("name,country,email\nAna Example,FR,ana@\n", "Row 2: This is not an e-mail address"),
    "tomorrow": ("name,country,day\nAna Example,FR,2026-11-25\n", "Row 2: Enter the date as"),
    "too many rows": ("name,country\n" + "Ana Example,FR\n" * 1_001, "At most 1,000 rows"),
    "a long cell": ("name,country\n" + "x" * 5_000 + ",FR\n", "Row 2: This row has too many"),
}


def test_a_list_with_anything_wrong_brings_nothing_in(table: Table) -> None:
    for name, (body, said) in BAD.items():
        answer = brings(table, body)
        assert answer.status_code == 422 and said in answer.text, name
    assert lists.read(b"x" * (lists.MOST_BYTES + 1), DAY, lambda _row: 1 / 0)[1] == [
        lists.Problem(0, "", lists.TOO_LARGE)
    ]  # type: ignore[arg-type,return-value]
    assert table.petition.records == 0
