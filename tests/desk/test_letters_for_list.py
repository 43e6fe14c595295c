"""A letter for each row of a list, made at the desk: nothing of the list stays."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pikepdf import Pdf
from werkzeug.test import TestResponse

from campaign.services import service
from campaign.settings import Settings
from tests.desk.conftest import BASE, Desk, Seat, with_file
from tests.tools import pdf_text

PAGE = "/paper/letters"


def sends(seat: Seat, data: bytes | str, language: str = "en", **typed: str) -> TestResponse:
    data = data.encode() if isinstance(data, str) else data
    fields = {"csrf": seat.token(PAGE), "to": "mayor", "language": language, "paper": "a4", **typed}
    return seat.client.post(f"{BASE}{PAGE}", **with_file(fields, "senders", data))


def test_each_row_becomes_a_letter_in_one_pdf(still: Desk) -> None:
    seat = still.sits("Ana")
    answer = sends(
        seat, "name;place;country\nFirst Example;Lyon;FR\nВторой Пример;Алматы;Казахстан\nThird;;\n"
    )
    assert answer.status_code == 200 and answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="letters-en.pdf"'
    assert len(Pdf.open(io.BytesIO(answer.data)).pages) == 3
    text = pdf_text(answer.data)
    assert all(name in text for name in ("First Example", "Второй Пример", "Third"))


BAD = {
    "nothing": (b"", "Choose a CSV file."),
    "no names": ("place\nLyon\n", "no column “name”"),
    "a strange column": ("name,telephone\nA,1\n", "“telephone”, is unknown"),
    "no rows": ("name\n", "There is no row"),
    "a country that is none": ("name,country\nAna,Frnace\n", "row 2, country: “Frnace” is not a country. Did you mean “France”?"),
    "an office that is none": ("name,to\nAna,king\n", "row 2, to: there is no addressee “king”."),
    "a demand that is none": ("name,demands\nAna,gold\n", "row 2, demands: there is no demand “gold”."),
    "no name": ("name,place\n,Lyon\n", "row 2, name: a letter needs a name."),
    "a sign that turns text round": ("name\nA\u202eb\n", "row 2, name: This text contains U+202E right-to-left override, which can’t be printed."),
    "another alphabet's bytes": ("name\nЁжик\n".encode("cp1251"), "this is not UTF-8 text"),
    "501 rows": ("name\n" + "Ana\n" * 501, "500 rows at most"),
    "five megabytes": (b"name\n" + b"x" * 5_000_000, "500 rows at most"),
    "sixty faults": ("name,country\n" + "Ana,??\n" * 60, "And 10 more."),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_list_with_a_fault_makes_no_letter_and_says_which_row(case: str, still: Desk) -> None:
    data, said = BAD[case]
    answer = sends(still.sits("Ana"), data)
    assert answer.status_code == 422 and said in answer.text and "Nothing was created." in answer.text


@pytest.mark.parametrize("language", ["ru", "kk", "fr"])
def test_what_is_wrong_with_a_list_is_told_in_the_reader_s_language(language: str, still: Desk) -> None:
    seat = still.sits("Ana")
    table = "name,country,to,demands,language\n,Frnace,king,gold,xx\nA\u202eb,,,,\n" + "x" * 500 + ",,,,\n"
    fields = {"csrf": seat.token(PAGE), "to": "mayor", "language": "en", "paper": "a4"}
    address = f"/{language}/desk/trees{PAGE}"
    answer = seat.client.post(address, **with_file(fields, "senders", table.encode()))
    assert answer.status_code == 422 and "Frnace" in answer.text
    for english in (
        "is not a country",
        "no addressee",
        "no demand",
        "not one of",
        "needs a name",
        "printed",
        "the limit is",
    ):
        assert english not in answer.text


def test_letters_for_a_printer_have_a_cover_fronts_and_bookmarks(still: Desk) -> None:
    answer = sends(still.sits("Ana"), "name\nFirst Example\nSecond Example\n", duplex="yes", cover="yes")
    assert answer.status_code == 200
    on_top, back, first, empty, second, _empty = pdf_text(answer.data).split("\f")[:-1]
    assert "F. E." in on_top and "S. E." in on_top and "First" not in on_top
    assert (
        (back.strip(), empty.strip()) == ("", "") and "First Example" in first and "Second Example" in second
    )
    with Pdf.open(io.BytesIO(answer.data)) as opened, opened.open_outline() as outline:
        assert [item.title for item in outline.root] == ["1 · First Example", "2 · Second Example"]


def test_the_same_person_twice_is_said_before_anything_is_made(still: Desk) -> None:
    seat = still.sits("Ana")
    table = "name,place\nSample One,Lyon\nSAMPLE one,lyon\n"
    answer = sends(seat, table)
    assert answer.status_code == 422
    assert "the same person and addressee as in row 2." in answer.text
    assert "tick the box that asks for a letter for each row" in answer.text
    assert 'name="duplicates"' in answer.text
    made = sends(seat, table, duplicates="yes")
    assert made.status_code == 200 and len(Pdf.open(io.BytesIO(made.data)).pages) == 2


@pytest.mark.security(57)
def test_nothing_of_a_list_stays_on_the_machine(desk: Desk, tmp_path: Path) -> None:
    seat = desk.sits("Ana")
    assert sends(seat, "name,own_words\nZyxwvut Qponmlk,Hgfedcba words of mine\n").status_code == 200
    assert sends(seat, "name,country\nZyxwvut Qponmlk,Nowhereland\n").status_code == 422
    data = service(Settings, desk.app).data
    for path in [*data.rglob("*"), *tmp_path.rglob("*")]:
        if path.is_file():
            content = path.read_bytes()
            assert b"Zyxwvut" not in content and b"Hgfedcba" not in content, path


@pytest.mark.parametrize("wrong", [{"to": "king"}, {"language": "de"}, {"paper": "a0"}])
def test_a_choice_that_was_not_offered_is_refused(wrong: dict[str, str], still: Desk) -> None:
    assert sends(still.sits("Ana"), "name\nAna\n", **wrong).status_code == 404


def test_clerks_make_letters_and_readers_do_not(desk: Desk) -> None:
    desk.join("Clara", "clerk")
    desk.join("Rita", "reader")
    assert sends(desk.sits("Clara"), "name\nAna\n").status_code == 200
    assert desk.sits("Rita").client.get(f"{BASE}{PAGE}").status_code == 403
