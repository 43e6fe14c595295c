"""Photographs, drawings and logos: brought in, shown in the draft, taken out."""

from __future__ import annotations

from flask import Response, abort, g, request
from flask.typing import ResponseReturnValue

from campaign.database import db
from campaign.desk.content import image_slots, items
from campaign.desk.content.editor import conflict_of, editing_of, editor_page, save_texts, where_of
from campaign.desk.content.form import content_form
from campaign.desk.content.forms import NoteForm, PhotographForm
from campaign.desk.content.image_slots import ImageSlot
from campaign.desk.content.items import ItemReference
from campaign.desk.content.problems import Problem, problems_of
from campaign.desk.draft_snapshot import DraftSnapshot, draft_snapshot
from campaign.desk.fields import first_error, posted
from campaign.desk.pages import Pages, back_to
from campaign.desk.publishing.publish import write_audit
from campaign.editions import store
from campaign.editions.drafts import ConflictError
from campaign.people.audit import AuditVerb
from campaign.people.roles import Permission
from campaign.photographs import photo_store, sanitise
from campaign.photographs.sanitise import PhotographError
from campaign.site import images
from campaign.web.messages import translated

pages = Pages()


@pages.page("/<slug>/draft/photographs/<photo>.jpg", Permission.READ)
def draft_photograph(photo: str) -> ResponseReturnValue:
    """A photograph that the draft names, as the public would see it."""
    data = photo_store.picture(db.session, g.desk.slug, photo, small=request.args.get("small") == "yes")
    if data is None:
        abort(404)
    response = Response(data, mimetype="image/jpeg")
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.page("/<slug>/draft/images/<image_name>", Permission.READ)
def draft_image(image_name: str) -> ResponseReturnValue:
    """The photograph of the front page, or a logo, as the draft has it."""
    return images.answer(g.desk.slug, image_name, "no-store")


@pages.page("/<slug>/content/<kind>/<key>/photograph", Permission.EDIT, methods=["POST"])
def photograph_post(kind: str, key: str) -> ResponseReturnValue:
    """A picture is encoded again without the camera’s data, and the draft names it."""
    draft, where = _thing(kind, key)
    form = posted(PhotographForm)
    form.image_slot = slot = image_slots.slot(where.kind, form.place.data)
    if not form.validate():
        return _again(draft, where, form, first_error(form))
    try:
        picture = form.picture.data
        made = sanitise.sanitised_logo(picture) if slot.is_logo else sanitise.sanitised(picture, form.boxes)
    except PhotographError as error:
        return _again(draft, where, form, translated(error.message))
    is_other = items.read(draft.files, where).get(slot.field.id) != made.name
    before = _without(draft, where, slot) if is_other else draft.files
    after = {**before, **items.write(before, where, slot.values(made.name, form.caption, form.credit))}
    return _save(draft, where, form, _changed(draft, after), made)


def _without(draft: DraftSnapshot, where: ItemReference, slot: ImageSlot) -> dict[str, str]:
    """The draft's files without the picture and what is said of it, in every language.

    Words on another picture are worse than none: they would describe the wrong one.
    """
    files = dict(draft.files)
    for language in items.languages_of(files):
        files |= items.write(files, ItemReference(where.kind, where.key, language), slot.values("", "", ""))
    return files


def _changed(draft: DraftSnapshot, after: dict[str, str]) -> dict[str, str]:
    return {path: text for path, text in after.items() if text != draft.files.get(path)}


def _thing(kind: str, key: str) -> tuple[DraftSnapshot, ItemReference]:
    """The draft and a thing of it in the language of the form; 404 for what is not there."""
    draft = draft_snapshot(g.desk.slug)
    where = where_of(kind, key, draft)
    if not items.exists(draft.files, where):
        abort(404)
    return draft, where


def _again(draft: DraftSnapshot, where: ItemReference, typed: PhotographForm, problem: str) -> Response:
    form, fields = content_form(editing_of(draft, where))
    problems = [Problem(problem, str(typed.image_slot.field.label))]
    return editor_page(draft, where, form, fields, draft.mark, problems=problems, typed_photo=typed.typed)


def _save(
    draft: DraftSnapshot,
    where: ItemReference,
    typed: PhotographForm,
    new: dict[str, str],
    made: sanitise.Photograph | None,
) -> ResponseReturnValue:
    """The picture, the thing that names it and the line of the audit, in one transaction."""
    form, fields = content_form(editing_of(draft, where))
    if problems := problems_of(draft, {**draft.files, **new}, where, fields):
        return editor_page(draft, where, form, fields, draft.mark, problems=problems)
    what = f"{where.key} {made.name[:8] if made else 'taken out'}"
    try:
        with store.writing(db.session, draft.slug) as campaign:
            if saved := save_texts(draft, new, posted(NoteForm).note.reason):
                photo_store.add_all(db.session, campaign.id, [made] if made else [])
                write_audit(campaign, AuditVerb.PHOTOGRAPH, str(saved), what)
    except ConflictError as error:
        newer, conflicts = draft_snapshot(draft.slug), [conflict_of(error, where)]
        return editor_page(
            newer, where, form, fields, draft.mark, conflicts=conflicts, typed_photo=typed.typed
        )
    done = "photographed" if made else "no-photograph"
    return back_to("edit", said=done, kind=where.kind.key, key=where.key, text=where.language)


@pages.page("/<slug>/content/<kind>/<key>/photograph/out", Permission.EDIT, methods=["POST"])
def photograph_out(kind: str, key: str) -> ResponseReturnValue:
    """The draft names it no more; it is erased in the night after that was published."""
    draft, where = _thing(kind, key)
    form = posted(PhotographForm)
    form.image_slot = image_slots.slot(where.kind, form.place.data)
    return _save(draft, where, form, _changed(draft, _without(draft, where, form.image_slot)), None)
