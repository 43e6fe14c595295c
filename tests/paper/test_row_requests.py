"""Somebody who signed on paper writes with sheet and row, as the sheet says, and is found, corrected or erased."""

from __future__ import annotations

from pathlib import Path

import pyrage
import pytest
from sqlalchemy import Engine, text

from campaign.cli.main import main
from campaign.database import db
from campaign.paper import numbers
from campaign.paper.numbers import Number
from campaign.petition import exclusions, export
from campaign.petition.comparison import compare
from campaign.petition.exclusions import Organiser
from campaign.services import service
from campaign.signatures import paper_requests
from campaign.signatures.paper_requests import PaperRequest, RequestsError
from campaign.trustees import key_files
from campaign.trustees.key_files import Lock
from tests.paper.conftest import DAY, Table

ROWS = {
    1: ("Ana Example", "Lyon", "France"),
    2: ("Ewe Example", "Paris", "France"),
    3: ("Dan Example", "Paris", "France"),
}
TRUSTEE = pyrage.x25519.Identity.generate()


class Trustees:
    """The trustees' machine: their key, and the files that they are given and make."""

    def __init__(self, table: Table, folder: Path) -> None:
        self.table, self.folder, self.rounds = table, folder, 0
        body = key_files.locked(table.petition.key, Lock(recipients=(str(TRUSTEE.to_public()),)))
        (folder / "trees.key").write_bytes(body)
        (folder / "trustee.txt").write_text(str(TRUSTEE))

    def options(self) -> list[str]:
        self.rounds += 1
        path = self.folder / f"list-{self.rounds}.campaign"
        export.write(service(Engine, self.table.desk.app), "trees", self.table.petition.campaign, path, DAY)
        key, identity = str(self.folder / "trees.key"), str(self.folder / "trustee.txt")
        return ["--signatures", str(path), "--key", key, "--identity", identity]

    def exclusion_list(self, requests: str) -> str:
        asked = self.folder / f"requests-{self.rounds}.txt"
        asked.write_text(requests)
        out, void = (str(self.folder / f"{name}-{self.rounds}") for name in ("names.csv", "void.txt"))
        assert (
            main(
                [
                    "signatures",
                    "open",
                    *self.options(),
                    "--out",
                    out,
                    "--void",
                    void,
                    "--requests",
                    str(asked),
                ]
            )
            == 0
        )
        return Path(void).read_text()


def ask(table: Table, row: int, what: str, status: int = 303, sheet: int = 1, **cells: str) -> str:
    seat = table.seat("Ana")
    path = f"/paper/sheets/{table.number(sheet)}/request"
    answer = seat.post(path, {"csrf": seat.token("/paper"), "row": str(row), "what": what, **cells})
    assert answer.status_code == status
    return answer.text


def requests_file(table: Table) -> str:
    seat = table.seat("Ana")
    return seat.post("/paper/requests", {"csrf": seat.token("/paper")}).text


def apply(table: Table, body: str) -> None:
    """Two people apply an exclusion list."""
    with table.desk.app.app_context():
        row = exclusions.propose(db.session, "trees", body, Organiser(1, "Ana", DAY))
        exclusions.carry_out(db.session, "trees", row.id, Organiser(2, "Eve", DAY))


def open_requests(table: Table) -> int:
    return table.petition.number("SELECT count(*) FROM paper_request")


def test_a_row_is_erased_and_another_corrected_by_sheet_and_row(table: Table, tmp_path: Path) -> None:
    table.one_person()
    table.begins()
    table.types("Clerk", ROWS)
    assert "Somebody asks about a row" in table.seat("Ana").get(f"/paper/sheets/{table.number()}")
    assert "Somebody asks about a row" not in table.seat("Clerk").get(f"/paper/sheets/{table.number()}")
    ask(table, 1, "erase")
    ask(table, 2, "correct", name="Eve Example", place="Paris", country="Belgium")
    page = table.seat("Ana").get("/paper")
    assert f"{table.number()}, row 1" in page and "Eve Example" not in page
    trustees = Trustees(table, tmp_path)
    requests = requests_file(table)
    assert requests.splitlines() == [
        "campaign-requests-1 trees", f"erase 1 {table.number()} 1", f"correct 2 {table.number()} 2",
    ]  # fmt: skip
    # What is stored of the correction is sealed.
    with service(Engine, table.desk.app).connect() as connection:
        stored = connection.execute(
            text("SELECT sealed FROM paper_request WHERE what = 'correct'")
        ).scalar_one()
    assert b"Eve" not in bytes(stored)
    body = trustees.exclusion_list(requests)
    assert body.count("FR/paper erased, request 1") == 1 and body.count("FR/paper corrected, request 2") == 1
    apply(table, body)
    people = [(one.name, one.country, one.sheet, one.row) for one in table.people()]
    assert people == [("Eve Example", "BE", table.number(), 2), ("Dan Example", "FR", table.number(), 3)]
    assert open_requests(table) == 0 and (table.petition.records, table.petition.total) == (2, 2)
    with service(Engine, table.desk.app).connect() as connection:
        assert compare(connection, table.petition.campaign).difference == 0


