"""A letter for each row of a list, made at the desk: nothing of the list stays."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pikepdf import Pdf
from werkzeug.test import TestResponse

from campaign.services import service
from campaign.settings import Settings
from tests.desk.conftest import BASE, Desk, Seat, fields_of, with_file
from tests.tools import pdf_text

PAGE = "/paper/letters"


def shows(seat: Seat, data: bytes | str, language: str = "en", **typed: str) -> TestResponse:
    """The page that shows how a list was read."""
    data = data.encode() if isinstance(data, str) else data
    fields = {"csrf": seat.token(PAGE), "to": "mayor", "language": language, "paper": "a4", **typed}
    return seat.client.post(f"{BASE}{PAGE}", **with_file(fields, "senders", data))


def sends(seat: Seat, data: bytes | str, language: str = "en", **typed: str) -> TestResponse:
    """The same, and then the button."""
    page = shows(seat, data, language, **typed)
    assert page.status_code == 200, page.text
    return seat.client.post(f"{BASE}{PAGE}", data={**fields_of(page.text, PAGE), **typed})


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
    "nothing": (b"", "Choose a file"),
    "no names": ("place\nLyon\n", "no column “name”"),
    "no rows": ("name\n", "There is no row"),
    "a country that is none": ("name,country\nAna,Frnace\n", "Row 2, country: “Frnace” is not a country. Did you mean “France”?"),
    "an office that is none": ("name,to\nAna,king\n", "Row 2, to: there is no addressee “king”."),
    "a demand that is none": ("name,demands\nAna,gold\n", "Row 2, demands: there is no demand “gold”."),
    "no name": ("name,place\n,Lyon\n", "Row 2, name: a letter needs a name."),
    "no letters": ("name\n12345\n", "Row 2, name: A name must contain letters."),
    "a sign that turns text round": ("name\nA\u202eb\n", "Row 2, name: This text contains U+202E right-to-left override, which can’t be printed."),
    "501 rows": ("name\n" + "Ana\n" * 501, "Row 502: at most 500 rows"),
    "many faults": ("name,country\n" + "Ana,??\n" * 110, "And 10 more."),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_list_of_which_nothing_can_be_used_makes_no_letter_and_says_why(case: str, still: Desk) -> None:
    data, said = BAD[case]
    answer = shows(still.sits("Ana"), data)
    text = " ".join(answer.text.split())
    assert answer.status_code == 422 and said in text and "Nothing was created." in text
    assert 'name="rows"' not in text


def test_a_list_that_is_too_large_is_refused_in_its_form(still: Desk) -> None:
    answer = shows(still.sits("Ana"), b"name\n" + b"x" * 5_000_000)
    assert answer.status_code == 413 and "Nothing was created." in " ".join(answer.text.split())


def test_a_page_shows_every_row_before_a_letter_is_made(still: Desk) -> None:
    seat = still.sits("Ana")
    table = 'Имя;Город;telephone\nПервый Пример;Алматы;1\n"Второй;Астана;2\n<b>Third;;3\n'.encode("cp1251")
    text = " ".join(shows(seat, table).text.split())
    assert "2 rows can become letters." in text and "1 row has a fault and is left out." in text
    assert "Windows-1251 (Cyrillic) is assumed: check the names." in text
    assert "Column 3, “telephone”, is not used." in text
    assert ">Первый Пример<" in text and "&lt;b&gt;Third" in text and "<b>" not in text
    made = pdf_text(sends(seat, table).data)
    assert "Первый Пример" in made and "Второй" not in made and "Астана" not in made


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
    answer = shows(seat, table)
    assert answer.status_code == 200
    assert "the same person and addressee as in row 2." in answer.text
    assert 'name="duplicates"' in answer.text
    assert len(Pdf.open(io.BytesIO(sends(seat, table).data)).pages) == 1
    made = sends(seat, table, duplicates="yes")
    assert made.status_code == 200 and len(Pdf.open(io.BytesIO(made.data)).pages) == 2


def test_rows_that_were_changed_on_the_way_are_checked_again(still: Desk) -> None:
    seat = still.sits("Ana")
    fields = fields_of(shows(seat, "name\nAna\n").text, PAGE)
    for rows, status in (
        ('[[2,{"name":"12345"}]]', 422),
        ('[[2,{"name":"Ana"}],[3,{"name":""}]]', 200),
        ("[[", 400),
    ):
        answer = seat.client.post(f"{BASE}{PAGE}", data={**fields, "rows": rows})
        assert answer.status_code == status and answer.mimetype == "text/html"


@pytest.mark.slow
@pytest.mark.security(57)
def test_nothing_of_a_list_stays_on_the_machine(desk: Desk, tmp_path: Path) -> None:
    seat = desk.sits("Ana")
    assert sends(seat, "name,own_words\nZyxwvut Qponmlk,Hgfedcba words of mine\n").status_code == 200
    assert shows(seat, "name,country\nZyxwvut Qponmlk,Nowhereland\n").status_code == 422
    data = service(Settings, desk.app).data
    for path in [*data.rglob("*"), *tmp_path.rglob("*")]:
        if path.is_file():
            content = path.read_bytes()
            assert b"Zyxwvut" not in content and b"Hgfedcba" not in content, path


@pytest.mark.parametrize("wrong", [{"to": "king"}, {"language": "de"}, {"paper": "a0"}])
def test_a_choice_that_was_not_offered_is_refused(wrong: dict[str, str], still: Desk) -> None:
    assert shows(still.sits("Ana"), "name\nAna\n", **wrong).status_code == 404


@pytest.mark.slow
def test_clerks_make_letters_and_readers_do_not(desk: Desk) -> None:
    desk.join("Clara", "clerk")
    desk.join("Rita", "reader")
    assert sends(desk.sits("Clara"), "name\nAna\n").status_code == 200
    assert desk.sits("Rita").client.get(f"{BASE}{PAGE}").status_code == 403
