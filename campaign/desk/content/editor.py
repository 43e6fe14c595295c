"""One editor for each kind: fields, prose, the translation beside its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import Form

from campaign.database import db
from campaign.desk.access.checks import MOST_TYPED
from campaign.desk.access.visit import Desk
from campaign.desk.content import (
    difference,
    item_extras,
    items,
    kept,
    reviews,
    sent_pictures,
)
from campaign.desk.content import preview as shown
from campaign.desk.content.difference import Runs
from campaign.desk.content.form import FormContext, FormEntry, content_form, offers, typed_values
from campaign.desk.content.forms import EditorForm, NoteForm
from campaign.desk.content.items import ItemReference, Values
from campaign.desk.content.kinds import KINDS, Kind
from campaign.desk.content.preview import SAMPLES, preview
from campaign.desk.content.problems import Problem, findings_of, problems_of, still_to_do
from campaign.desk.content.sent_pictures import SentPictures, with_pictures
from campaign.desk.draft_snapshot import DraftSnapshot, draft_snapshot
from campaign.desk.fields import posted
from campaign.desk.pages import Pages, Upload, back_to, page
from campaign.desk.publishing.publish import write_audit
from campaign.editions import drafts, store
from campaign.editions.drafts import Change, ConflictError
from campaign.editions.models import Campaign
from campaign.editions.store import Authorship
from campaign.pack.files import parse_draft
from campaign.pack.writing import WritingError
from campaign.people.audit import AuditVerb
from campaign.people.roles import Permission
from campaign.photographs import photo_store, sanitise
from campaign.untrusted import whole_number
from campaign.web.messages import translated
from campaign.web.open_edition import campaign_day

pages = Pages()


def kind_of(key: str) -> Kind:
    """The kind of an address; 404 for one that there is not."""
    if key not in KINDS:
        abort(404)
    return KINDS[key]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that two people changed: what the other one wrote, as a difference to what both began from."""

    label: str
    theirs: Runs
    author: str


def where_of(kind: str, key: str, draft: DraftSnapshot) -> ItemReference:
    """The thing and language of an address; 404 for what is not there."""
    which = kind_of(kind)
    languages = items.languages_of(draft.files)
    here = g.address["language"]
    language = request.values.get("text", here if here in languages else languages[0])
    if language not in languages:
        abort(404)
    return ItemReference(which, key, language)


def editing_of(draft: DraftSnapshot, where: ItemReference) -> FormContext:
    """What a form is made for, by what the person at the desk may change."""
    desk: Desk = g.desk
    return FormContext(
        draft.files,
        where,
        shared=desk.may(Permission.EDIT),
        words=desk.writes(where.language),
        offered=offers(draft.files, g.address["language"]),
    )


@pages.page("/<slug>/content/<kind>/<key>", Permission.READ)
def edit(kind: str, key: str) -> ResponseReturnValue:
    """The editor of one thing in one language."""
    draft = draft_snapshot(g.desk.slug)
    where = where_of(kind, key, draft)
    if not items.exists(draft.files, where):
        abort(404)
    typed = kept.taken_over(kept.form_of(where))
    editing = editing_of(draft, where)
    form, fields = content_form(editing, typed)
    if typed is None:
        return editor_page(draft, where, form, fields, draft.mark)
    # A text that is taken over began from the draft as it was then.
    mark = min(whole_number(typed.get("mark", "")) or 0, draft.mark)
    pictures = sent_pictures.of(editing, typed)
    return editor_page(draft, where, form, fields, mark, pictures=pictures, note=typed.get("note", ""))


def editor_page(
    draft: DraftSnapshot, where: ItemReference, form: Form, fields: list[FormEntry], mark: int, **more: Any
) -> Response:
    """The editor with what is saved or was typed, the preview, and messages; nothing is saved."""
    languages = items.languages_of(draft.files)
    review_states = reviews.ReviewStates.of(draft)
    sample = request.values.get("sample", "woman")
    drawn = None if more.get("new") else preview(draft.pack, where, sample)
    values = {
        "form": form,
        "fields": fields,
        "where": where,
        "mark": mark,
        "languages": languages,
        "source": items.source_of(draft.files, where.kind, where.key),
        "states": {one: review_states.state(where.kind, where.key, one) for one in languages},
        "since": review_states.since(where.kind, where.key, where.language),
        "since_language": review_states.source_of(where.kind, where.key, where.language),
        "title": items.title_of(draft.files, where.kind, where.key, [g.address["language"], *languages]),
        "paths": [path for path in where.paths if path in draft.files],
        "preview": drawn,
        "findings": [] if drawn or more.get("new") else findings_of(draft, where, fields),
        **still_to_do(draft, where, fields),
        "shown_at": shown.page_of(where),
        "samples": SAMPLES,
        "sample": sample,
        "insertable": _insertable(draft.files, where),
        "today": campaign_day(g.desk.slug),
        "pictures": sent_pictures.of(editing_of(draft, where)),
        "new": False,
        "conflicts": [],
        "problems": [],
        "note": posted(NoteForm).note.data,
        **item_extras.of(draft, where, languages),
        **kept.offered(kept.form_of_new(where.kind.key) if more.get("new") else kept.form_of(where)),
        **more,
    }
    wrong = values["problems"] or form.errors or values["pictures"].problems
    status = values.pop("status", 0) or (409 if values["conflicts"] else 422 if wrong else 200)
    return page("desk/content/edit.html", status, **values)


