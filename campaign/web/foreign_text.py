"""Messages of the interface in another language than the page's: the page says in which (WCAG 3.1.2).

A message that the page's language lacks comes in the first language of CLDR's chain that has it
(`ForeignText`). Where a template prints one into HTML, it stands between marks: noncharacters, which no
typed text can contain. When the page is complete, `with_languages` puts an element with the language in
their place; inside tags and in elements that have no elements in them the marks are only taken out.
Everywhere else, in e-mails, JSON and files, the text is a plain string and never had marks.
"""

from __future__ import annotations

import re
from typing import Any

from flask import Flask, Response, g
from markupsafe import Markup, escape

from campaign.languages.data import above, exists, language

OPEN, WHICH, CLOSE = "\ufdd5", "\ufdd6", "\ufdd7"

_OPEN_BYTES = OPEN.encode()


class ForeignText(str):
    """A message in another language than the page's. In HTML it is escaped and marked."""

    __slots__ = ("language",)
    language: str

    def __new__(cls, text: str, code: str = "") -> ForeignText:
        """A text and its language."""
        made = super().__new__(cls, text)
        made.language = code
        return made

    def __html__(self) -> Markup:
        inside = escape(str.__str__(self))
        return Markup(f"{OPEN}{self.language}{WHICH}{inside}{CLOSE}")  # noqa: S704  escaped just now

    def __str__(self) -> ForeignText:
        """Itself: a lazy message becomes a string by `str`."""
        return self

    def __mod__(self, values: Any) -> ForeignText:
        return ForeignText(str.__mod__(self, values), self.language)

    def __add__(self, other: str) -> str:
        """Still one text of its language, if the other has no words or is of the same language."""
        same = getattr(other, "language", "") == self.language or not any(map(str.isalpha, other))
        text = str.__add__(self, other)
        return ForeignText(text, self.language) if same else text

    def strip(self, characters: str | None = None, /) -> ForeignText:
        """The text without spaces at its ends, as `trim` of a template asks for it."""
        return ForeignText(str.strip(self, characters), self.language)


def found_in(text: str, code: str, page: str) -> str:
    """A message for a page: a plain string if it is in the page's language."""
    if code == page or code in above(page):
        return text
    return ForeignText(text, code)


def language_of(text: str, page: str) -> str:
    """The language of a message for a page: what is put into it is written as that language writes it."""
    return text.language if isinstance(text, ForeignText) else page


_INSIDE_TAG = r"""(?:[^>"']|"[^"]*"|'[^']*')*+"""
_PIECE = re.compile(
    # Comments, elements without elements in them, and pictures, where <span> means nothing.
    rf"<!--.*?-->|<(?P<closed>script|style|title|textarea|option|svg)\b{_INSIDE_TAG}>.*?</(?P=closed)\s*>"
    rf"|<(?P<tag>/?[a-z][a-z0-9]*){_INSIDE_TAG}>"
    rf"|{OPEN}(?P<code>[A-Za-z0-9-]{{2,35}}){WHICH}|{CLOSE}",
    re.DOTALL | re.IGNORECASE,
)
_MARK = re.compile(rf"{OPEN}[^{WHICH}]*{WHICH}|[{OPEN}{WHICH}{CLOSE}]")

#: Elements without an end tag.
_EMPTY = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)


def without_marks(html: str) -> str:
    """The HTML without marks: for e-mails, whose texts are short and complete in every shipped language."""
    return _MARK.sub("", html) if OPEN in html else html


def with_languages(html: str) -> str:
    """The HTML with an element in place of the marks around each message that is text of the page."""
    return _Marked().replaced(html) if OPEN in html else html


class _Marked:
    """One page, piece by piece: tags, marks, and the text between them."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.depth = 0
        #: Messages that began and have not ended: the piece of each mark, its language, its depth.
        self.begun: list[tuple[int, str, int]] = []

    def replaced(self, html: str) -> str:
        """The page with elements for its marks; marks of which one is missing vanish."""
        end = 0
        for match in _PIECE.finditer(html):
            self.pieces.append(html[end : match.start()])
            end = match.end()
            self._add(match)
        return _MARK.sub("", "".join([*self.pieces, html[end:]]))

    def _add(self, match: re.Match[str]) -> None:
        if match["code"]:
            self.begun.append((len(self.pieces), match["code"], self.depth))
            self.pieces.append("")
        elif match[0] == CLOSE:
            self._close()
        else:
            self.pieces.append(_MARK.sub("", match[0]))
            self._count(match["tag"] or "")

    def _close(self) -> None:
        if not self.begun:
            return
        place, code, depth = self.begun.pop()
        outer = self.begun[-1][1] if self.begun else ""
        if depth == self.depth and code != outer and exists(code):
            self.pieces[place] = f'<span lang="{code}" dir="{language(code).direction}">'
            self.pieces.append("</span>")

    def _count(self, tag: str) -> None:
        """Keep the depth; a message whose element ends before it does is not marked."""
        name = tag.lower()
        if name.startswith("/"):
            self.depth -= 1
            self.begun = [mark for mark in self.begun if mark[2] <= self.depth]
        elif name and name not in _EMPTY:
            self.depth += 1


def init(app: Flask) -> None:
    """Put languages into every HTML page as it leaves; whatever else was made as markup loses its marks."""
    app.after_request(_finish)


def _finish(response: Response) -> Response:
    if g.get("finished_page") or response.is_streamed or "Content-Encoding" in response.headers:
        return response  # a page of the cache was finished before it came there
    kind = response.mimetype or ""
    if not kind.endswith(("html", "xml")):
        return response
    data = response.get_data()
    if _OPEN_BYTES in data:
        finish = with_languages if kind == "text/html" else without_marks
        response.set_data(finish(data.decode()))
    return response
