"""Sheets on paper: everything on one page, codes that a reader reads, numbers of their own."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
import zxingcpp
from PIL import Image

from campaign.cli.main import main
from campaign.database import db
from campaign.editions import store
from campaign.editions.edition_cache import EditionCache
from campaign.pack.files import parse, read_folder
from campaign.pack.model import Pack
from campaign.paper import numbers, sheets
from campaign.paper.numbers import Number, NumberError
from campaign.paper.sheets import Layout, Print, SheetError
from campaign.paper.wording import petition
from campaign.services import service
from campaign.web.budgets import SHEETS
from campaign.web.limits import Budgets, prefix
from tests.paper.conftest import Table
from tests.tools import SEED, pdf_text, picture_of

SITE = "https://letters.example.org/ru/january-2022/petition"
PACK = parse(read_folder(SEED))


def pictures(document: bytes) -> list[Image.Image]:
    """The pages as a printer at 150 dots an inch would have them, in grey."""
    with pikepdf.open(io.BytesIO(document)) as opened:
        count = len(opened.pages)
    options = ("-r", "150", "-gray", "-png")
    return [Image.open(io.BytesIO(picture_of(document, n, *options))) for n in range(1, count + 1)]


def codes(page: Image.Image) -> dict[str, str]:
    return {found.format.name: found.text for found in zxingcpp.read_barcodes(page)}


LAYOUTS = {
    "en": Layout(("en",), 12),
    "ru, Letter, most rows": Layout(("ru",), 20, "us-letter"),
    "kk, landscape, with e-mail": Layout(("kk",), 15, landscape=True, email=True),
    "fr, large print, Letter": Layout(("fr",), 10, "us-letter", large=True),
    "ru and kk": Layout(("ru", "kk"), 15),
    "fr and en, landscape": Layout(("fr", "en"), 12, landscape=True),
    "ru and kk, landscape, with e-mail": Layout(("ru", "kk"), 12, "us-letter", landscape=True, email=True),
}


def with_text(pack: Pack, paragraphs: int, **terms: bool) -> Pack:
    """The pack, with so many paragraphs more in its petition, in each language."""
    more = "\n\nAn unusually long petition is asked about here, and it says more and more." * paragraphs
    petition = {
        language: replace(text, body=replace(text.body, text=text.body.text + more))
        for language, text in pack.petition.items()
    }
    return replace(pack, petition=petition, terms=replace(pack.terms, **terms))


def words_of(document: bytes) -> str:
    """Everything that a PDF says, in one line."""
    return " ".join(pdf_text(document, "-raw").split())


def smallest_type(document: bytes) -> float:
    """The size of the smallest letters on the first page, without the imprint at its foot, in points."""
    page = pdf_text(document, "-bbox", "-l", "1")
    high = float(re.search(r'<page width="[\d.]+" height="([\d.]+)"', page)[1])  # type: ignore[index]
    words = re.findall(r'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)"', page)
    return min(float(low) - float(top) for top, low in words if float(low) < high * 0.9)


WHOLE_TEXT = ("Весь текст:", "Le texte entier :")

#: A layout, so many paragraphs more, and what its sheets then are: how many rows, and with which text.
FITTING: dict[str, tuple[Layout, int, tuple[int, str]]] = {
    "short": (Layout(("ru",), 20), 0, (20, sheets.WHOLE)),
    "fewer rows": (Layout(("ru",), 20), 24, (10, sheets.WHOLE)),
    "two languages": (Layout(("ru", "kk"), 12), 1, (12, sheets.WHOLE)),
    "two languages, long": (Layout(("ru", "kk"), 12), 30, (12, sheets.DEMANDS)),
    "two languages, landscape": (Layout(("fr", "en"), 12, landscape=True), 30, (12, sheets.DEMANDS)),
    "large print, long": (Layout(("ru",), 8, large=True), 60, (8, sheets.DEMANDS)),
}


@pytest.mark.parametrize(("layout", "paragraphs", "expected"), FITTING.values(), ids=FITTING)
def test_a_longer_petition_takes_rows_and_then_gives_way_to_its_summary(
    layout: Layout, paragraphs: int, expected: tuple[int, str]
) -> None:
    pack, what = with_text(PACK, paragraphs), Print([Number(5, 1)], SITE, 3, ("Example House", "Lyon"))
    fitting, text = sheets.fitting(pack, layout, what)
    assert (fitting.rows, text) == expected
    made = sheets.pdf(pack, fitting, what)
    with pikepdf.open(io.BytesIO(made)) as document:
        assert len(document.pages) == 1
    said = words_of(made)
    assert ("unusually long" in said) == (text == sheets.WHOLE and paragraphs > 0)
    # Notes are with the whole text.
    assert ("²" in said) == (text == sheets.WHOLE)
    assert any(f"{words} letters.example.org" in said for words in WHOLE_TEXT) == (text != sheets.WHOLE)
    assert smallest_type(made) >= 8


@pytest.mark.slow
@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_each_sheet_is_one_page_with_codes_that_a_reader_reads(layout: Layout) -> None:
    given = [Number(5, 1), Number(5, 2)]
    made = sheets.pdf(
        PACK, layout, Print(given, SITE, 3, ("Example House", "Lyon"), "ab12 " * 8, "Lyon group")
    )
    pages = pictures(made)
    assert len(pages) == 2
    for page, number in zip(pages, given, strict=True):
        found = codes(page)
        assert SITE in found.values(), found
        written = numbers.written("january-2022", number)
        assert numbers.read(found["DataMatrix"], "january-2022") == number, written
        assert (page.width > page.height) == layout.landscape
    with pikepdf.open(io.BytesIO(made)) as document:
        assert document.Root.MarkInfo.Marked and document.open_metadata()["pdfaid:part"] == "2"


@pytest.mark.parametrize("language", ["en", "ru", "kk", "fr"])
def test_a_sheet_says_the_whole_petition_and_what_happens_with_the_data(language: str) -> None:
    made = sheets.pdf(PACK, Layout((language,), 12), Print([Number(1, 1)], SITE))
    flat = words_of(made)
    for said in petition(PACK, language).demands:
        assert " ".join(said.rstrip(";. ").split()) in flat
    assert numbers.written("january-2022", Number(1, 1)) in flat and "letters.example.org" in flat


BAD: dict[str, tuple[Layout, str]] = {
    "7 rows": (Layout(("en",), 7), "rows"),
    "21 rows": (Layout(("en",), 21), "rows"),
    "large with 12 rows": (Layout(("en",), 12, large=True), "rows"),
    "no language": (Layout((), 12), "languages"),
    "the same twice": (Layout(("en", "en"), 12), "languages"),
    "three": (Layout(("en", "ru", "fr"), 12), "languages"),
    "unknown": (Layout(("de",), 12), "languages"),
    "A5": (Layout(("en",), 12, "a5"), "paper"),
    "large in two languages": (Layout(("en", "ru"), 8, large=True), "large"),
    "no room": (Layout(("ru", "kk"), 20, landscape=True, email=True), "rows"),
}


@pytest.mark.parametrize(("layout", "field"), BAD.values(), ids=BAD)
def test_a_sheet_that_can_t_be_is_refused_in_a_sentence(layout: Layout, field: str, pack: Pack) -> None:
    if field == "rows" and len(layout.languages) == 2:
        pack = with_text(pack, 40)
    with pytest.raises(SheetError) as caught:
        sheets.pdf(pack, layout, Print([Number(1, 1)]))
    assert caught.value.field == field and str(caught.value).endswith(".")


def test_the_whole_text_stays_where_the_pack_asks_for_it_or_nobody_knows_its_address(pack: Pack) -> None:
    layout = Layout(("ru", "kk"), 12)
    for terms, site in (({"whole_text": True}, SITE), ({}, "")):
        with pytest.raises(SheetError, match="no room for 8 rows"):
            sheets.fitting(with_text(pack, 40, **terms), layout, Print([Number(1, 1)], site))


def test_every_typing_error_in_a_number_is_found() -> None:
    whole = numbers.written("trees", Number(4_711, 12)).replace("-", "")
    assert numbers.read(whole, "trees") == Number(4_711, 12)
    for place in range(12):
        for sign in "0123456789ABCDEFGHJKMNPQRSTVWXYZ":
            if sign != whole[place]:
                with pytest.raises(NumberError):
                    numbers.read(whole[:place] + sign + whole[place + 1 :], "trees")
    for place in range(9):
        if whole[place] != whole[place + 1]:
            swapped = whole[:place] + whole[place + 1] + whole[place] + whole[place + 2 :]
            with pytest.raises(NumberError, match="check"):
                numbers.read(swapped, "trees")


@pytest.mark.slow
def test_the_command_prints_sheets_without_a_database(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "sheets.pdf"
    words = [
        "sheets",
        "--pack",
        str(SEED),
        "--language",
        "ru",
        "--sheets",
        "3",
        "--rows",
        "12",
        "--paper",
        "A4",
    ]
    assert main([*words, "--site", SITE, "--out", str(out)]) == 0
    assert "3 sheets" in capsys.readouterr().out
    found = [numbers.read(codes(page)["DataMatrix"], "january-2022") for page in pictures(out.read_bytes())]
    assert [(one.sheet, one.known, one.language, one.rows) for one in found] == [
        (n, False, 1, 12) for n in (1, 2, 3)
    ]
    wide = [
        "sheets",
        "--pack",
        str(SEED),
        "--language",
        "ru",
        "--language",
        "kk",
        "--landscape",
        "--out",
        str(out),
    ]
    assert main([*wide, "--rows", "8", "--site", SITE]) == 0
    assert "these sheets have its summary and its address" in capsys.readouterr().out
    assert main([*wide, "--rows", "20", "--site", SITE]) == 2
    assert "leaves room for 18 rows" in capsys.readouterr().err
    assert main(["sheets", "--pack", str(SEED), "--language", "de", "--out", str(out)]) == 2
    assert "not in de" in capsys.readouterr().err


@pytest.mark.slow
def test_a_visitor_prints_five_sheets_that_the_desk_knows_without_knowing_who(table: Table) -> None:
    browser = table.petition.browser()
    page = browser.get("/en/trees/print").text
    assert "Get five sheets (PDF)" in page and 'name="form_token" value="A' in page
    token = table.petition.token("sheets/trees")
    answer = browser.post(
        "/en/trees/petition/sheets", data={"first": "fr", "paper": "us-letter", "form_token": token}
    )
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    (number, *others) = [numbers.read(codes(one)["DataMatrix"], "trees") for one in pictures(answer.data)]
    assert number.known and len(others) == 4
    seat = table.seat("Clerk")
    page = seat.get(f"/paper/sheets/{numbers.written('trees', number)}")
    assert "Printed by a visitor" in page
    assert "Visitors printed 5 sheets themselves" in seat.get("/paper")
    for wrong in ({"first": "de"}, {"paper": "a5"}, {"first": "en", "second": "en"}):
        assert browser.post("/en/trees/petition/sheets", data=wrong).status_code == 400


def test_sheets_without_a_token_or_beyond_the_budget_have_no_number_and_write_nothing(table: Table) -> None:
    petition = table.petition
    before = petition.number("SELECT count(*) FROM sheet_batch")
    service(Budgets, petition.app).enabled = True

    def printed(token: str) -> int:
        form = {"first": "en", "form_token": token}
        answer = petition.browser().post("/en/trees/petition/sheets", data=form)
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        return petition.number("SELECT count(*) FROM sheet_batch") - before

    good = petition.token("sheets/trees")
    assert [printed(token) for token in ("", "x", petition.token("sign/trees"), good[:-1])] == [0] * 4
    network = prefix("127.0.0.1")
    service(Budgets, petition.app).add(SHEETS, network, amount=SHEETS.most - 1)
    assert [printed(good), printed(good)] == [1, 1]
    service(Budgets, petition.app).enabled = False


def publish_long(table: Table, paragraphs: int) -> None:
    """An edition whose petition has so many paragraphs more."""
    with table.desk.app.app_context():
        files = store.files_of(db.session, "trees", store.newest(db.session)["trees"])
        more = "\n\nAn unusually long petition is asked about here, and it says more and more." * paragraphs
        longer = {**files, "petition.en.md": files["petition.en.md"] + more + "\n"}
        assert store.publish(db.session, "trees", longer, store.Authorship("files"))
    service(EditionCache, table.desk.app)._refresher._next = float("-inf")


def test_the_desk_says_how_many_rows_fit_and_when_sheets_have_a_summary(table: Table) -> None:
    seat = table.seat("Clerk")
    form = {
        "csrf": seat.token("/paper"),
        "holder": "Lyon group",
        "sheets": "1",
        "language": "en",
        "paper": "a4",
    }
    publish_long(table, 28)
    answer = seat.post("/paper/print", {**form, "rows": "20"})
    assert answer.status_code == 422
    most = re.search(r"The most rows that fit with the petition’s text: (\d+)\.", answer.text)
    assert most and 8 <= int(most[1]) < 20
    answer = seat.post("/paper/print", {**form, "rows": most[1]}, follow_redirects=True)
    assert "these sheets have its summary" not in answer.text
    publish_long(table, 80)
    answer = seat.post("/paper/print", {**form, "rows": "20"}, follow_redirects=True)
    assert "these sheets have its summary and its address" in answer.text
    made = seat.client.get(f"{answer.request.path}.pdf").data
    assert "The whole text:" in words_of(made) and len(pictures(made)) == 1


def test_a_batch_is_printed_and_asked_about_until_it_is_back_or_given_up(table: Table) -> None:
    seat = table.seat("Clerk")
    form = {"csrf": seat.token("/paper"), "sheets": "2", "language": "en", "rows": "12", "paper": "a4"}
    bad = {
        "": {"holder": ""}, "1 to 500": {"sheets": "501"}, "within a year": {"due": "2031-01-01"},
        "not a date": {"due": "soon"}, "two different ones": {"second": "en"}, "doesn’t fit": {"rows": "99"},
    }  # fmt: skip
    for said, change in bad.items():
        answer = seat.post("/paper/print", {**form, "holder": "Marseille group", **change})
        assert answer.status_code == 422 and said in answer.text, said
    answer = seat.post("/paper/print", {**form, "holder": "Marseille group", "due": "2026-12-01",
                                        "return_to": "Example House\nLyon"}, follow_redirects=True)  # fmt: skip
    assert "Marseille group" in answer.text and "The batch has been recorded" in answer.text
    number = answer.request.path.rpartition("/")[2]
    made = seat.client.get(f"/en/desk/trees/paper/batches/{number}.pdf").data
    again = seat.client.get(f"/en/desk/trees/paper/batches/{number}.pdf").data
    assert made == again and len(pictures(made)) == 2
    # Printed again, it says what its edition said, and not what came after.
    with table.desk.app.app_context():
        files = store.files_of(db.session, "trees", store.newest(db.session)["trees"])
        later = {
            **files,
            "petition.en.md": files["petition.en.md"].replace("title: Petition", "title: Another"),
        }
        assert store.publish(db.session, "trees", later, store.Authorship("files"))
    service(EditionCache, table.desk.app)._refresher._next = float("-inf")
    assert seat.client.get(f"/en/desk/trees/paper/batches/{number}.pdf").data == made
    assert "should be back" not in seat.get("/paper")
    table.desk.clock.pass_(days=8)
    table.seats.clear()
    seat = table.seat("Clerk")
    assert "2 sheets should be back" in seat.get("/paper")
    assert "2 sheets should be back." in table.desk.sits("Ana").get("/")
    seat.post(f"/paper/batches/{number}/give-up", {"csrf": seat.token("/paper")})
    assert "sheets should be back" not in seat.get("/paper")
