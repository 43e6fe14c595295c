"""Where pages of a letter end: never after a line that leads on, never before the end alone, never empty."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest

from campaign.letters import byhand
from campaign.letters.compose import compose
from campaign.letters.editing import edit_text
from campaign.letters.formats import docx, html, odt, pdf
from campaign.letters.letter import Letter, NumberedList, Paragraph, plain
from campaign.pack.files import parse, read_folder
from campaign.pack.model import Pack
from tests.tools import (
    DAY,
    LANGUAGES,
    ROOT,
    Word,
    as_pdf_by_office,
    choices,
    pdf_text,
    rules_on,
    words_on_pages,
)

RIVER = ROOT / "tests" / "packs" / "river"

LINE = "This is line {} of what I have to say."


def own_words(lines: int) -> str:
    """So many lines of one paragraph, by which all that follows moves down the page."""
    return "\n".join(LINE.format(number) for number in range(lines))


def squeezed(text: str) -> str:
    """A text without spaces and marks, as it is compared with what stands on a page."""
    return re.sub(r"[\s\u2068\u2069\u200b]|\[\d+\]", "", text).replace("ﬁ", "fi").replace("ﬂ", "fl")


def lines_on(page: list[Word]) -> list[str]:
    """The lines of a page's text from its top, without notes, their marks and the foot, which are smaller."""
    heights = Counter(round(word.box.height, 2) for word in page)
    usual = max((height for height, count in heights.items() if count >= 3), default=0.0)
    lines: dict[int, list[Word]] = {}
    for word in page:
        if word.box.height > 0.92 * max(usual, 4.3):
            bottom = round((word.box.top + word.box.height) * 2)
            lines.setdefault(next((known for known in lines if abs(known - bottom) <= 3), bottom), []).append(
                word
            )
    return [
        "".join(word.text for word in sorted(line, key=lambda word: word.box.left))
        for _, line in sorted(lines.items())
    ]


def faults(letter: Letter, pages: list[list[Word]]) -> Iterator[str]:
    """What is wrong with the ends of a letter's pages, in its first language."""
    leading = [letter.subject, letter.salutation]
    for block, following in zip(letter.body, letter.body[1:], strict=False):
        if isinstance(block, Paragraph) and isinstance(following, NumberedList):
            leading.append(plain(block.runs))
    texts = [lines_on(page) for page in pages]
    for number, lines in enumerate(texts, 1):
        if not lines:
            yield f"page {number} is empty"
        elif number < len(texts) and any(
            squeezed("".join(lines)).endswith(squeezed(text)) for text in leading if text
        ):
            yield f"page {number} ends with a line that leads on: {lines[-1]}"
    if letter.signature and len(texts) > 1:
        above = text_above_the_end(letter, texts[-1])
        if len(above) < 2:
            yield f"the last page has {len(above)} lines of the text"


def text_above_the_end(letter: Letter, lines: list[str]) -> list[str]:
    """The lines of a page that are part of the text, and neither of the closing nor of the signature."""
    ends = squeezed(letter.closing + letter.signature)
    return [line for line in lines if squeezed(line) and squeezed(line)[:12] not in ends]


def checked(letters: list[Letter]) -> list[str]:
    """The faults of some letters, which are set together."""
    document = pdf.typeset_letters(letters)
    pages, found, place = words_on_pages(document), [], 0
    runs = [length for kind, length in pdf.page_runs(document) if kind != pdf.COPY]
    for letter, length in zip(letters, runs, strict=True):
        name = f"{letter.filename}{' beside ' + letter.beside.language if letter.beside else ''}"
        found += [
            f"{name}, {length} pages: {fault}" for fault in faults(letter, pages[place : place + length])
        ]
        place += length
    return found


#: What moves the end of the page through every letter: the number of lines, and other choices.
CHOICES: tuple[dict[str, Any], ...] = (
    {},
    {"later": True},
    {"window": "din-5008-a"},
    {"layout": "right"},
    {"paper": "us-letter"},
)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_a_letter_to_any_office_ends_badly(language: str, pack: Pack) -> None:
    letters = []
    for number, (addressee, half) in enumerate(product(pack.open_addressees(), (0, 1))):
        length = (19 + 5 * number) % 24 + 20 * half + 16
        changes = {**CHOICES[number % len(CHOICES)], "own_words": own_words(length)}
        letters.append(compose(pack, choices(pack, addressee=addressee.key, language=language, **changes)))
    found = [
        fault
        for start in range(0, len(letters), pdf.CHUNK)
        for fault in checked(letters[start : start + pdf.CHUNK])
    ]
    assert found == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "changes"),
    [
        ("en", {}),
        ("ru", {}),
        ("fr", {"beside": "both:ru", "addressee": "un-executions"}),
        ("kk", {"edited": True}),
    ],
    ids=["en", "ru", "both", "edited"],
)
def test_wherever_the_page_ends_the_text_keeps_together(
    language: str, changes: dict[str, Any], pack: Pack
) -> None:
    """Line by line, the end of the page comes before and after every part of the letter."""
    edited, letters = changes.pop("edited", False), []
    for length in range(8 if "beside" in changes else 36, 62, 2):
        given = choices(pack, language=language, own_words=own_words(length), **changes)
        letter = compose(pack, given)
        letters.append(compose(pack, replace(given, edited=edit_text(letter))) if edited else letter)
    found = [
        fault
        for start in range(0, len(letters), pdf.CHUNK)
        for fault in checked(letters[start : start + pdf.CHUNK])
    ]
    assert found == []