def _insertable(files: items.Files, where: ItemReference) -> list[tuple[str, list[tuple[str, str]]]]:
    """What buttons put into a prose: facts, sources, demands, and in letters the addressee's words."""
    if not where.kind.folder:
        return []
    offered = offers(files, g.address["language"])
    marks = [
        (_("Fact"), [(f"{{{{ fact.{key} }}}}", words) for key, words in offered("fact")]),
        (
            _("Note of a source"),
            [(f"{{{{ source.{key}.note }}}}", words) for key, words in offered("source")],
        ),
        (_("Demand"), [(f"{{{{ demand.{key} }}}}", words) for key, words in offered("demand")]),
    ]
    if where.kind.key == "letter":
        names = [
            ("addressee.title", _("the addressee’s title")),
            ("sender.name", _("the supporter’s name")),
            ("sender.place", _("the supporter’s town")),
            ("sender.country", _("the supporter’s country")),
        ]
        marks.append((_("Name"), [(f"{{{{ {name} }}}}", words) for name, words in names]))
    return marks


def _too_large(problem: str, name: str, kind: str, key: str) -> ResponseReturnValue:
    """The editor with what was typed; the picture that is too large has to be chosen again."""
    draft = draft_snapshot(g.desk.slug)
    where = where_of(kind, key, draft)
    if not items.exists(draft.files, where):
        abort(404)
    editing = editing_of(draft, where)
    form, fields = content_form(editing, request.form)
    pictures = sent_pictures.of(editing, request.form)
    pictures.refuse(name, problem)
    return editor_page(draft, where, form, fields, _mark(draft), pictures=pictures, status=413)


@pages.page(
    "/<slug>/content/<kind>/<key>",
    Permission.READ,
    methods=["POST"],
    upload=Upload(sanitise.MOST_BYTES, _too_large, beside=MOST_TYPED),
)
def save(kind: str, key: str) -> ResponseReturnValue:
    """Save what was changed as new versions; whatever keeps it from being saved, nothing typed is lost."""
    draft = draft_snapshot(g.desk.slug)
    where = where_of(kind, key, draft)
    editing = editing_of(draft, where)
    if not (editing.shared or editing.words):
        abort(403)
    if not items.exists(draft.files, where):
        abort(404)
    form, fields = content_form(editing, request.form)
    pictures = sent_pictures.of(editing, request.form)
    if not (form.validate() and pictures.check(form)):
        return editor_page(draft, where, form, fields, _mark(draft), pictures=pictures)
    base = _base(draft, where)
    typed = typed_values(form, fields, base)
    changes = items.changed(typed, base)
    if conflicts := _conflicts(draft, where, fields, changes, base):
        return editor_page(draft, where, form, fields, draft.mark, conflicts=conflicts, pictures=pictures)
    if not pictures.sanitise():
        return editor_page(draft, where, form, fields, _mark(draft), pictures=pictures)
    now = items.read(draft.files, where)
    changes = {name: value for name, value in changes.items() if value != now.get(name)}
    return _save(draft, where, TypedForm(form, fields, pictures, typed), changes)


@dataclass(frozen=True, slots=True)
class TypedForm:
    """What was sent from the editor: its form and how its fields are shown, the pictures, and the values."""

    form: Form
    fields: list[FormEntry]
    pictures: SentPictures
    values: Values


def _mark(draft: DraftSnapshot) -> int:
    """The state of the draft that somebody began from."""
    return min(posted(EditorForm).mark.data or draft.mark, draft.mark)


def _base(draft: DraftSnapshot, where: ItemReference) -> Values:
    """The values as they were when somebody opened the editor."""
    mark = _mark(draft)
    if mark == draft.mark:
        return items.read(draft.files, where)
    texts = {path: drafts.text_at(db.session, draft.slug, path, mark) for path in where.paths}
    there = {path: text for path, text in texts.items() if text is not None}
    return items.read({**draft.files, **there}, where)


