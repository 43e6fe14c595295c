"""New things in a pack, and things that go."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import abort, g, request
from flask.typing import ResponseReturnValue

from campaign.database import db
from campaign.desk.access.checks import MOST_TYPED
from campaign.desk.content import demand_states, items, kept, sent_pictures
from campaign.desk.content.editor import (
    TypedForm,
    conflict_of,
    editing_of,
    editor_page,
    kind_of,
    save_files,
    save_pictures,
    save_texts,
)
from campaign.desk.content.form import FormEntry, content_form, typed_values
from campaign.desk.content.forms import KeyForm, NoteForm
from campaign.desk.content.items import ItemReference, Values
from campaign.desk.content.problems import Problem, problems_of
from campaign.desk.content.sent_pictures import with_pictures
from campaign.desk.draft_snapshot import DraftSnapshot, draft_snapshot
from campaign.desk.fields import first_error, posted
from campaign.desk.pages import Pages, Upload, back_to
from campaign.editions import store
from campaign.editions.drafts import ConflictError
from campaign.pack.new_keys import free_key
from campaign.pack.writing import WritingError
from campaign.people.roles import Permission
from campaign.photographs import sanitise
from campaign.web.messages import translated

pages = Pages()

#: Keys that no form can have: they are parts of the desk's addresses.
UNUSABLE = frozenset({"new"})


@pages.page("/<slug>/content/<kind>/new", Permission.EDIT)
def new(kind: str) -> ResponseReturnValue:
    """The editor of a thing that is not there yet."""
    draft, which = draft_snapshot(g.desk.slug), kind_of(kind)
    if not which.many:
        abort(404)
    source = items.languages_of(draft.files)[0]
    where = ItemReference(which, "", source)
    typed = kept.taken_over(kept.form_of_new(kind))
    editing = editing_of(draft, where)
    form, fields = content_form(editing, typed, {})
    if typed is None:
        return editor_page(draft, where, form, fields, draft.mark, new=True)
    where = replace(where, key=typed.get("key", "")[:60])
    more = {"pictures": sent_pictures.of(editing, typed), "note": typed.get("note", "")}
    return editor_page(draft, where, form, fields, draft.mark, new=True, **more)


def _too_large(problem: str, name: str, kind: str) -> ResponseReturnValue:
    """The editor with what was typed; the picture that is too large has to be chosen again."""
    draft, which = draft_snapshot(g.desk.slug), kind_of(kind)
    if not which.many:
        abort(404)
    where = ItemReference(which, posted(KeyForm).stripped[:60], items.languages_of(draft.files)[0])
    editing = editing_of(draft, replace(where, key=""))
    form, fields = content_form(editing, request.form, {})
    pictures = sent_pictures.of(editing, request.form)
    pictures.refuse(name, problem)
    return editor_page(draft, where, form, fields, draft.mark, new=True, pictures=pictures, status=413)


@pages.page(
    "/<slug>/content/<kind>/new",
    Permission.EDIT,
    methods=["POST"],
    upload=Upload(sanitise.MOST_BYTES, _too_large, beside=MOST_TYPED),
)
def new_post(kind: str) -> ResponseReturnValue:
    """Save a new thing under its key, or under one that is made from its name."""
    draft, which = draft_snapshot(g.desk.slug), kind_of(kind)
    if not which.many:
        abort(404)
    key_form = posted(KeyForm)
    key_form.taken = taken = items.keys(draft.files, which)
    where = ItemReference(which, key_form.stripped, items.languages_of(draft.files)[0])
    form, fields = content_form(editing_of(draft, where), request.form, {})
    pictures = sent_pictures.of(editing_of(draft, replace(where, key="")), request.form)
    if not where.key:
        where = replace(where, key=free_key(_name(fields), which.key, {*taken, *UNUSABLE}))
        key_form.key.data = where.key
    good_key, good_fields = key_form.validate(), form.validate() and pictures.check(form)
    if not (good_key and good_fields and pictures.sanitise()):
        problems = [] if good_key else [Problem(first_error(key_form), str(key_form.key.label.text))]
        more = {"pictures": pictures, "problems": problems}
        return editor_page(draft, where, form, fields, draft.mark, new=True, **more)
    values = typed_values(form, fields, {})
    changes = {name: value for name, value in values.items() if value}
    return _save_new(draft, where, TypedForm(form, fields, pictures, values), changes)


def _name(fields: list[FormEntry]) -> str:
    """What a new thing is called: the first text that was typed."""
    texts = (entry.field.data for entry in fields if entry.words and isinstance(entry.field.data, str))
    return next(filter(None, texts), "")


def _save_new(
    draft: DraftSnapshot, where: ItemReference, typed: TypedForm, changes: Values
) -> ResponseReturnValue:
    def again(**why: Any) -> ResponseReturnValue:
        newer = draft_snapshot(draft.slug)
        more = {"pictures": typed.pictures, **why}
        return editor_page(newer, where, typed.form, typed.fields, newer.mark, new=True, **more)

    try:
        files, changes = with_pictures(draft.files, where, changes, typed.pictures, typed.values)
        files |= items.write(files, where, changes)
        if where.kind.key == "demand":
            files["campaign.yaml"] = demand_states.with_demand(files["campaign.yaml"], where.key)
    except WritingError as error:
        return again(problems=[Problem(translated(error.message))])
    if problems := problems_of(draft, files, where, typed.fields):
        return again(problems=problems)
    new = {path: text for path, text in files.items() if text != draft.files.get(path)}
    try:
        with store.writing(db.session, draft.slug) as campaign:
            saved = save_texts(draft, new, posted(NoteForm).note.reason)
            save_pictures(campaign, where, typed.pictures, saved)
    except ConflictError as error:
        return again(conflicts=[conflict_of(error, where)])
    kept.discard(kept.form_of_new(where.kind.key))
    return back_to("edit", said="saved", kind=where.kind.key, key=where.key, text=where.language)


@pages.page("/<slug>/content/<kind>/<key>/remove", Permission.EDIT, methods=["POST"])
def remove(kind: str, key: str) -> ResponseReturnValue:
    """Take a thing out of the draft, unless something else needs it."""
    draft, which = draft_snapshot(g.desk.slug), kind_of(kind)
    where = ItemReference(which, key, items.languages_of(draft.files)[0])
    if not which.removable or not items.exists(draft.files, where):
        abort(404)
    gone = items.without(draft.files, which, key)
    after = {path: text for path, text in {**draft.files, **gone}.items() if text is not None}
    form, fields = content_form(editing_of(draft, where))
    if problems := problems_of(draft, after, where, fields):
        return editor_page(draft, where, form, fields, draft.mark, problems=problems)
    if answer := save_files(draft, where, gone):
        return editor_page(draft_snapshot(draft.slug), where, form, fields, draft.mark, conflicts=[answer])
    return back_to(
        "kind" if which.many else "content", said="taken-out", **({"kind": kind} if which.many else {})
    )
