"""Our own longer Markdown documents as HTML pages: headings with anchors, tables, pictures; sanitised."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from campaign.web.prose import TAGS

#: The allowed tags of a document: those of a pack's prose, and more.
DOCUMENT_TAGS = TAGS | {"img", "pre", "table", "tbody", "td", "th", "thead", "tr"}

_ATTRIBUTES = {"a": {"href"}, "h2": {"id"}, "h3": {"id"}, "img": {"alt", "src"}}

#: A link to another page in the same folder, or to a picture next to that folder.
_PAGE = re.compile(r"([a-z-]+)\.md(#[\w-]+)?")
_PICTURE = re.compile(r"\.\./pictures/([a-z-]+\.png)")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading and its anchor."""

    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document as HTML. The title is the first heading; the summary is the paragraph after it."""

    title: str
    summary: str
    headings: tuple[Heading, ...]
    anchors: frozenset[str]
    html: Markup


def document(text: str, base: str = "") -> Document:
    """Render a document. `base` is the beginning of the addresses of linked pages and pictures.

    Raises ValueError if the document does not start with a title and a summary.
    """
    tokens = _markdown().parse(text)
    title, summary, body = _opening(tokens)
    headings = _add_anchors(body)
    _point_links(body, base)
    renderer = _markdown().renderer
    html = nh3.clean(
        str(renderer.render(tokens[3:], _markdown().options, {})),
        tags=DOCUMENT_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener nofollow",
    )
    return Document(
        title,
        summary,
        tuple(heading for level, heading in headings if level == "h2"),
        frozenset(heading.anchor for _, heading in headings),
        Markup(_with_tables_that_scroll(html)),  # noqa: S704  sanitised just now
    )


def _with_tables_that_scroll(html: str) -> str:
    """Tables in frames of their own: on a small screen one that is wider moves sideways, also by keyboard."""
    return html.replace("<table>", '<div class="scrolls" tabindex="0"><table>').replace(
        "</table>", "</table></div>"
    )


def anchor(text: str) -> str:
    """The anchor of a heading, as GitHub makes it, so that one link works in both places."""
    return re.sub(r"[^\w -]", "", text.strip().lower()).replace(" ", "-")


def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table")


def _opening(tokens: Sequence[Token]) -> tuple[str, str, Sequence[Token]]:
    if [token.type for token in tokens[:4:3]] != ["heading_open", "paragraph_open"] or tokens[0].tag != "h1":
        raise ValueError("A document starts with a title and a summary.")
    return _plain(tokens[1]), _plain(tokens[4]), tokens[3:]


def _plain(inline: Token) -> str:
    """The text of a line without its markup."""
    return "".join(child.content for child in inline.children or ())


def _add_anchors(tokens: Sequence[Token]) -> list[tuple[str, Heading]]:
    """Add an anchor to each heading; a repeated text gets a number."""
    headings: list[tuple[str, Heading]] = []
    counts: dict[str, int] = {}
    for opening, inline in pairwise(tokens):
        if opening.type != "heading_open":
            continue
        text = _plain(inline)
        name = anchor(text)
        counts[name] = counts.get(name, -1) + 1
        unique = f"{name}-{counts[name]}" if counts[name] else name
        opening.attrSet("id", unique)
        headings.append((opening.tag, Heading(text, unique)))
    return headings


def _point_links(tokens: Sequence[Token], base: str) -> None:
    """Links between the files become links between the pages."""
    for token in tokens:
        for child in token.children or ():
            name = {"link_open": "href", "image": "src"}.get(child.type)
            if name:
                child.attrSet(name, _address(str(child.attrGet(name)), base))


def _address(target: str, base: str) -> str:
    if page := _PAGE.fullmatch(target):
        return f"{base}{page[1]}{page[2] or ''}"
    if picture := _PICTURE.fullmatch(target):
        return f"{base}pictures/{picture[1]}"
    return target