def _conflicts(
    draft: DraftSnapshot, where: ItemReference, fields: list[FormEntry], changes: Values, base: Values
) -> list[Conflict]:
    """Fields that somebody else changed, too, and not to the same."""
    now = items.read(draft.files, where)
    authors = [draft.draft.versions[path] for path in where.paths if path in draft.draft.versions]
    author = max(authors, key=lambda one: one.id).author if authors else ""
    found = []
    for one in fields:
        was, theirs = (items.flat(values.get(one.name)) for values in (base, now))
        if one.name in changes and theirs not in {was, items.flat(changes[one.name])}:
            found.append(Conflict(one.field.label.text, difference.runs(was, theirs), author))
    return found


def _save(
    draft: DraftSnapshot, where: ItemReference, typed: TypedForm, changes: Values
) -> ResponseReturnValue:
    def again(**why: Any) -> Response:
        newer = draft_snapshot(draft.slug)
        return editor_page(newer, where, typed.form, typed.fields, newer.mark, pictures=typed.pictures, **why)

    if not changes and not typed.pictures.changed:
        kept.discard(kept.form_of(where))
        return back_to("edit", said="same", kind=where.kind.key, key=where.key, text=where.language)
    try:
        files, changes = with_pictures(draft.files, where, changes, typed.pictures, typed.values)
        files |= items.write(files, where, changes)
    except WritingError as error:
        return again(problems=[Problem(translated(error.message))])
    if problems := problems_of(draft, files, where, typed.fields):
        return again(problems=problems)
    new = {path: text for path, text in files.items() if text != draft.files.get(path)}
    try:
        with store.writing(db.session, draft.slug) as campaign:
            saved = save_texts(draft, new, posted(NoteForm).note.reason)
            save_pictures(campaign, where, typed.pictures, saved)
            _review(draft, files, where, changes)
            kept.discard(kept.form_of(where))
    except ConflictError as error:
        return again(conflicts=[conflict_of(error, where)])
    said = typed.pictures.said if typed.pictures.changed else "saved"
    return back_to("edit", said=said, kind=where.kind.key, key=where.key, text=where.language)


def save_pictures(campaign: Campaign, where: ItemReference, pictures: SentPictures, saved: int) -> None:
    """Store the pictures that came, and write into the audit log what came and went, in so many files."""
    photo_store.add_all(db.session, campaign.id, pictures.made.values())
    for form in pictures.forms:
        made = pictures.made.get(form.image_slot.field.id)
        if made or (form.goes and form.stored):
            what = f"{where.key} {made.name[:8] if made else 'taken out'}"
            write_audit(campaign, AuditVerb.PHOTOGRAPH, str(saved), what)


def save_files(draft: DraftSnapshot, where: ItemReference, new: Mapping[str, str | None]) -> Conflict | None:
    """None once the new texts are saved; or who was quicker by a moment."""
    try:
        save_texts(draft, new, posted(NoteForm).note.reason)
    except ConflictError as error:
        return conflict_of(error, where)
    return None


def conflict_of(error: ConflictError, where: ItemReference) -> Conflict:
    """Who was quicker by a moment, as the editor shows it."""
    return Conflict(where.key, [("", _("Check it, then press the button again."))], error.author)


def save_texts(draft: DraftSnapshot, new: Mapping[str, str | None], note: str) -> int:
    """Save new texts on the draft as it was looked at; how many files changed. Raises ConflictError."""
    versions = draft.draft.versions
    changes = [Change(path, text, versions[path].id if path in versions else 0) for path, text in new.items()]
    return drafts.save_all(db.session, draft.slug, changes, Authorship(g.desk.name, note))


def _review(draft: DraftSnapshot, files: dict[str, str], where: ItemReference, changes: Values) -> None:
    """A changed text is a draft again; translations of a changed source remember what they came from."""
    heads = {one.id for one in where.kind.heads}
    if any(name.startswith(("w.", "p.")) or name in heads for name in changes):
        reviews.text_changed(draft, files, where, posted(EditorForm).review.data == "ask")


@pages.page("/<slug>/content/<kind>/<key>/preview", Permission.READ, methods=["POST"])
def preview_post(kind: str, key: str) -> ResponseReturnValue:
    """The preview and the messages for what is typed just now; nothing is saved."""
    draft = draft_snapshot(g.desk.slug)
    where = where_of(kind, key, draft)
    form, fields = content_form(editing_of(draft, where), request.form)
    files, problems = draft.files, []
    if form.validate():
        now = items.read(draft.files, where)
        try:
            changes = items.changed(typed_values(form, fields, now), now)
            files = {**files, **items.write(files, where, changes)}
            problems = problems_of(draft, files, where, fields)
        except WritingError as error:
            problems = [Problem(translated(error.message))]
    sample = posted(EditorForm).sample.data
    pack = parse_draft(files)[0]
    return page("desk/content/live.html", preview=preview(pack, where, sample), problems=problems, form=form)
