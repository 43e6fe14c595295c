"""A letter in a language with digits of its own has them in every format: in lists, notes and numbers of rows."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from campaign.languages.data import language
from campaign.letters.compose import compose
from campaign.letters.editing import edit_text, with_edited_text
from campaign.letters.formats import docx, html, odt, pdf, text
from campaign.letters.letter import Choices, Letter, NumberedList, Sender
from campaign.pack.files import parse, read_folder
from tests.tools import DAY, ROOT, as_pdf_by_office, pdf_text

#: Each pack of tests/packs with each of its languages that has digits of its own.
WRITTEN = [
    pytest.param((path.parent, code), id=f"{path.parent.name}-{code}")
    for path in sorted((ROOT / "tests/packs").glob("*/campaign.yaml"))
    for code in parse(read_folder(path.parent)).languages
    if language(code).text("digits")
]


@pytest.fixture(params=WRITTEN)
def letter(request: pytest.FixtureRequest) -> Letter:
    folder, code = request.param
    pack = parse(read_folder(folder))
    addressee = pack.open_addressees()[0].key
    demands = tuple(pack.demands)
    return compose(pack, Choices(addressee, code, demands, Sender("م. ن."), DAY, seed=1, edition=12))


def shown(page: str) -> str:
    """What a page shows, and how it numbers the items of its lists."""
    numbers = re.findall(r"list-style-type: ('[^']*'|own-\w+)", page)
    body = unescape(re.sub("<[^>]+>", " ", re.sub("<(style|title)>.*?</\\1>", "", page, flags=re.S)))
    return body + (" ".join(numbers) or "1.")


def test_no_format_mixes_the_digits(letter: Letter, tmp_path: Path) -> None:
    by_hand = replace(letter, names=12)
    list_alone = replace(
        letter, body=tuple(block for block in letter.body if isinstance(block, NumberedList)), notes=()
    )
    # Word counts notes itself, and shows the digits that its reader has chosen.
    office = {"a.odt": odt.render(letter), "b.odt": odt.render(by_hand), "c.docx": docx.render(list_alone)}
    texts = {
        "pdf": pdf_text(pdf.render(letter)),
        "text": text.render(letter),
        "sheet": shown(html.render(letter)),
        "e-mail": shown(html.message(letter)),
        "to edit": edit_text(letter),
        "to sign by hand": text.render(by_hand) + shown(html.render(by_hand)),
        **{name: pdf_text(document) for name, document in as_pdf_by_office(tmp_path, office).items()},
    }
    digits = language(letter.language).text("digits")
    assert letter.notes
    assert [(name, found) for name, words in texts.items() if (found := re.findall("[0-9]", words))] == []
    assert [name for name, words in texts.items() if digits[1] not in words or digits[2] not in words] == []


def test_the_text_to_edit_is_the_letter_again(letter: Letter) -> None:
    edited = with_edited_text(letter, edit_text(letter))
    assert edited.notes == letter.notes and edited.body[1:-1] == letter.body
