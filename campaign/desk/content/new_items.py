"""New things in a pack, and things that go."""

from __future__ import annotations

from dataclasses import replace

from flask import abort, g, request
from flask.typing import ResponseReturnValue
from wtforms import Form

from campaign.desk.content import demand_states, items, kept
from campaign.desk.content.editor import editing_of, editor_page, kind_of, save_files
from campaign.desk.content.form import FormEntry, content_form, typed_values
from campaign.desk.content.forms import KeyForm
from campaign.desk.content.items import ItemReference, Values
from campaign.desk.content.problems import Problem, problems_of
from campaign.desk.draft_snapshot import DraftSnapshot, draft_snapshot
from campaign.desk.fields import first_error, posted
from campaign.desk.pages import Pages, back_to
from campaign.pack.new_keys import free_key
from campaign.pack.writing import WritingError
from campaign.people.roles import Permission
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
    form, fields = content_form(editing_of(draft, where), typed, {})
    if typed is None:
        return editor_page(draft, where, form, fields, draft.mark, new=True)
    where = replace(where, key=typed.get("key", "")[:60])
    return editor_page(draft, where, form, fields, draft.mark, new=True, note=typed.get("note", ""))


@pages.page("/<slug>/content/<kind>/new", Permission.EDIT, methods=["POST"])
def new_post(kind: str) -> ResponseReturnValue:
    """Save a new thing under its key, or under one that is made from its name."""
    draft, which = draft_snapshot(g.desk.slug), kind_of(kind)
    if not which.many:
        abort(404)
    key_form = posted(KeyForm)
    key_form.taken = taken = items.keys(draft.files, which)
    where = ItemReference(which, key_form.stripped, items.languages_of(draft.files)[0])
    form, fields = content_form(editing_of(draft, where), request.form, {})
    if not where.key:
        where = replace(where, key=free_key(_name(fields), which.key, {*taken, *UNUSABLE}))
        key_form.key.data = where.key
    good_key, good_fields = key_form.validate(), form.validate()
    if not (good_key and good_fields):
        problems = [] if good_key else [Problem(first_error(key_form), str(key_form.key.label.text))]
        return editor_page(draft, where, form, fields, draft.mark, new=True, problems=problems)
    changes = {name: value for name, value in typed_values(form, fields, {}).items() if value}
    return _save_new(draft, where, (form, fields), changes)


def _name(fields: list[FormEntry]) -> str:
    """What a new thing is called: the first text that was typed."""
    texts = (entry.field.data for entry in fields if entry.words and isinstance(entry.field.data, str))
    return next(filter(None, texts), "")


def _save_new(
    draft: DraftSnapshot, where: ItemReference, typed: tuple[Form, list[FormEntry]], changes: Values
) -> ResponseReturnValue:
    form, fields = typed
    files = draft.files
    try:
        new_files: dict[str, str | None] = {**items.write(files, where, changes)}
        if where.kind.key == "demand":
            table = new_files.get("campaign.yaml") or files["campaign.yaml"]
            new_files["campaign.yaml"] = demand_states.with_demand(table, where.key)
    except WritingError as error:
        problems = [Problem(translated(error.message))]
        return editor_page(draft, where, form, fields, draft.mark, new=True, problems=problems)
    after = {**files, **{path: text for path, text in new_files.items() if text is not None}}
    if problems := problems_of(draft, after, where, fields):
        return editor_page(draft, where, form, fields, draft.mark, new=True, problems=problems)
    if answer := save_files(draft, where, new_files):
        return editor_page(
            draft_snapshot(draft.slug), where, form, fields, draft.mark, new=True, conflicts=[answer]
        )
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
