"""The draft as the public would see it: whole pages, and the preview beside an editor."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask import abort, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from jinja2 import TemplateError
from markupsafe import Markup, escape
from werkzeug.exceptions import HTTPException

from campaign import clock
from campaign.answers import public as answers
from campaign.desk.content.items import ItemReference
from campaign.desk.draft_snapshot import draft_snapshot
from campaign.desk.pages import Pages, View, back_to
from campaign.editions.edition_cache import LoadedEdition
from campaign.languages.data import language
from campaign.letters import views as composer
from campaign.letters.compose import compose
from campaign.letters.formats import html
from campaign.letters.letter import Choices, FirstLetter, Sender
from campaign.pack.findings import Finding
from campaign.pack.model import Pack
from campaign.people.roles import Permission
from campaign.petition.pages import signing
from campaign.site import events
from campaign.site.pages import public
from campaign.web import languages
from campaign.web.addresses import page_address

pages = Pages()

#: Supporters for whom a letter is shown; nobody's name.
SAMPLES = {
    "woman": (
        _l("A woman in Lyon"),
        Sender("Prénom Nom", ("1 rue de l’Exemple",), "Lyon", "FR", "", "69002"),
    ),
    "man": (
        _l("A man in Sofia"),
        Sender("Име Фамилия", ("ул. Примерна 1",), "София", "BG", "", "1000"),
    ),
    "long": (
        _l("A long name"),
        Sender(
            "Firstname Secondname Thirdname Fourthname-Fifthname Surname-of-the-First Surname-of-the-Second",
            (
                "Flat 101, Block B, Building of a Rather Long Name",
                "123456 Example Avenue of the Very Long Names",
            ),
            "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch",
            "GB",
        ),
    ),
    "silent": (_l("No personal words"), Sender("A. B.", (), "", "DE")),
}

#: What a page of a draft raises where a text of it is half typed or damaged.
NOT_TOGETHER = (ValueError, LookupError, AttributeError, TemplateError)


@dataclass(frozen=True, slots=True)
class Preview:
    """A piece of a real page for the editor's side, and the id in it that is being edited."""

    html: Markup
    anchor: str = ""


def _with_draft(view: View, **values: str) -> ResponseReturnValue:
    """A page of the site made of the draft; the first page of the desk where that does not come together."""
    edition = draft_snapshot(g.desk.slug).edition()
    if edition is None:
        return back_to("attention")
    if g.address["language"] not in edition.pack.languages:
        abort(404)
    g.edition, g.draft = edition, True
    try:
        return view(**values)
    except NOT_TOGETHER:
        return back_to("attention")


def _draft_page(name: str, rule: str, view: Callable[..., ResponseReturnValue], **options: Any) -> None:
    """A page of the public site under the draft's address, with the draft's texts.

    The composer can be read and tried there; it never makes a letter that goes out.
    """

    def draft_view(**values: str) -> ResponseReturnValue:
        return _with_draft(view, **values)

    draft_view.__name__ = f"draft_{name}"
    pages.page(f"/<slug>/draft{rule}", Permission.READ, **options)(draft_view)


#: The public pages that the draft has, too, by name: the end of their address, and their view.
PUBLIC = {**public.views, **signing.public.views, **answers.public.views, **events.public.views}

for _name, (_rule, _view) in PUBLIC.items():
    _draft_page(_name, _rule, _view)
_draft_page("write", "/write", composer.write)
_draft_page("write_post", "/write", composer.write_post, methods=["POST"])
_draft_page("preview", "/write/preview", composer.preview, methods=["POST"])


def preview(pack: Pack | None, where: ItemReference, sample: str = "woman") -> Preview | None:
    """The real page, or letter, as a pack makes it; None where it does not come together."""
    if pack is None or where.language not in pack.languages:
        return None
    try:
        if where.kind.view in {"letter", "addressee"}:
            return Preview(_letter(pack, where, sample))
        return _page(pack, where)
    except (*NOT_TOGETHER, HTTPException):
        return None  # a text that is half typed; the messages beside the fields say why


