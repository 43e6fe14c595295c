"""Texts out for translators and back, as a file (PO) for each language."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from flask import abort, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import Field, Form

from campaign.desk.content import difference, items, translation_files
from campaign.desk.draft_snapshot import DraftSnapshot, draft_snapshot
from campaign.desk.fields import TypedText, UploadField, posted
from campaign.desk.pages import Pages, Upload, back_to, download, page
from campaign.editions.drafts import ConflictError
from campaign.editions.reviews import ReviewState
from campaign.editions.store import Authorship
from campaign.messages import Message
from campaign.pack.translation.comparison import Comparison
from campaign.pack.translation.po import MOST_BYTES, MOST_ENTRIES, Entry, PoError, read_po
from campaign.people.roles import Permission
from campaign.untrusted import UnreadableError, json_value
from campaign.web.languages import own_name
from campaign.web.messages import translated
from campaign.web.open_edition import campaign_day

pages = Pages()

#: Refused entries and changes that a page shows in full.
SHOWN = 300


class EntriesField(Field):
    """Entries that a page showed, as the browser sends them back; None if it sends none."""

    data: list[Entry] | None

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        if valuelist:
            try:
                self.data = [_entry(row) for row in json_value(valuelist[0], 2 * MOST_BYTES)[:MOST_ENTRIES]]
            except (UnreadableError, TypeError, ValueError):
                abort(400)


def _entry(row: Any) -> Entry:
    name, source, text = row
    if not all(isinstance(value, str) for value in (name, source, text)):
        raise ValueError(row)
    return Entry(name, source, text)


def packed(entries: Iterable[Entry]) -> str:
    """Entries as the text of a hidden field."""
    rows = [[entry.name, entry.source, entry.text] for entry in entries]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


class PoForm(Form):
    """A file of translations, or the entries of one that a page showed and what they would change."""

    po = UploadField(MOST_BYTES)
    entries = EntriesField()
    state = TypedText(most=64)


@pages.page("/<slug>/translation/po", Permission.READ)
def po() -> ResponseReturnValue:
    """What can be taken out in a language, and a form to bring it back."""
    draft = draft_snapshot(g.desk.slug)
    return _page(_language(draft))


def _language(draft: DraftSnapshot) -> str:
    """The language in the address, or the first that is not the source; 404 for any other."""
    _source, *others = items.languages_of(draft.files)
    language = request.values.get("text", others[0] if others else "")
    if language not in others:
        abort(404)
    return str(language)


def _page(language: str, status: int = 200, problem: str = "") -> ResponseReturnValue:
    return page("desk/content/po.html", status, text=language, problem=problem)


@pages.page("/<slug>/translation/po/out", Permission.READ)
def po_out() -> ResponseReturnValue:
    """The file of a language."""
    draft = draft_snapshot(g.desk.slug)
    language = _language(draft)
    data = translation_files.written(draft, language, translated)
    return download(data, f"{draft.slug}-{language}.po", "text/x-gettext-translation")


def _too_large(problem: str, _name: str) -> ResponseReturnValue:
    return _page(_language(draft_snapshot(g.desk.slug)), 413, problem)


@pages.page(
    "/<slug>/translation/po",
    Permission.READ,
    methods=["POST"],
    upload=Upload(MOST_BYTES, _too_large, beside=4 * MOST_BYTES),
)
def po_post() -> ResponseReturnValue:
    """What a file would change, to be looked at; and from there, all of it as one save."""
    draft, form = draft_snapshot(g.desk.slug), posted(PoForm)
    language = _language(draft)
    if not g.desk.writes(language):
        abort(403)
    sent = form.entries.data is not None
    try:
        entries = form.entries.data if form.entries.data is not None else _uploaded(form, language)
    except PoError as error:
        return _page(language, 422, translated(error.message))
    result = translation_files.read(draft, language, entries)
    state = _state(draft, result)
    if sent and form.state.data == state:
        return _saved(draft, result)
    taken = {change.place.name for change in result.changes} | {place.name for place in result.confirmed}
    return page(
        "desk/content/po-preview.html",
        text=language,
        again=sent,
        result=result,
        changes=[(change, difference.runs(change.old, change.new)) for change in result.changes[:SHOWN]],
        more=max(len(result.changes) - SHOWN, 0),
        refused=result.refused[:SHOWN],
        packed=packed(entry for entry in entries if entry.name in taken),
        state=state,
    )


def _uploaded(form: PoForm, language: str) -> list[Entry]:
    """The entries of the file. Raises PoError."""
    read = read_po(form.po.data)
    if read.language not in {"", language}:
        raise PoError(_other_language(read.language, language))
    return read.entries


def _other_language(found: str, wanted: str) -> Message:
    return Message("This file is in “%(found)s”, not in “%(wanted)s”.", found=found, wanted=own_name(wanted))


def _state(draft: DraftSnapshot, result: Comparison) -> str:
    """What changes: if it is no longer what was shown, it is shown again before it is saved."""
    changes = [(change.place.name, change.old, change.new) for change in result.changes]
    confirmed = [place.name for place in result.confirmed]
    return hashlib.sha256(json.dumps([draft.slug, changes, confirmed]).encode()).hexdigest()


def _saved(draft: DraftSnapshot, result: Comparison) -> ResponseReturnValue:
    author = Authorship(g.desk.name, _("From a file of translations"))
    by = ReviewState("draft", g.desk.name, campaign_day(g.desk.slug))
    try:
        translation_files.save(draft, result, author, by)
    except ConflictError as error:
        message = _("Somebody else has saved in the meantime.")
        return _page(result.language, 409, f"{message} · {error.author}")
    said = "saved" if result.changes else "same"
    return back_to("translation", said=said, text=result.language)
