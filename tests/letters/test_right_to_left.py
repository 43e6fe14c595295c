"""A letter with paragraphs from right to left: each format states their direction and language."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from docx import Document
from docx.oxml.ns import qn

from campaign.letters.compose import compose
from campaign.letters.formats import docx, email, html, odt, pdf, printed
from campaign.letters.letter import Letter, Sender
from campaign.letters.postcard import postcard
from campaign.pack.model import Pack
from tests.tools import as_pdf_by_office, choices, pdf_text

ARABIC = "أكتب إليكم لأن Claire Martin قالت لي إن أخي لم يعد من الساحة في 6 يناير 2022."
HEBREW = "אני כותב אליכם כי אחי לא חזר מהכיכר."
PERSIAN = "من می‌نویسم چون پدرم برنگشت."
LATIN = "I write because محمد did not come back."

PARAGRAPHS = [
    # words, from right to left, language of what runs so
    (ARABIC, True, "ar-EG"),
    (HEBREW, True, "he-IL"),
    (PERSIAN, True, "fa-IR"),
    (LATIN, False, "ar-EG"),
]


def letter_with(pack: Pack, words: str, language: str = "en", **changes: object) -> Letter:
    return compose(pack, choices(pack, language=language, own_words=words, **changes))


@pytest.mark.parametrize(("words", "from_right", "language"), PARAGRAPHS)
@pytest.mark.parametrize("letter_language", ["en", "ru"])
def test_a_word_file_states_direction_and_language(
    words: str, from_right: bool, language: str, letter_language: str, pack: Pack
) -> None:
    document = Document(io.BytesIO(docx.render(letter_with(pack, words, letter_language))))
    (paragraph,) = (one for one in document.paragraphs if one.text == words)
    assert (paragraph._p.pPr.find(qn("w:bidi")) is not None) is from_right
    for run in paragraph.runs:
        properties = run._r.rPr
        is_right = properties is not None and properties.find(qn("w:rtl")) is not None
        assert is_right is not bool(re.search("[A-Za-z]", run.text)), run.text
        if is_right:
            assert properties.find(qn("w:lang")).get(qn("w:bidi")) == language
    others = [one for one in document.paragraphs if one.text != words]
    assert not any(
        one._p.findall(f".//{qn('w:rtl')}") + one._p.findall(f".//{qn('w:bidi')}") for one in others
    )


@pytest.mark.parametrize(("words", "from_right", "language"), PARAGRAPHS)
def test_an_open_document_states_direction_and_language(
    words: str, from_right: bool, language: str, pack: Pack
) -> None:
    content, styles = odt_files(letter_with(pack, words))
    (paragraph,) = (
        one for one in re.findall(r"<text:p [^>]*>.*?</text:p>", content, re.S) if plain_of(one) == words
    )
    name = re.match(r'<text:p text:style-name="([^"]+)"', paragraph)
    assert name
    style = re.search(rf'<style:style style:name="{name[1]}".*?</style:style>', styles, re.S)
    assert style and ('style:writing-mode="rl-tb"' in style[0]) is from_right
    for span, text in re.findall(r'<text:span text:style-name="([^"]+)">(.*?)</text:span>', paragraph, re.S):
        span_style = re.search(rf'<style:style style:name="{span}".*?</style:style>', content + styles, re.S)
        code, country = language.split("-")
        assert span_style, span
        assert f'style:language-complex="{code}" style:country-complex="{country}"' in span_style[0]
        assert not re.search("[A-Za-z]", text)
    assert "<text:span" in paragraph


def odt_files(letter: Letter) -> tuple[str, str]:
    with zipfile.ZipFile(io.BytesIO(odt.render(letter))) as archive:
        return archive.read("content.xml").decode(), archive.read("styles.xml").decode()


def plain_of(xml: str) -> str:
    return re.sub(r"<[^>]+>", "", xml)


@pytest.mark.parametrize(("words", "from_right", "language"), PARAGRAPHS)
def test_a_pdf_sets_the_paragraph_from_its_own_side(
    words: str, from_right: bool, language: str, pack: Pack
) -> None:
    lines = words_by_line(pdf.render(letter_with(pack, words)), words)
    assert lines
    first, last = lines[0], lines[-1]
    assert abs(RIGHT_EDGE - first[1] if from_right else first[0] - LEFT_EDGE) < 2
    assert (last[0] - LEFT_EDGE if from_right else RIGHT_EDGE - last[1]) > 10


def words_by_line(document: bytes, words: str, until: float = 9999) -> list[tuple[float, float]]:
    """Left and right end of each line of a paragraph, by the boxes of its words, in points.

    Only what is left of `until` is looked at.

    pdftotext gives the letters of a word as they appear on the page, so they are compared sorted.
    """
    wanted = {letters_of(word) for word in re.findall(r"[^\W\d_]{4,}", words.replace("Claire Martin", ""))}
    lines: dict[int, tuple[float, float]] = {}
    boxes = [box for box in boxes_of(document) if box[2] < until]
    for left, row, right, text in boxes:
        if letters_of(text) in wanted:
            lines.setdefault(round(row), (left, right))
    for left, row, right, _text in boxes:
        for line, (start, end) in lines.items():
            if abs(line - row) < 5:
                lines[line] = (min(start, left), max(end, right))
    return [lines[row] for row in sorted(lines)]


@pytest.mark.slow
def test_a_latin_name_keeps_its_order_between_arabic_words_in_every_file(pack: Pack, tmp_path: Path) -> None:
    letter = letter_with(pack, ARABIC, sender=Sender("Ana"))
    office = as_pdf_by_office(tmp_path, {"a.docx": docx.render(letter), "b.odt": odt.render(letter)})
    for document in (pdf.render(letter), *office.values()):
        boxes = boxes_of(document)
        (first,) = (box for box in boxes if box[3] == "Claire")
        (last,) = (box for box in boxes if box[3] == "Martin")
        (start,) = (box for box in boxes if letters_of(box[3]) == letters_of("أكتب"))
        assert first[0] < last[0] < start[0], "the name is turned round, or on the wrong side"
        assert abs(start[2] - RIGHT_EDGE) < 2


@pytest.mark.parametrize(("words", "from_right", "language"), PARAGRAPHS)
def test_a_postcard_sets_the_paragraph_from_its_own_side(
    words: str, from_right: bool, language: str, pack: Pack
) -> None:
    card = postcard(pack, choices(pack, own_words=words[:40]))
    document = printed.postcards([card])
    quarter = 297 / 2 * 72 / 25.4
    (line, *_) = words_by_line(document, words[:40], quarter * 0.56)
    left, right = 7 * 72 / 25.4, quarter * 0.56 - 4 * 72 / 25.4
    assert (line[0] - left > 10 and right - line[1] < 10) if from_right else line[0] - left < 2


def letters_of(word: str) -> str:
    return "".join(sorted(re.sub(r"\W", "", word)))


def boxes_of(document: bytes) -> list[tuple[float, float, float, str]]:
    """Left, bottom and right end of each word, in points."""
    pattern = r'<word xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>'
    found = re.findall(pattern, pdf_text(document, "-bbox"))
    return [(float(left), float(bottom), float(right), text) for left, right, bottom, text in found]


#: The margins of a letter on A4, in points.
LEFT_EDGE, RIGHT_EDGE = 25 * 72 / 25.4, (210 - 22) * 72 / 25.4


@pytest.mark.parametrize(("words", "from_right", "language"), PARAGRAPHS)
def test_a_pdf_names_the_language_of_the_paragraph(
    words: str, from_right: bool, language: str, pack: Pack
) -> None:
    with pikepdf.open(io.BytesIO(pdf.render(letter_with(pack, words)))) as opened:
        languages = {
            str(one.get("/Lang"))
            for one in opened.objects
            if isinstance(one, pikepdf.Dictionary) and "/Lang" in one
        }
    assert ("en" in languages) and any(one.startswith(language[:2]) for one in languages) is from_right


@pytest.mark.parametrize(("words", "from_right", "language"), PARAGRAPHS)
def test_the_sheet_and_the_e_mail_take_the_direction_of_each_paragraph(
    words: str, from_right: bool, language: str, pack: Pack
) -> None:
    letter = letter_with(pack, words)
    typed = replace(
        letter, body=compose(pack, choices(pack, edited=f"Hello\n\n{words}\n\n1. {words}\n2. {words}")).body
    )
    for each in (letter, typed):
        for page in (str(html.sheet(each)), html.message(each)):
            tags = re.findall(rf"<(?:p|ol)([^>]*)>(?:<li>)?{re.escape(words)}<", page)
            assert tags and all('dir="auto"' in tag for tag in tags)
    assert email.eml(typed)


def test_a_name_from_right_to_left_stays_where_the_names_are(pack: Pack) -> None:
    sender = Sender("محمد عبد الله", ("شارع الحرية 12",), "Lyon", "FR")
    letter = compose(pack, choices(pack, sender=sender))
    document = Document(io.BytesIO(docx.render(letter)))
    for paragraph in document.paragraphs:
        assert paragraph._p.pPr is None or paragraph._p.pPr.find(qn("w:bidi")) is None
    last_words = [box for box in boxes_of(pdf.render(letter)) if letters_of(box[3]) == letters_of("الله")]
    assert [abs(box[0] - LEFT_EDGE) < 2 for box in last_words] == [True, True]


@pytest.mark.parametrize("words", [ARABIC, HEBREW])
def test_edited_text_and_lists_have_their_own_direction_too(words: str, pack: Pack) -> None:
    letter = compose(pack, choices(pack, edited=f"Dear all,\n\n{words}\n\n1. {words}\n2. {words}"))
    document = Document(io.BytesIO(docx.render(letter)))
    assert (
        sum(
            one._p.pPr.find(qn("w:bidi")) is not None for one in document.paragraphs if one._p.pPr is not None
        )
        == 3
    )
    content, _styles = odt_files(letter)
    assert content.count("_right") >= 3
    assert words.split(maxsplit=1)[0] in pdf_text(pdf.render(letter))


LEFTOVERS = (
    "Macintosh",
    "Microsoft Office",
    "Normal.dotm",
    "w:rsid",
    "thumbnail",
    "customXml",
    "python-docx",
    "APA",
)


def test_a_word_file_has_only_the_parts_that_a_letter_uses_and_says_nothing_of_a_program(pack: Pack) -> None:
    with zipfile.ZipFile(io.BytesIO(docx.render(letter_with(pack, ARABIC)))) as archive:
        assert set(archive.namelist()) == {
            "[Content_Types].xml", "_rels/.rels", "docProps/core.xml", "word/document.xml",
            "word/_rels/document.xml.rels", "word/styles.xml", "word/settings.xml", "word/numbering.xml",
            "word/theme/theme1.xml", "word/footnotes.xml", "word/header1.xml",
        }  # fmt: skip
        for name in archive.namelist():
            text = archive.read(name).decode()
            assert [word for word in LEFTOVERS if word in name + text] == [], name


def test_an_open_document_says_nothing_of_a_program(pack: Pack) -> None:
    with zipfile.ZipFile(io.BytesIO(odt.render(letter_with(pack, ARABIC)))) as archive:
        assert "generator" not in archive.read("meta.xml").decode()
        assert not [name for name in archive.namelist() if "humbnail" in name]
