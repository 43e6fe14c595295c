"""One letter, every format: the same words, in the same order, with the same notes."""

from __future__ import annotations

import html as html_entities
import io
import re
import zipfile
from collections import Counter
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from campaign.letters.compose import compose
from campaign.letters.formats import docx, email, html, odt, pdf, text
from campaign.letters.letter import Letter, NumberedList, plain
from campaign.pack.model import Pack
from tests.tools import KAZAKH, LANGUAGES, as_pdf_by_office, choices, pdf_text


def squeezed(words: str) -> str:
    """The words without any space, note marks as plain numbers, ligatures apart."""
    return re.sub(r"\s|\u200b", "", re.sub(r"\[(\d+)\]", r"\1", words)).replace("ﬁ", "fi").replace("ﬂ", "fl")


def body_of(letter: Letter) -> str:
    """From the salutation to the last note: what an e-mail says."""
    parts = [letter.salutation]
    for block in letter.body:
        if isinstance(block, NumberedList):
            parts += [f"{n}. {plain(item)}" for n, item in enumerate(block.items, 1)]
        else:
            parts.append(plain(block.runs))
    notes = [f"{n} {note.text}" for n, note in enumerate(letter.notes, 1)]
    return squeezed("".join((*parts, letter.closing, letter.signature, *notes)))


def whole(letter: Letter) -> str:
    heads = ["".join(letter.sender), "".join(letter.addressee)]
    if letter.layout == "right":
        heads.reverse()
    start = squeezed("".join((*heads, letter.date, letter.subject)))
    return start + body_of(letter) + squeezed(letter.imprint)


def of_html(page: str) -> str:
    """A page's text; the numbers that a browser sets before the items of a list are in it."""
    page = re.sub(r"<(style|title)>.*?</\1>", "", page, flags=re.S)
    lists = re.split(r"(<ol[ >].*?</ol>)", page, flags=re.S)
    for index, part in enumerate(lists):
        if part.startswith("<ol"):
            numbers = iter(range(1, 99))
            dot = "" if "sheet-notes" in "".join(lists[:index]) or "<small>" in part else "."
            lists[index] = re.sub("<li>", lambda _m, n=numbers, d=dot: f"{next(n)}{d} ", part)
    return squeezed(html_entities.unescape(re.sub(r"<[^>]+>", "", "".join(lists))))


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_format_says_the_same(language: str, pack: Pack, tmp_path: Path) -> None:
    letter = compose(pack, choices(pack, language=language, own_words="I teach law in Lyon.\nSo I write."))
    expected = whole(letter)
    assert len(letter.notes) >= 4
    assert squeezed(pdf_text(pdf.render(letter), "-raw")) == expected
    assert squeezed(text.render(letter).replace("-" * 20, "")) == expected
    assert of_html(html.render(letter)) == expected
    office = as_pdf_by_office(tmp_path, {"a.docx": docx.render(letter), "b.odt": odt.render(letter)})
    for name, document in office.items():
        assert without_stand_ins(squeezed(pdf_text(document, "-raw"))) == without_stand_ins(expected), name


def without_stand_ins(words: str) -> tuple[str, Counter[str]]:
    """The words without the letters of Kazakh's own, and how often each of these is there.

    Where LibreOffice's stand-in for Times New Roman lacks them, it draws them last of all.
    """
    own = set(KAZAKH + KAZAKH.upper())
    return "".join(sign for sign in words if sign not in own), Counter(sign for sign in words if sign in own)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_e_mail_says_it_three_times(language: str, pack: Pack) -> None:
    letter = compose(pack, choices(pack, addressee="president", language=language))
    message = message_from_bytes(email.eml(letter), policy=default)
    plain_part, rich = message.get_body(("plain",)), message.get_body(("html",))
    assert plain_part is not None and rich is not None
    assert squeezed(plain_part.get_content().replace("-" * 20, "")) == body_of(letter)
    assert of_html(rich.get_content()) == body_of(letter)
    (attached,) = message.iter_attachments()
    assert squeezed(pdf_text(attached.get_content(), "-raw")) == whole(letter)


@pytest.mark.parametrize(
    ("language", "tag"), [("en", "en-GB"), ("ru", "ru-RU"), ("kk", "kk-KZ"), ("fr", "fr-FR")]
)
def test_office_documents_have_styles_footnotes_a_header_and_their_language(
    language: str, tag: str, pack: Pack
) -> None:
    letter = compose(pack, choices(pack, language=language))
    with zipfile.ZipFile(io.BytesIO(docx.render(letter))) as word:
        styles, notes, document = (
            word.read(f"word/{name}.xml").decode() for name in ("styles", "footnotes", "document")
        )
        headers = [name for name in word.namelist() if name.startswith("word/header")]
        core = word.read("docProps/core.xml").decode()
    assert f'w:lang w:val="{tag}"' in styles
    assert notes.count("<w:footnote ") == len(letter.notes) + 2
    assert len(re.findall("<w:footnoteReference ", document)) == len(letter.notes)
    for style in ("Heading1", "Salutation", "BodyText", "ListNumber", "Closing", "Signature"):
        assert f'w:pStyle w:val="{style}"' in document, style
    assert any(letter.subject in word_text for word_text in _parts(docx.render(letter), headers))
    assert "python-docx" not in core and "<dc:creator></dc:creator>" in core.replace(
        "<dc:creator/>", "<dc:creator></dc:creator>"
    )
    with zipfile.ZipFile(io.BytesIO(odt.render(letter))) as office:
        assert office.namelist()[0] == "mimetype"
        content, styles = office.read("content.xml").decode(), office.read("styles.xml").decode()
    assert f'fo:language="{language}" fo:country="{tag[3:]}"' in styles
    assert content.count("<text:note ") == len(letter.notes)
    assert "<text:h " in content and "<text:list " in content


def _parts(document: bytes, names: list[str]) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return [html_entities.unescape(re.sub("<[^>]+>", "", archive.read(name).decode())) for name in names]
