"""Formats: the same letter, the same words, whatever people type."""

from __future__ import annotations

import html as html_entities
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from urllib.parse import unquote

import pikepdf
import pytest

from campaign.letters.compose import compose
from campaign.letters.formats import docx, email, html, odt, pdf, text
from campaign.letters.letter import Letter, NumberedList, Sender
from campaign.pack.model import Pack
from tests.tools import KAZAKH, LANGUAGES, choices, pdf_text, poppler, words_of

HOSTILE = (Path(__file__).parents[1] / "hostile.txt").read_text(encoding="utf-8").splitlines()


def without_tags(page: str) -> str:
    return html_entities.unescape(re.sub(r"<[^>]+>", "", page))


def eml_body(letter: Letter) -> str:
    message = message_from_bytes(email.eml(letter), policy=default)
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def xml_text(document: bytes, name: str) -> str:
    """The text of one XML file of an office document."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return without_tags(re.sub("<(?:w:br|text:line-break)/>", "\n", archive.read(name).decode()))


@pytest.mark.slow
@pytest.mark.security(42)
@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_own_words_come_out_as_the_same_signs_in_every_format(words: str, pack: Pack) -> None:
    letter = compose(pack, choices(pack, own_words=words))
    assert words in without_tags(str(html.sheet(letter)))
    assert words in words_of(text.render(letter)).replace("\n", " ") or words in text.render(letter)
    assert words in words_of(eml_body(letter)) or words in eml_body(letter)
    for document, name in ((docx.render(letter), "word/document.xml"), (odt.render(letter), "content.xml")):
        assert words in xml_text(document, name)
    # A PDF has glyphs in the order of reading; a reader's spaces are its own.
    if not re.search(r"[\u0590-\u05ff]", words):
        squeezed = re.sub(r"\s", "", pdf_text(pdf.render(letter), "-raw"))
        assert re.sub(r"\s", "", words).replace("ﬁ", "fi").replace("ﬂ", "fl") in squeezed.replace(
            "ﬁ", "fi"
        ).replace("ﬂ", "fl")


@pytest.mark.parametrize("words", [w for w in HOSTILE if "<" in w])
def test_no_tag_that_was_typed_is_a_tag_on_the_sheet(words: str, pack: Pack) -> None:
    page = str(html.sheet(compose(pack, choices(pack, own_words=words, sender=Sender(words)))))
    assert not re.search(r"<(script|img|b|label|reference)\b", page)


@pytest.mark.parametrize(
    ("name", "font"),
    [
        ("محمد عبد الله", "Amiri"),
        ("გიორგი ბერიძე", "Georgian"),
        ("王小明", "NotoSansSC"),
        ("김민준", "NotoSansKR"),
        ("प्रिया शर्मा", "Devanagari"),
        ("Արամ Պետրոսյան", "Armenian"),
        ("דוד כהן", "Hebrew"),
        ("Nguyễn Thị Hằng", "Serif"),
        ("ஆனந்த்", "Tamil"),
        ("😀✊🏽", "Emoji"),
    ],
)
def test_a_name_in_any_script_has_its_glyphs(name: str, font: str, pack: Pack) -> None:
    document = pdf.render(compose(pack, choices(pack, sender=Sender(name))))
    fonts = poppler("pdffonts", document)
    assert font in fonts


def test_a_sign_that_no_font_has_is_named_before_anything_is_printed(pack: Pack) -> None:
    with pytest.raises(pdf.MissingGlyphError) as raised:
        pdf.render(compose(pack, choices(pack, sender=Sender("A \U00013000"))))
    assert raised.value.signs == ("\U00013000",)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pdf_is_tagged_titled_in_its_language_and_archivable_with_all_fonts_embedded(
    language: str, pack: Pack
) -> None:
    letter = compose(pack, choices(pack, language=language))
    document = pdf.render(letter)
    fonts = poppler("pdffonts", document)
    for line in fonts.splitlines()[2:]:
        assert re.search(r"yes yes (yes|no) ", line), line
    with pikepdf.open(io.BytesIO(document)) as opened:
        assert opened.Root.MarkInfo.Marked
        assert str(opened.Root.Lang) == language
        assert opened.Root.ViewerPreferences.DisplayDocTitle
        with opened.open_metadata() as meta:
            assert (meta["pdfaid:part"], meta["pdfaid:conformance"].upper()) == ("2", "A")
            assert meta["pdfuaid:part"] == "1"
            assert letter.subject in str(meta["dc:title"])


@pytest.mark.security(45)
def test_a_pdf_says_nothing_of_author_machine_or_time_of_day(pack: Pack) -> None:
    with pikepdf.open(io.BytesIO(pdf.render(compose(pack, choices(pack))))) as opened:
        info = {str(key): str(value) for key, value in (opened.docinfo or {}).items()}
        assert "/Author" not in info
        assert all(
            value.endswith("000000Z") or "000000+00" in value for key, value in info.items() if "Date" in key
        )
        assert "/Names" not in opened.Root or "/JavaScript" not in opened.Root.Names
        uris = [a for page in opened.pages for a in page.get("/Annots", []) if "/URI" in a.get("/A", {})]
        assert uris == []


@pytest.mark.parametrize("render", [docx.render, odt.render])
def test_an_office_file_tells_no_time_of_day(render: Callable[[Letter], bytes], pack: Pack) -> None:
    with zipfile.ZipFile(io.BytesIO(render(compose(pack, choices(pack))))) as archive:
        assert {entry.date_time[3:] for entry in archive.infolist()} == {(0, 0, 0)}


def test_the_kazakh_letter_reads_right(pack: Pack) -> None:
    read = pdf_text(pdf.render(compose(pack, choices(pack, language="kk", own_words="Ң Ұ Һ Ө һ"))))
    assert set(KAZAKH) <= set(read.lower())
    assert "Қаңтар оқиғасына байланысты" in words_of(read)
    assert "\ufffd" not in read


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_letter_is_in_its_pdf(language: str, pack: Pack) -> None:
    letter = compose(pack, choices(pack, language=language))
    squeezed = re.sub(r"\s", "", pdf_text(pdf.render(letter), "-raw"))
    for line in (
        *letter.sender,
        *letter.addressee,
        letter.date,
        letter.subject,
        letter.salutation,
        letter.closing,
        *(note.text for note in letter.notes),
    ):
        assert re.sub(r"\s", "", line) in squeezed, line


def test_plain_text_keeps_to_72_columns(pack: Pack) -> None:
    for language in LANGUAGES:
        body = text.render(compose(pack, choices(pack, language=language, own_words="word " * 100)))
        lines = body.splitlines()
        assert all(
            len(line) <= 72 or "/" in line.split(" ")[-1] for line in lines
        )  # web addresses stay whole


def test_a_word_longer_than_a_line_stays_whole(pack: Pack) -> None:
    word = "x" * 100
    assert word in text.render(compose(pack, choices(pack, own_words=word)))


def test_an_e_mail_file_waits_unsent_and_holds_the_letter(pack: Pack) -> None:
    letter = compose(pack, choices(pack, addressee="president", language="ru"))
    message = message_from_bytes(email.eml(letter), policy=default)
    assert message["X-Unsent"] == "1"
    assert message["To"] == "aprk@akorda.kz"
    assert message["Subject"] == letter.subject
    assert message["From"] is None
    plain, rich = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None and "Claire Martin" in plain.get_content()
    assert rich is not None and "Claire Martin" in rich.get_content()
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == "letter-president-ru.pdf"
    assert "Claire Martin" in pdf_text(attached.get_content())


@pytest.mark.security(44)
@pytest.mark.parametrize("subject", ["A\r\nBcc: x@example.org", "A\nBcc: x@example.org", "A\u2028Bcc: x"])
def test_no_line_end_gets_into_a_header(subject: str, pack: Pack) -> None:
    letter = replace(compose(pack, choices(pack)), subject=subject)
    try:
        message = message_from_bytes(email.eml(letter), policy=default)
    except ValueError:
        return
    assert message["Bcc"] is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_too_long_for_a_link_leaves_at_least_one_demand_in_it(language: str, pack: Pack) -> None:
    for addressee in pack.open_addressees():
        letter = compose(pack, choices(pack, addressee=addressee.key, language=language))
        if not letter.email:
            continue
        address, body = email.best_mailto(letter)
        assert body is email.Body.SHORT, addressee.key
        assert len(address.encode()) <= email.MAILTO_BYTES
        text = unquote(address.partition("&body=")[2])
        assert letter.salutation in text and letter.signature in text and "\r\n1. " in text, addressee.key
        assert "[1]" not in text


def test_a_short_letter_is_whole_in_its_link_and_an_endless_one_leaves_the_subject(pack: Pack) -> None:
    letter = compose(pack, choices(pack, addressee="president", language="ru"))
    address, body = email.best_mailto(replace(letter, body=(), notes=()))
    assert body is email.Body.WHOLE
    assert "body=" in address
    long = replace(letter, body=(NumberedList((("ы" * 2_000,),)),))
    assert email.best_mailto(long) == (email.mailto(long, with_body=False), email.Body.SUBJECT)
    assert " " not in address and "\n" not in address


@pytest.mark.parametrize("layout", ["left", "addressee-right", "right"])
def test_each_layout_keeps_the_address_in_one_column(layout: str, pack: Pack) -> None:
    letter = replace(compose(pack, choices(pack)), layout=layout)
    boxes = pdf_text(pdf.render(letter), "-bbox")
    country = re.search(r'xMin="([\d.]+)"[^>]*>KAZAKHSTAN<', boxes)
    office = re.search(r'xMin="([\d.]+)"[^>]*>Prosecutor<', boxes)
    assert country and office
    assert abs(float(country[1]) - float(office[1])) < 1
