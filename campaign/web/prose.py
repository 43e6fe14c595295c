"""Prose of a pack as HTML: our marks filled in, Markdown rendered, then sanitised."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from campaign.pack import wording
from campaign.pack.model import Pack, Prose
from campaign.pack.wording import Note, NoteMark

TAGS = {"a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "strong", "ul"}

# A note's number between two noncharacters passes through Markdown and the sanitiser as text.
_OPEN, _CLOSE = wording.NOTE_OPEN, wording.NOTE_CLOSE
_NUMBER = re.compile(f"{_OPEN}(\\d+){_CLOSE}")


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "typographer": False})


class Notes:
    """The notes of one page, numbered in the order of its texts."""

    def __init__(self, pack: Pack, language: str) -> None:
        self.pack, self.language = pack, language
        self.notes: list[Note] = []

    def prose(self, prose: Prose) -> Markup:
        """A text of the pack as HTML blocks; its notes are added to those of the page."""
        rendered = wording.render(self.pack, prose.text, self.language, NO_NAMES)
        return self._html(_markdown().render(self._numbered(rendered)))

    def line(self, prose: Prose) -> Markup:
        """A text of the pack as HTML within a line."""
        rendered = wording.render(self.pack, prose.text, self.language, NO_NAMES)
        return self._html(_markdown().renderInline(self._numbered(rendered)))

    def _numbered(self, rendered: str) -> str:
        pieces = wording.runs(rendered, self.notes)
        return "".join(f"{_OPEN}{p.number}{_CLOSE}" if isinstance(p, NoteMark) else p for p in pieces)

    def _html(self, html: str) -> Markup:
        mark = r'<sup class="note"><a href="#note-\1">\1</a></sup>'
        return Markup(_NUMBER.sub(mark, sanitised(html)))  # noqa: S704  sanitised just now


def sanitised(html: str) -> str:
    """The HTML with only our few tags and safe links."""
    return nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener nofollow",
    )


#: Pages have no addressee and no sender; only letters use them.
NO_NAMES: dict[str, Any] = {"addressee": {}, "sender": {}, "demands": ()}
