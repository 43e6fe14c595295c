"""Whole letters in Arabic and in Chinese: every format has their direction, their fonts and their paragraphs."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn

from campaign.letters.compose import compose
from campaign.letters.formats import docx, email, html, odt, pdf, printed, text
from campaign.letters.letter import Choices, Letter, Sender
from campaign.letters.postcard import postcard
from campaign.pack.files import parse
from campaign.pack.model import Pack
from campaign.paper import kits, sheets
from tests.directions import FILES
from tests.tools import DAY, as_pdf_by_office, needed, poppler, words_on_pages

LINES = ("28014 Madrid", "Plaza 1 (2º)")


@lru_cache(maxsize=1)
def trees() -> Pack:
    return parse(FILES)


def letter(language: str, **changes: object) -> Letter:
    return compose(trees(), chosen(language, **changes))


def chosen(language: str, **changes: object) -> Choices:
    sender = Sender(
        "ليلى حسن" if language == "ar" else "王小明",
        ("12 rue Mercière",),
        "Lyon",
        "FR",
        "l@example.org",
        "69002",
    )
    plain = Choices("mayor", language, tuple(trees().demands), sender, DAY, own_words="I saw it, محمد.")
    return replace(plain, **changes)  # type: ignore[arg-type]


def xml_of(document: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return archive.read(name).decode()


FORMATS: list[tuple[str, Callable[[Letter], str], str]] = [
    # format, what it writes, what says that it runs from the right
    ("docx", lambda made: xml_of(docx.render(made), "word/styles.xml"), '<w:name w:val="Normal"/><w:qFormat/><w:pPr><w:bidi/>'),
    ("odt", lambda made: xml_of(odt.render(made), "styles.xml"), 'style:writing-mode="rl-tb"\n    fo:text-align="right"/>\n  <style:text-properties style:font-name'),
    ("sheet", lambda made: str(html.sheet(made)), 'lang="ar" dir="rtl"'),
    ("page", html.render, '<html lang="ar" dir="rtl">'),
    ("e-mail", html.message, '<html lang="ar" dir="rtl">'),
]  # fmt: skip


@pytest.mark.parametrize(("name", "written", "says"), FORMATS, ids=[row[0] for row in FORMATS])
def test_a_letter_says_on_which_side_it_begins(
    name: str, written: Callable[[Letter], str], says: str
) -> None:
    squeezed = " ".join(says.split())
    assert squeezed in " ".join(written(letter("ar")).split())
    assert squeezed not in " ".join(written(letter("zh-Hans")).split())


@pytest.mark.parametrize(
    ("changes", "tables"), [({"beside": "both:en"}, 1), ({"piece": "open-letter"}, 1), ({}, 0)]
)
@pytest.mark.parametrize("language", ["ar", "zh-Hans"])
def test_tables_begin_where_lines_begin(changes: dict[str, str], tables: int, language: str) -> None:
    made = letter(language, **changes)
    from_right = language == "ar"
    body = xml_of(docx.render(made), "word/document.xml")
    assert body.count("<w:bidiVisual/>") == (tables if from_right else 0)
    content = xml_of(odt.render(made), "content.xml")
    assert content.count('table:style-name="Columns"') == tables
    assert ('style:writing-mode="rl-tb"' in content) is from_right


def test_a_column_in_another_language_has_its_own_direction() -> None:
    document = Document(io.BytesIO(docx.render(letter("ar", beside="both:en"))))
    cells = [cell.paragraphs[0] for row in document.tables[0].rows for cell in row.cells]
    directions = {
        paragraph.text: paragraph._p.pPr.find(qn("w:bidi")) is not None
        for paragraph in cells
        if paragraph.text
    }
    assert directions["The trees of the square"] and directions["Dear Mayor,"]
    assert not directions["أشجار الساحة"]


@pytest.mark.slow
def test_the_order_of_an_address_stays_in_every_document(tmp_path: Path) -> None:
    made = letter("ar")
    office = as_pdf_by_office(tmp_path, {"a.docx": docx.render(made), "b.odt": odt.render(made)})
    card = postcard(trees(), chosen("ar", own_words=""))
    documents = {
        "pdf": pdf.render(made),
        "window": pdf.render(letter("ar", window="din-5008-b")),
        "envelope": printed.envelopes([made], "dl"),
        "postcard": printed.postcards([card]),
        **office,
    }
    for name, document in documents.items():
        words = words_on_pages(document)[0]
        number = next(word for word in words if word.text == "28014")
        town = next(
            word for word in words if word.text == "Madrid" and abs(word.box.top - number.box.top) < 2
        )
        assert number.box.right < town.box.left, name


@pytest.mark.parametrize("window", ["", "din-5008-b"])
def test_addresses_stand_on_the_side_of_the_language(window: str) -> None:
    for language, at_right in (("ar", True), ("zh-Hans", False)):
        (page, *_) = words_on_pages(pdf.render(letter(language, window=window)))
        town = next(word for word in page if word.text == "Madrid")
        # A window is a hole in an envelope: it stays where it is.
        assert (town.box.right > 180) is (at_right and not window), language


def test_plain_text_isolates_the_lines_that_would_turn_round_and_no_other() -> None:
    lines = text.render(letter("ar")).split("\n")
    for line in LINES:
        assert f"\u2068{line}\u2069" in lines
    assert "l@example.org" in lines and "Town Hall" in lines
    assert "\u2068" not in text.render(letter("zh-Hans"))


def test_a_note_keeps_the_number_beside_a_name_in_latin_letters_in_its_place() -> None:
    assert [note.text for note in letter("ar").notes][-1].startswith(
        "\u2068IUT\u2069: \u2068Trees of the World: Report 2019 (2nd ed.)\u2069، 11"
    )
    assert [note.text for note in letter("zh-Hans").notes][-1].startswith("IUT：")


def test_no_format_to_edit_has_a_character_that_may_not_be_typed() -> None:
    from campaign.letters.editing import edit_text
    from campaign.text_input import forbidden

    assert forbidden(edit_text(letter("ar"))) == ""


PIECES: list[tuple[str, Callable[[], bytes]]] = [
    ("letter", lambda: pdf.render(letter("zh-Hans"))),
    ("two columns", lambda: pdf.render(letter("zh-Hans", beside="both:ar"))),
    ("postcard", lambda: printed.postcards([postcard(trees(), chosen("zh-Hans"))])),
    ("sheet", lambda: sheet_in("zh-Hans")),
    *((kind, lambda kind=kind: kits.printed(trees(), KIT, kind)) for kind in kits.KINDS),  # type: ignore[misc]
]
KIT = kits.Kit("zh-Hans", "https://example.org/zh-Hans/trees/petition", b"", 1, DAY)


def sheet_in(language: str) -> bytes:
    layout = sheets.Layout((language,))
    return sheets.pdf(trees(), layout, sheets.Print(sheets.unknown(layout, 1, trees())))


@pytest.mark.parametrize(("name", "made"), PIECES, ids=[name for name, _ in PIECES])
def test_chinese_is_set_in_one_font_and_its_punctuation_too(name: str, made: Callable[[], bytes]) -> None:
    needed("pdffonts", "poppler-utils")
    embedded = set(re.findall(r"^[A-Z]{6}\+(\S+)", poppler("pdffonts", made()), re.M))
    assert any(font.startswith("NotoSansSC") for font in embedded)
    assert {font.partition("-")[0] for font in embedded} <= {"NotoSansSC", "Amiri"}, name


def test_a_chinese_paragraph_is_indented_in_every_format() -> None:
    made = letter("zh-Hans")
    assert "\n　　我写信给您" in text.render(made)
    assert "sheet-indent" in html.sheet(made) and "text-indent: 2em" in html.render(made)
    styles = xml_of(docx.render(made), "word/styles.xml")
    assert re.search(r'w:styleId="BodyText">.*?w:firstLine="\d+', styles)
    assert re.search(
        r'"Text_20_indented".{0,200}fo:text-indent="\d+', xml_of(odt.render(made), "styles.xml"), re.S
    )
    (page, *_) = words_on_pages(pdf.render(made))
    salutation = next(word for word in page if word.text.startswith("尊敬"))
    opening = next(word for word in page if word.text.startswith("我写信"))
    assert opening.box.left - salutation.box.left > 6


@pytest.mark.parametrize("language", ["ar", "zh-Hans"])
def test_an_e_mail_is_written_whole(language: str) -> None:
    assert b"Subject: =?utf-8?" in email.eml(letter(language))
