"""What typst makes: archivable and usable with a screen reader, without a single warning."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
import typst

from campaign.letters.compose import compose
from campaign.letters.formats import pdf, printed
from campaign.letters.letter import Letter
from campaign.letters.postcard import postcard
from campaign.pack.model import Pack
from campaign.press import typeset
from campaign.press.fonts import FOLDER
from tests.press.test_binding import tags_of
from tests.tools import LANGUAGES, choices

KEYS = ("embassy", "ombudsman", "own-foreign-minister", "president", "prosecutor-general", "un-experts")


@pytest.fixture
def warnings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What typst complained of, while everything is set as always."""
    said: list[str] = []

    def compiled(template: str, data: dict[str, Any]) -> bytes:
        compiler = typst.Compiler(
            str(typeset.TEMPLATES / template), root=str(typeset.TEMPLATES), font_paths=[str(FOLDER)],
            ignore_system_fonts=True,
        )  # fmt: skip
        made, found = compiler.compile_with_warnings(
            format="pdf",
            sys_inputs={"data": json.dumps(data)},
            pdf_standards=[*typeset.STANDARDS],
            timestamp=0,
        )
        said.extend(str(one) for one in found)
        assert isinstance(made, bytes)
        return made

    monkeypatch.setattr(typeset, "pdf", compiled)
    return said


def letters(pack: Pack, key: str, **changes: Any) -> list[Letter]:
    """The template's letter in every language."""
    to = next(a.key for a in pack.open_addressees() if a.letter == key)
    return [
        compose(
            pack, choices(pack, addressee=to, language=language, letter=key, own_words="Mine.", **changes)
        )
        for language in LANGUAGES
    ]


@pytest.mark.slow
@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"window": "din-5008-b"},
        {"piece": "open-letter"},
        {"beside": "both:LANGUAGE"},
        {"beside": "mine:LANGUAGE"},
    ],
    ids=["letter", "window", "open-letter", "both", "mine"],
)
def test_both_standards_are_met_without_a_warning(
    key: str, changes: dict[str, str], pack: Pack, warnings: list[str]
) -> None:
    for language, other in (("en", "ru"), ("kk", "fr")):
        filled = {name: value.replace("LANGUAGE", other) for name, value in changes.items()}
        to = next(a.key for a in pack.open_addressees() if a.letter == key)
        letter = compose(pack, choices(pack, addressee=to, language=language, own_words="Mine.", **filled))
        claims(pdf.typeset_letters([letter]))
    assert warnings == []


@pytest.mark.parametrize("make", [
    lambda pack: printed.postcards([postcard(pack, choices(pack, language=code)) for code in LANGUAGES]),
    lambda pack: printed.envelopes([compose(pack, choices(pack, language=code)) for code in LANGUAGES], "dl"),
])  # fmt: skip
def test_cards_and_envelopes_meet_them_too(
    make: Callable[[Pack], bytes], pack: Pack, warnings: list[str]
) -> None:
    claims(make(pack))
    assert warnings == []


def claims(document: bytes) -> None:
    with pikepdf.open(io.BytesIO(document)) as opened, opened.open_metadata() as meta:
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"].upper()) == ("2", "A")
        assert meta["pdfuaid:part"] == "1"


@pytest.mark.parametrize("key", KEYS)
def test_the_tags_have_a_heading_a_list_and_notes(key: str, pack: Pack) -> None:
    for letter in letters(pack, key):
        with pikepdf.open(io.BytesIO(pdf.render(letter))) as opened:
            tags = tags_of(opened.Root.StructTreeRoot.K)
        assert tags["/H1"] == 1
        assert tags["/L"] >= 1 and tags["/LI"] == tags["/LBody"] == 4
        assert tags["/Note"] == len(letter.notes) >= 2
        assert tags["/P"] >= 6


def test_the_lines_for_names_are_a_table_with_headings(pack: Pack) -> None:
    (letter, *_) = letters(pack, "president", piece="open-letter")
    with pikepdf.open(io.BytesIO(pdf.render(letter))) as opened:
        tags = tags_of(opened.Root.StructTreeRoot.K)
    assert tags["/Table"] == 2  # one on each side of the sheet
    assert tags["/TR"] >= 2 * 2 + letter.names and tags["/TH"] >= 8
