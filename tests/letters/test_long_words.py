"""A word that is longer than a line, such as a web address, stays on the page, the card and in its column."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document

from campaign.letters.compose import compose
from campaign.letters.fitting import LEFT, PAPER_SIZES, RIGHT
from campaign.letters.formats import docx, odt, pdf, printed
from campaign.letters.letter import Letter, Sender, TypedAddress
from campaign.letters.postcard import postcard
from campaign.pack.model import Pack
from campaign.press import typeset
from campaign.press.written import written
from tests.tools import as_pdf_by_office, choices, words_on_pages

#: Unbroken tokens of 300 characters; those of the last rows have places where a line may not end.
TOKENS = {
    "wide letters": "W" * 300,
    "narrow letters": "i" * 300,
    "Cyrillic": "ж" * 300,
    "figures": "1234567890" * 30,
    "address": ("https://example.org/petitions/january/" + "a1b2c3d4e5" * 30)[:300],
    "address of figures": ("https://example.org/" + "1/2" * 100)[:300],
    "parameters": ("https://example.org/?" + "&utm=1" * 60)[:300],
    "hyphens and figures": "-1" * 150,
    "full stops": "." * 300,
    "exclamation marks": "!" * 300,
    "brackets": "»)" * 150,
    "emoji": "😀" * 300,
    "Georgian": "ჟ" * 300,
    "Arabic": "س" * 300,
    "Hebrew": "ש" * 300,
    "Chinese": "漢" * 300,
    "Chinese full stops": "。" * 300,
    "Devanagari": "क्ष" * 100,
    "Thai": "กรุงเทพ" * 42,
    "no-break spaces": "word\u00a0" * 60,
}

DOUBT = 0.3  # mm: how far a box may be wrong

#: The right half of a Chinese full stop is empty, and may leave the column.
EMPTY_HALF = 2.0  # mm


def cut(token: str, field: str) -> str:
    """The token as long as the field may be."""
    most = {"name": 120, "place": 80, "address": 250, "to_name": 120}[field]
    return token[:most]


#: All tokens at once, each in a paragraph of its own.
ALL = "\n\n".join(f"See {token} there.\n{token}" for token in TOKENS.values())


def letters_of(pack: Pack, **changes: object) -> list[Letter]:
    """Letters with all tokens as own words, and one of them as name and address."""
    made = []
    for token in ("W" * 300, TOKENS["address"], TOKENS["Arabic"], TOKENS["no-break spaces"]):
        sender = Sender(cut(token, "name"), (cut(token, "address"),), cut(token, "place"), "FR")
        own_words = "" if made else ALL
        made.append(compose(pack, choices(pack, sender=sender, own_words=own_words, **changes)))
    return made


def outside(document: bytes, left: float, right: float, top: float, bottom: float) -> list[str]:
    """The words that are not within a part of each page, given in mm from its corner."""
    return [
        word.text[:20]
        for page in words_on_pages(document)
        for word in page
        if word.box.left < left - DOUBT
        or word.box.left + word.box.width > right + (EMPTY_HALF if "。" in word.text else DOUBT)
        or word.box.top < top - DOUBT
        or word.box.top + word.box.height > bottom + DOUBT
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("of_choices", "of_letter"),
    [
        ({"language": "fr"}, {"layout": "left"}),
        ({"language": "fr"}, {"layout": "addressee-right"}),
        ({"language": "ru"}, {"layout": "right"}),
        ({"beside": "both:ru", "paper": "us-letter"}, {}),
        ({"beside": "mine:kk"}, {}),
        ({"edited": f"Dear {'W' * 300}\n\n1. {'W' * 300}\n2. See {'ж' * 300}.\n\n{'س' * 300}"}, {}),
        ({"window": "din-5008-b"}, {}),
        ({"window": "us-10"}, {}),
    ],
    ids=str,
)
def test_a_long_word_stays_within_the_margins_of_a_letter(
    of_choices: dict[str, str], of_letter: dict[str, str], pack: Pack
) -> None:
    letters = [replace(letter, **of_letter) for letter in letters_of(pack, **of_choices)]  # type: ignore[arg-type]
    width, height = PAPER_SIZES[letters[0].paper]
    assert outside(pdf.render(*letters), LEFT, width - RIGHT, 12, height - 4) == []


ON_CARDS = ("wide letters", "address", "address of figures", "brackets", "emoji", "Arabic", "no-break spaces")


@pytest.mark.slow
@pytest.mark.parametrize("token", [TOKENS[name] for name in ON_CARDS], ids=ON_CARDS)
def test_a_long_word_stays_within_its_part_of_a_postcard(token: str, pack: Pack) -> None:
    sender = Sender(cut(token, "name"), (), cut(token, "place"), "FR")
    to = TypedAddress(cut(token, "to_name"), (token[:200],), "", cut(token, "place"))
    typed_key = next(office.key for office in pack.open_addressees() if office.typed)
    card = postcard(pack, choices(pack, sender=sender, own_words=token, addressee=typed_key, to_address=to))
    (front, _back) = words_on_pages(printed.postcards([card]))
    middle, low, column = 297 / 2, 210 / 2, 297 / 2 * 0.56
    first = [word for word in front if word.box.left < middle and word.box.top < low]
    assert len(first) * 4 <= len(front) + 3, "words of a card are on another"
    for word in first:
        right = word.box.left + word.box.width
        limit = column if word.box.left < column else middle - 7
        assert right <= limit + (EMPTY_HALF if "。" in word.text else DOUBT), word.text[:20]
        assert word.box.top + word.box.height <= low - 1, word.text[:20]


@pytest.mark.parametrize("token", ["W" * 300, "ж" * 300, "https://example.org/" + "a1b2c3d4e5" * 28])
def test_a_long_word_stays_in_its_column_of_the_book(token: str) -> None:
    name, place = cut(token, "name"), cut(token, "place")
    cells = [place, "2026-11-24", "online"]
    row = {"number": "1", "name": name, "rtl": False, "long": True, "cells": cells, "lines": 5}
    data = {
        "title": "Book", "language": written("en", name), "paper": "a4", "imprint": "",
        "columns": ["No.", "Name", "Town", "Date", "Channel"], "shares": [1, 6, 3.4],
        "fixed": [["2026-11-24", "Date"], ["online", "Channel"]],
        "pages": [{"cover": None, "volume": "", "page": "", "parts": [{"country": "France", "rows": [row, row]}]}],
    }  # fmt: skip
    document = typeset.pdf("names.typ", data)
    assert outside(document, 25, 210 - 18, 10, 290) == []
    (page,) = words_on_pages(document)
    starts = {word.text: word.box.left for word in page if word.text in {"Name", "Town", "Date"}}
    for word in page:
        edge = min((left for left in starts.values() if left > word.box.left + 2), default=210 - 18)
        assert word.box.left + word.box.width <= edge, word.text[:20]


@pytest.mark.slow
def test_office_programs_keep_a_long_word_on_the_page(pack: Pack, tmp_path: Path) -> None:
    token = "W" * 300 + " " + TOKENS["address"] + " " + TOKENS["Arabic"]
    own = f"See {token} there.\n{token}"
    both = compose(pack, choices(pack, own_words=own, sender=Sender(token[:120]), beside="both:fr"))
    files = {"a.docx": docx.render(both), "b.odt": odt.render(both)}
    for document in as_pdf_by_office(tmp_path, files).values():
        assert outside(document, LEFT, 210 - RIGHT, 5, 297 - 4) == []
    tables = Document(io.BytesIO(files["a.docx"])).tables
    assert [table.autofit for table in tables] == [False]
