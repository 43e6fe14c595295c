"""Prose of a pack: rendered without raw HTML and then sanitised."""

from __future__ import annotations

import re
from html import unescape

from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.pack.model import Pack, Place, Prose
from campaign.web.prose import TAGS, Notes, _markdown, sanitised

pieces = st.sampled_from(
    ["<script>", "</p>", "<img src=x onerror=y>", "[a](javascript:b)", "[a](https://x)", "**", "`", "<", ">", "\n\n",
     "# ", "- ", "&#x6A;", "![", "](", ")", "<a href=data:x>", "onclick=", "style=", "\ufdd0", "1. ", "> ", "x"]
)  # fmt: skip


@settings(max_examples=10_000, deadline=None)
@given(st.lists(pieces | st.text(max_size=5), max_size=20).map("".join))
def test_no_input_yields_a_tag_an_attribute_or_a_scheme_off_the_list(text: str) -> None:
    for tag, attributes in re.findall(
        r"<\s*/?\s*([a-zA-Z0-9]+)([^>]*)>", sanitised(_markdown().render(text))
    ):
        assert tag.lower() in TAGS
        for name, value in re.findall(r'([a-zA-Z-]+)="([^"]*)"', attributes):
            assert name in {"href", "rel"}
            if name == "href":
                # Browsers drop blanks and controls before they look for a scheme (RFC 3986, 3.1).
                scheme = re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", re.sub(r"[\x00-\x20]", "", unescape(value)))
                assert not scheme or scheme[0] in {"http:", "https:", "mailto:"}


def test_a_note_becomes_a_link_to_its_place(pack: Pack) -> None:
    notes = Notes(pack, "en")
    html = notes.prose(Prose("A {{ fact.arrests }}.", Place("x", 1)))
    assert 'href="#note-1"' in html
    assert notes.notes[0].source == "fidh-statement"
