"""Search across the desk: the draft, the desk's pages, the people for whom one may look, and the handbook.

What somebody looks for may be a name: it is sent as a form and is in no address, log or table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import Form

from campaign.country_names import fold
from campaign.database import db
from campaign.desk import help as handbook
from campaign.desk.content import draft_search, items
from campaign.desk.content.draft_search import Found, has_words
from campaign.desk.draft_snapshot import draft_snapshot
from campaign.desk.fields import TypedText, posted
from campaign.desk.menu import entries
from campaign.desk.pages import Pages, at, page
from campaign.people import members
from campaign.people.roles import Permission
from campaign.web.languages import own_name

pages = Pages()

#: Characters that are looked for, and most finds of each group.
LONGEST, MOST = 100, 30


class SearchForm(Form):
    """The words that are looked for."""

    words = TypedText(most=LONGEST)


@dataclass(frozen=True, slots=True)
class Hit:
    """One find: what it is called, what is said of it, and where it is."""

    title: str
    text: str
    link: str


@dataclass(frozen=True, slots=True)
class Group:
    """Finds of one sort; `is_cut` if there are more."""

    title: str
    hits: list[Hit]
    is_cut: bool


@pages.page("/<slug>/search", Permission.READ)
def search() -> ResponseReturnValue:
    """The field to search in."""
    return page("desk/search.html", words="", groups=[], message="")


@pages.page("/<slug>/search", Permission.READ, methods=["POST"])
def search_post() -> ResponseReturnValue:
    """What was found. Nothing is changed or kept."""
    typed = posted(SearchForm).words.data
    words = fold(typed).split()
    if not words:
        message = _("Enter a word to search for.")
        return page("desk/search.html", 422, words=typed, groups=[], message=message)
    groups = [group for group in _groups(words) if group.hits]
    return page("desk/search.html", words=typed, groups=groups, message="")


def _groups(words: Sequence[str]) -> Iterator[Group]:
    yield _group(str(_("Pages of the desk")), _pages(words))
    yield _group(str(_("The draft")), _in_draft(words))
    if g.desk.may(Permission.PEOPLE):
        yield _group(str(_("People")), _people(words))
    yield _group(str(_("Help")), _in_handbook(words))


def _group(title: str, hits: Iterator[Hit]) -> Group:
    found = [hit for hit, _number in zip(hits, range(MOST + 1), strict=False)]
    return Group(title, found[:MOST], len(found) > MOST)


def _pages(words: Sequence[str]) -> Iterator[Hit]:
    for entry in entries():
        if has_words(entry.words, words):
            yield Hit(entry.words, "", at(entry.endpoint))


def _in_draft(words: Sequence[str]) -> Iterator[Hit]:
    files = draft_snapshot(g.desk.slug).files
    reading = [g.address["language"], *items.languages_of(files)]
    for found in draft_search.search(files, words):
        extra = {"text": found.language} if found.language else {}
        link = at("edit", kind=found.kind.key, key=found.key, **extra)
        yield Hit(items.title_of(files, found.kind, found.key, reading), _of_find(found), link)


def _of_find(found: Found) -> str:
    name = str(found.kind.singular)
    return f"{name}, {own_name(found.language)}: {found.line}" if found.language else f"{name}: {found.line}"


def _people(words: Sequence[str]) -> Iterator[Hit]:
    for person, _member in members.members(db.session, g.desk.slug):
        if has_words(f"{person.name} {person.email}", words):
            yield Hit(person.name, person.email, at("people"))


def _in_handbook(words: Sequence[str]) -> Iterator[Hit]:
    for section in handbook.sections(handbook.handbook_language()):
        if has_words(f"{section.title} {section.text}", words):
            link = f"{at('handbook_page', page_name=section.page)}#{section.anchor}"
            yield Hit(section.title, section.page_title, link)