def test_a_correction_that_looks_like_the_old_row_counts_like_it(table: Table, tmp_path: Path) -> None:
    table.one_person()
    table.begins()
    table.types("Clerk", {1: ("Ana Example", "Lyon", "France", "ana@example.org")})
    ask(table, 1, "correct", name="Anna Example", place="Lyon", email="ana@example.org")
    apply(table, Trustees(table, tmp_path).exclusion_list(requests_file(table)))
    assert [one.name for one in table.people()] == ["Anna Example"]
    assert (table.petition.records, table.petition.total) == (1, 1)


def test_a_row_that_trustees_do_not_find_is_said(
    table: Table, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table.one_person()
    table.begins()
    table.types("Clerk", ROWS)
    ask(table, 9, "erase")
    body = Trustees(table, tmp_path).exclusion_list(requests_file(table))
    assert "# request 1 not found" in body
    assert f"sheet {table.number()} has no signature in row 9" in capsys.readouterr().out
    apply(table, body)
    assert "the trustees did not find it" in table.seat("Ana").get("/paper")
    assert requests_file(table) == "campaign-requests-1 trees\n" and table.petition.records == 3
    seat = table.seat("Ana")
    seat.post("/paper/requests/1", {"csrf": seat.token("/paper")})
    assert open_requests(table) == 0


def test_what_can_not_be_asked_is_said(table: Table) -> None:
    table.one_person()
    ask(table, 1, "erase", 404)
    table.begins()
    ask(table, 1, "erase", 404)  # a sheet that is not closed is typed again instead
    table.types("Clerk", ROWS)
    for row, cells, said in (
        (0, {}, "no such row"), (99, {}, "no such row"), (2, {"name": "12345"}, "must contain letters"),
        (2, {}, "Type the whole row"), (2, {"name": "?"}, "Type the whole row"),
    ):  # fmt: skip
        assert said in ask(table, row, "correct", 422, **cells)
    ask(table, 2, "erase")
    ask(table, 2, "correct", name="Eve Example")
    assert open_requests(table) == 1  # the newer one replaces the older


def test_the_command_finds_a_person_by_sheet_and_row(
    table: Table, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table.one_person()
    table.begins()
    table.types("Clerk", ROWS)
    options = Trustees(table, tmp_path).options()
    typed = table.number().lower().replace("-", " ")
    assert main(["person", "find", *options, "--sheet", typed, "--row", "3"]) == 0
    said = capsys.readouterr().out
    assert "Dan Example" in said and f"sheet {table.number()}, row 3" in said and said.startswith("record ")
    assert main(["person", "find", *options, "--sheet", table.number(), "--row", "9"]) == 0
    assert "nothing signed on this row of this sheet" in capsys.readouterr().out
    other = numbers.written("another", Number(table.batch, 1))
    for wrong in (["--sheet", table.number()], ["--row", "3"], ["ana@example.org", "--sheet", typed, "--row", "3"], [],
                  ["--sheet", other, "--row", "1"]):  # fmt: skip
        assert main(["person", "find", *options, *wrong]) == 2


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "begins with"), ("campaign-requests-1 another\n", "are of another"),
        ("campaign-requests-1 trees\nerase x\n", "Line 2"),
        ("campaign-requests-1 trees\n\ndelete 1 K7QM-29XR-4T61 3\n", "Line 3"),
        ("campaign-requests-1 trees\nerase 1 K7QM-29XR-4T61 0\n", "Line 2"),
    ],
)  # fmt: skip
def test_a_damaged_file_of_requests_is_refused(body: str, said: str) -> None:
    with pytest.raises(RequestsError, match=said):
        paper_requests.read(body, "trees")


def test_requests_are_read_as_they_were_written() -> None:
    requests = [
        PaperRequest("erase", 1, "K7QM-29XR-4T61", 3),
        PaperRequest("correct", 12, "K7QM-29XR-4T61", 20),
    ]
    assert paper_requests.read(paper_requests.written("trees", requests), "trees") == requests
