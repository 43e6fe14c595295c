"""The handbook, shown at the desk: in the reader's language if there is one, else in English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from flask import Response, abort, g
from flask.typing import ResponseReturnValue

from campaign.desk.pages import Audience, Pages, at, page
from campaign.folders import HANDBOOK
from campaign.languages.data import chain
from campaign.web.markdown_pages import Document, anchor, document

#: The pages in the order in which they are listed. Nothing else of the folder is shown.
PAGES = ("organisers", "packs", "trustees", "verifying", "embedding", "installing", "operators", "commands")

#: What `make pictures` makes for them.
PICTURES = (
    "attention.png", "editor.png", "front-page.png", "publish.png", "trustees-make.png", "trustees-open.png",
    "trustees-page.png",
)  # fmt: skip

pages = Pages()


@pages.page("/help/handbook/", Audience.SIGNED_IN)
def handbook() -> ResponseReturnValue:
    """The pages of the handbook."""
    language = handbook_language()
    documents = [(name, _document(language, name, _base())) for name in PAGES]
    return page("desk/help/handbook.html", documents=documents, handbook_language=language)


@pages.page("/help/handbook/<page_name>", Audience.SIGNED_IN)
def handbook_page(page_name: str) -> ResponseReturnValue:
    """One page of the handbook."""
    if page_name not in PAGES:
        abort(404)
    language = handbook_language()
    shown = _document(language, page_name, _base())
    return page("desk/help/handbook-page.html", shown=shown, handbook_language=language)


@pages.page("/help/handbook/pictures/<picture>", Audience.SIGNED_IN)
def handbook_picture(picture: str) -> Response:
    """A picture of the handbook."""
    if picture not in PICTURES:
        abort(404)
    return Response((HANDBOOK / "pictures" / picture).read_bytes(), mimetype="image/png")


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the handbook: its page, its heading with its anchor, and its words."""

    page: str
    page_title: str
    title: str
    anchor: str
    text: str


@lru_cache(maxsize=8)
def sections(language: str) -> tuple[Section, ...]:
    """Every section of the handbook in a language that has it whole."""
    found = []
    for name in PAGES:
        text = (HANDBOOK / language / f"{name}.md").read_text(encoding="utf-8")
        title = text.partition("\n")[0].removeprefix("# ")
        parts = re.split(r"^#{2,3} (.+)$", text, flags=re.M)[1:]
        for heading, body in zip(parts[::2], parts[1::2], strict=True):
            plain = heading.replace("`", "")
            found.append(Section(name, title, plain, anchor(plain), body))
    return tuple(found)


def handbook_language() -> str:
    """The reader's language, or the next one of its chain, that has the whole handbook."""
    return next(code for code in chain(g.address["language"]) if _is_whole(code))


def _is_whole(code: str) -> bool:
    return all((HANDBOOK / code / f"{name}.md").is_file() for name in PAGES)


def _base() -> str:
    return at("handbook")


@lru_cache(maxsize=64)
def _document(language: str, name: str, base: str) -> Document:
    return document((HANDBOOK / language / f"{name}.md").read_text(encoding="utf-8"), base)
