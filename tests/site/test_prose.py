"""Prose of a pack: rendered without raw HTML and then sanitised."""

from __future__ import annotations

import random
import re
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.pack.model import Pack, Place, Prose
from campaign.web.prose import TAGS, Notes, _markdown, sanitised

PIECES = (
    "<script>", "</p>", "<img src=x onerror=y>", "[a](javascript:b)", "[a](https://x)", "**", "`", "<", ">", "\n\n",
    "# ", "- ", "&#x6A;", "![", "](", ")", "<a href=data:x>", "onclick=", "style=", "\ufdd0", "1. ", "> ", "x",
    "javascript", ":", "&colon;", "&#58;", "\t", "\x01", "data", "vbscript", "[b]: ", "'", '"', "//", "\\", "é", "𝕏", "\u202e",
)  # fmt: skip


def _harmless(text: str) -> None:
    for tag, attributes in re.findall(
        r"<\s*/?\s*([a-zA-Z0-9]+)([^>]*)>", sanitised(_markdown().render(text))
    ):
        assert tag.lower() in TAGS, text
        for name, value in re.findall(r'([a-zA-Z-]+)="([^"]*)"', attributes):
            assert name in {"href", "rel"}, text
            if name == "href":
                # Browsers drop blanks and controls before they look for a scheme (RFC 3986, 3.1).
                scheme = re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", re.sub(r"[\x00-\x20]", "", unescape(value)))
                assert not scheme or scheme[0] in {"http:", "https:", "mailto:"}, text


@pytest.mark.slow
@pytest.mark.security(41)
def test_no_input_of_ten_thousand_yields_a_tag_an_attribute_or_a_scheme_off_the_list() -> None:
    """Security 41. By a plain generator, which takes a tenth of hypothesis's time for as many."""
    chance = random.Random(41)
    for _ in range(10_000):
        pieces = chance.choices(PIECES, k=chance.randrange(1, 24))
        signs = [
            chr(chance.choice((chance.randrange(0xD800), chance.randrange(0xE000, 0x110000))))
            for _ in range(3)
        ]
        _harmless("".join(chance.sample(pieces + signs, k=len(pieces) + 3)))


@pytest.mark.security(41)
@settings(max_examples=500)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=20).map("".join))
def test_no_input_that_is_searched_for_does_either(text: str) -> None:
    _harmless(text)


def test_a_note_becomes_a_link_to_its_place(pack: Pack) -> None:
    notes = Notes(pack, "en")
    html = notes.prose(Prose("A {{ fact.arrests }}.", Place("x", 1)))
    assert 'href="#note-1"' in html
    assert notes.notes[0].source == "fidh-statement"


@pytest.mark.parametrize(
    ("text", "top", "levels"),
    [
        ("### A\n\n#### B\n\n### C", 2, ["h2", "h3", "h2"]),
        ("# A\n\n## B", 3, ["h3", "h4"]),
        ("# A\n\n###### B", 2, ["h2", "h4"]),
        ("## A", 2, ["h2"]),
        ("No heading.", 2, []),
    ],
)
def test_headings_begin_a_level_below_the_heading_of_the_page(
    text: str, top: int, levels: list[str], pack: Pack
) -> None:
    html = Notes(pack, "en").prose(Prose(text, Place("x", 1)), top)
    assert re.findall(r"<(h\d)>", html) == levels == re.findall(r"</(h\d)>", html)
