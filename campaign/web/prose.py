"""Prose of a pack as HTML: our marks filled in, Markdown rendered, then sanitised."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from campaign.languages.catalogues import words
from campaign.languages.numbers import in_own_digits
from campaign.pack import wording
from campaign.pack.model import Pack, Prose
from campaign.pack.wording import Note, NoteMark

TAGS = {"a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "strong", "ul"}

#: The level of the lowest headings in prose.
LOWEST = 4

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
        self._marks: Counter[int] = Counter()

    def marks_of(self, number: int) -> list[str]:
        """The anchors of the marks that lead to a note so far, for the way back."""
        return [_anchor(number, nth) for nth in range(1, self._marks[number] + 1)]

    def prose(self, prose: Prose, top: int = 3) -> Markup:
        """A text of the pack as HTML blocks; its notes are added to those of the page.

        `top` is the level of its highest headings, one below the page's heading that it stands under: people
        who read by headings must not miss a level, whichever one an organiser typed.
        """
        rendered = wording.render(self.pack, prose.text, self.language, NO_NAMES)
        tokens = _markdown().parse(self._numbered(rendered))
        _set_levels(tokens, top)
        return self._html(_markdown().renderer.render(tokens, _markdown().options, {}))

    def line(self, prose: Prose) -> Markup:
        """A text of the pack as HTML within a line."""
        rendered = wording.render(self.pack, prose.text, self.language, NO_NAMES)
        return self._html(_markdown().renderInline(self._numbered(rendered)))

    def _numbered(self, rendered: str) -> str:
        pieces = wording.runs(rendered, self.notes)
        return "".join(f"{_OPEN}{p.number}{_CLOSE}" if isinstance(p, NoteMark) else p for p in pieces)

    def _html(self, html: str) -> Markup:
        return Markup(_NUMBER.sub(self._mark, sanitised(html)))  # noqa: S704  sanitised just now

    def _mark(self, found: re.Match[str]) -> str:
        """A mark with an anchor of its own; a screen reader says “Source 3” and not “3”."""
        number, shown = int(found[1]), in_own_digits(found[1], self.language)
        self._marks[number] += 1
        _ = words(self.language)
        label = escape(_("Source %(number)s") % {"number": shown})
        anchor = _anchor(number, self._marks[number])
        return (
            f'<sup class="note"><a href="#note-{number}" id="{anchor}" aria-label="{label}">{shown}</a></sup>'
        )


def _set_levels(tokens: list[Token], top: int) -> None:
    """Moves all headings up or down together."""
    headings = [token for token in tokens if token.type in {"heading_open", "heading_close"}]
    shift = top - min((int(token.tag[1]) for token in headings), default=top)
    for token in headings:
        token.tag = f"h{min(int(token.tag[1]) + shift, LOWEST)}"


def _anchor(number: int, nth: int) -> str:
    """The anchor of a mark: `mark-3`, and `mark-3-2` where a note is named for the second time."""
    return f"mark-{number}" if nth == 1 else f"mark-{number}-{nth}"


def plain(pack: Pack, prose: Prose, language: str) -> str:
    """A text of the pack as one line without markup and notes, for what is not a page."""
    rendered = wording.without_notes(wording.render(pack, prose.text, language, NO_NAMES))
    return Markup(sanitised(_markdown().renderInline(rendered))).striptags()  # noqa: S704  sanitised just now


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
