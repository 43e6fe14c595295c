"""The photograph of an event: brought in, shown in the draft, taken out."""

from __future__ import annotations

from flask import Response, abort, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign.database import db
from campaign.desk.content import items
from campaign.desk.content.editor import Problem, editing_of, editor_page, problems_of, save_files, where_of
from campaign.desk.content.form import clean, content_form
from campaign.desk.content.items import ItemReference, Values
from campaign.desk.draft_snapshot import DraftSnapshot, draft_snapshot
from campaign.desk.pages import Pages, back_to, upload
from campaign.desk.publishing.publish import tell
from campaign.editions import store
from campaign.people.audit import AuditVerb
from campaign.people.roles import Permission
from campaign.photographs import photo_store, sanitise
from campaign.photographs.sanitise import PhotographError
from campaign.text_input import forbidden
from campaign.web.messages import translated

pages = Pages()

#: Most characters of what a photograph shows, and of who took it.
MOST_WORDS, MOST_NAME = 500, 200


@pages.page("/<slug>/draft/photographs/<photo>.jpg", Permission.READ)
def draft_photograph(photo: str) -> ResponseReturnValue:
    """A photograph that the draft names, as the public would see it."""
    data = photo_store.picture(db.session, g.desk.slug, photo, small=request.args.get("small") == "yes")
    if data is None:
        abort(404)
    response = Response(data, mimetype="image/jpeg")
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.page("/<slug>/content/event/<key>/photograph", Permission.EDIT, methods=["POST"])
def photograph_post(key: str) -> ResponseReturnValue:
    """A picture is written anew without what the camera knew, and the draft names it."""
    draft, where = _event(key)
    words = _typed("photo-of", MOST_WORDS)
    problem = _problem(words)
    if problem:
        return _again(draft, where, problem)
    try:
        made = sanitise.developed(upload("picture", sanitise.MOST_BYTES))
    except PhotographError as error:
        return _again(draft, where, translated(error.message))
    before = (
        _without(draft, where) if items.read(draft.files, where).get("f.photo") != made.name else draft.files
    )
    values: Values = {"f.photo": made.name, "w.photo-of": words, "f.photo-by": _typed("photo-by", MOST_NAME)}
    after = {**before, **items.write(before, where, values)}
    return _save(draft, where, _changed(draft, after), made)


def _without(draft: DraftSnapshot, where: ItemReference) -> dict[str, str]:
    """The draft's files without the event's photograph and what is said of it, in every language.

    Words on another picture are worse than none: who does not see it would be told of the wrong one.
    """
    files = dict(draft.files)
    gone: Values = {"f.photo": "", "w.photo-of": "", "f.photo-by": ""}
    for language in items.languages_of(files):
        files |= items.write(files, ItemReference(where.kind, where.key, language), gone)
    return files


def _changed(draft: DraftSnapshot, after: dict[str, str]) -> dict[str, str]:
    return {path: text for path, text in after.items() if text != draft.files.get(path)}


def _event(key: str) -> tuple[DraftSnapshot, ItemReference]:
    """The draft and an event of it in the language of the form; 404 for what is not there."""
    draft = draft_snapshot(g.desk.slug)
    where = where_of("event", key, draft)
    if not items.exists(draft.files, where):
        abort(404)
    return draft, where


def _typed(name: str, most: int) -> str:
    return " ".join(clean(request.form.get(name, "")[: most + 1]).split())


def _problem(words: str) -> str:
    if request.form.get("agreed") != "yes":
        return str(_("Tick that everybody who can be recognised agrees, or take another picture."))
    if not words:
        return str(_("Say in a sentence what the photograph shows."))
    who = _typed("photo-by", MOST_NAME)
    if len(words) > MOST_WORDS or len(who) > MOST_NAME or forbidden(words + who):
        return str(_("This is too long, or has a sign that can’t be printed."))
    return ""


def _typed_photo() -> dict[str, str]:
    return {name: request.form.get(name, "")[:MOST_WORDS] for name in ("photo-of", "photo-by")}


def _again(draft: DraftSnapshot, where: ItemReference, problem: str) -> Response:
    form, fields = content_form(editing_of(draft, where))
    problems = [Problem(problem, str(_("Photograph")))]
    return editor_page(draft, where, form, fields, draft.mark, problems=problems, typed_photo=_typed_photo())


def _save(
    draft: DraftSnapshot, where: ItemReference, new: dict[str, str], made: sanitise.Photograph | None
) -> ResponseReturnValue:
    """The picture, the event that names it and the line of the audit, in one transaction."""
    form, fields = content_form(editing_of(draft, where))
    if problems := problems_of(draft, {**draft.files, **new}, where, fields):
        return editor_page(draft, where, form, fields, draft.mark, problems=problems)
    deed = tell(AuditVerb.PHOTOGRAPH, f"{where.key} {made.name[:8] if made else 'taken out'}")
    also = store.together(photo_store.adding(db.session, [made] if made else []), deed)
    if answer := save_files(draft, where, new, also):
        now, typed = draft_snapshot(draft.slug), _typed_photo()
        return editor_page(now, where, form, fields, draft.mark, conflicts=[answer], typed_photo=typed)
    done = "photographed" if made else "no-photograph"
    return back_to("edit", said=done, kind="event", key=where.key, text=where.language)


@pages.page("/<slug>/content/event/<key>/photograph/out", Permission.EDIT, methods=["POST"])
def photograph_out(key: str) -> ResponseReturnValue:
    """The draft names it no more; it is erased in the night after that was published."""
    draft, where = _event(key)
    return _save(draft, where, _changed(draft, _without(draft, where)), None)