def test_the_search_for_bad_ends_can_find_them(pack: Pack) -> None:
    letter = compose(pack, choices(pack))
    (words,) = words_on_pages(pdf.render(letter))
    assert list(faults(letter, [words])) == []
    lead = next(place for place, word in enumerate(words) if word.text == "to:")
    end = next(place for place, word in enumerate(words) if word.text == "Yours")
    assert ["leads on" in fault for fault in faults(letter, [words[: lead + 1], words[lead + 1 :]])] == [True]
    assert ["is empty" in fault for fault in faults(letter, [[], words])] == [True]
    assert ["0 lines of the text" in fault for fault in faults(letter, [words[:end], words[end:]])] == [True]


# What is filled in by hand


@pytest.mark.slow
@pytest.mark.parametrize("code", [*LANGUAGES, "ar"])
def test_an_open_letter_fills_its_pages_with_rows_to_sign(code: str, pack: Pack) -> None:
    own = parse(read_folder(RIVER)) if code == "ar" else pack
    addressee = own.open_addressees()[0].key
    letter = byhand.blank(own, byhand.choices(own, addressee, code, 1, DAY), "open-letter")
    document = pdf.render(letter)
    pages = words_on_pages(document)
    assert 1 <= len(pages) <= 2
    rows = [rules_on(document, number, 140) for number in range(1, len(pages) + 1)]
    assert sum(map(len, rows)) - 2 * len(pages) >= letter.names
    # The last page is full: no room for one more row above the foot.
    assert 297 - 17 - rows[-1][-1] < 8.4
    assert all(8 < below - above < 17 for page in rows for above, below in pairwise(page[2:]))


@pytest.mark.slow
@pytest.mark.parametrize(("code", "most"), [("en", 1), ("ru", 2), ("kk", 2), ("fr", 1), ("ar", 1)])
def test_a_blank_letter_is_short_and_has_lines_for_own_words(code: str, most: int, pack: Pack) -> None:
    """The longest Russian and Kazakh letters need a second page once there are lines to write on."""
    own = parse(read_folder(RIVER)) if code == "ar" else pack
    for addressee in own.addressees_by_post()[:4]:
        letter = byhand.blank(own, byhand.choices(own, addressee.key, code, 1, DAY))
        document = pdf.render(letter)
        assert len(words_on_pages(document)) <= most
        pages = len(words_on_pages(document))
        assert sum(len(rules_on(document, page, 160)) for page in range(1, pages + 1)) >= byhand.LINES


# Personal letters


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_personal_letter_names_no_campaign_and_no_edition(code: str, pack: Pack) -> None:
    letter = compose(pack, choices(pack, language=code, edition=7, own_words=own_words(60)))
    assert letter.imprint == ""
    name = pack.name[code]
    for document in (
        pdf_text(pdf.render(letter)),
        html.render(letter),
        *(str(zipfile.ZipFile(io.BytesIO(made)).read(part)) for made, part in (
            (docx.render(letter), "word/document.xml"), (odt.render(letter), "styles.xml"))),
    ):  # fmt: skip
        assert name not in document and 'sheet-imprint"' not in document
    together = compose(pack, choices(pack, language=code, edition=7, piece="open-letter"))
    assert name in together.imprint and "7" in together.imprint


# Office programs


@pytest.mark.slow
@pytest.mark.parametrize("changes", [{}, {"beside": "both:ru"}], ids=["one language", "two"])
def test_office_programs_keep_together_what_belongs_together(
    changes: dict[str, Any], pack: Pack, tmp_path: Path
) -> None:
    letters = {
        str(length): compose(pack, choices(pack, own_words=own_words(length), **changes))
        for length in range(30 if changes else 44, 60, 3)
    }
    documents = {f"{name}.docx": docx.render(letter) for name, letter in letters.items()}
    documents |= {f"{name}-.odt": odt.render(letter) for name, letter in letters.items()}
    for name, document in as_pdf_by_office(tmp_path, documents).items():
        letter = letters[re.sub(r"-?\..*", "", name)]
        assert list(faults(letter, words_on_pages(document))) == [], name