def _letter(pack: Pack, where: ItemReference, sample: str) -> Markup:
    if where.kind.view == "addressee":
        if where.key not in pack.addressees:
            return Markup("")
        key = where.key
    else:
        writable = [one for one in pack.open_addressees() if where.key in {one.letter, one.next_letter}]
        if not writable or where.key not in pack.letters:
            return Markup("<p>{}</p>").format(_("No addressee uses this template yet."))
        # The addressee to whom most demands go shows most of the template.
        key = max(writable, key=lambda one: len(pack.demands_for(one))).key
    choices = Choices(
        key,
        where.language,
        tuple(pack.demands),
        SAMPLES.get(sample, SAMPLES["woman"])[1],
        clock.today(pack.time_zone),
        own_words="" if sample == "silent" else language(where.language).word("own-words"),
    )
    with languages.forced(where.language):
        if where.key in pack.letters and pack.letters[where.key].texts[where.language].only_follows:
            return Markup("").join(_next_letters(pack, choices))
        sheets = [html.sheet(compose(pack, choices))]
        template = pack.letters[pack.addressees[key].letter].texts[where.language]
        if template.together is not None and where.kind.view == "letter":
            sheets.append(html.sheet(compose(pack, replace(choices, piece="open-letter", own_words=""))))
    return Markup("").join(sheets)


def _next_letters(pack: Pack, choices: Choices) -> Iterator[Markup]:
    """The next letter in each case, after a letter of 40 days ago."""
    addressee = pack.addressees[choices.addressee]
    subject = pack.letters[addressee.letter].texts[choices.language].subject
    for case in pack.cases_of(addressee):
        first = FirstLetter(case, choices.day - timedelta(days=40), subject)
        yield html.sheet(compose(pack, replace(choices, first=first)))


def _page(pack: Pack, where: ItemReference) -> Preview:
    """The main part of the public page, with ids that do not meet those of the editor."""
    name = where.kind.view or "home"
    g.edition, g.draft = LoadedEdition(0, pack, clock.now()), True
    try:
        with languages.forced(where.language):
            whole = PUBLIC[name][1](**_named(where))
    finally:
        g.pop("edition")
        g.pop("draft")
    inside = whole.partition('<main id="main">')[2].partition("</main>")[0]
    inside = re.sub(r'\b(id|aria-labelledby|aria-describedby)="', r'\1="preview-', inside)
    inside = re.sub(r'href="#', 'href="#preview-', inside)
    anchors = {
        "fact": where.key,
        "source": f"source-{where.key}",
        "topic": f"topic-{where.key}",
        "event": "what-became",
    }
    return Preview(Markup(inside), f"preview-{anchors.get(where.kind.key, '')}")  # noqa: S704  a page of ours


def page_of(where: ItemReference) -> str:
    """The address of the draft page that shows a thing; '' where there is none."""
    name = where.kind.view
    if name not in PUBLIC:
        return ""
    return page_address(f"desk.draft_{name}", slug=g.desk.slug, language=where.language, **_named(where))


def _named(where: ItemReference) -> dict[str, str]:
    """What the page's address has beside campaign and language."""
    if where.kind.key == "runner":
        return {"key": "imprint"}
    return {"key": where.key} if where.kind.view in {"demand", "text", "update", "with_partner"} else {}


def excerpt(text: str, finding: Finding) -> Markup:
    """The line of a file that a finding is about, with the word underlined that it names."""
    lines = text.split("\n")
    return underlined(
        lines[finding.line - 1] if finding.line <= len(lines) else "", finding.column, finding.word
    )


def underlined(line: str, column: int, word: str) -> Markup:
    """A line of a text with the word at a column underlined."""
    at = column - 1
    if not column or line[at : at + len(word)] != word:
        return escape(line)
    return Markup("{}<u>{}</u>{}").format(line[:at], word, line[at + len(word) :])
