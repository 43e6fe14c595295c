"""Changes of a thing by one button: a demand moves, an address was checked, a text was read."""

from __future__ import annotations

from flask import abort, g
from flask.typing import ResponseReturnValue

from campaign.desk.content import demand_states, items, reviews
from campaign.desk.content.editor import editing_of, editor_page, kind_of, save_files, where_of
from campaign.desk.content.form import content_form
from campaign.desk.content.forms import CheckedForm, ReviewForm, StateForm, state_form
from campaign.desk.content.items import ItemReference, Values
from campaign.desk.content.kinds import KINDS
from campaign.desk.content.problems import Problem, problems_of
from campaign.desk.draft_snapshot import draft_snapshot
from campaign.desk.fields import posted
from campaign.desk.pages import Pages, back_to
from campaign.people.roles import Permission
from campaign.web.open_edition import campaign_day

pages = Pages()


@pages.page("/<slug>/content/demand/<key>/state", Permission.EDIT, methods=["POST"])
def demand_state(key: str) -> ResponseReturnValue:
    """A demand moves: from a day on it is in another state, with a reason and maybe a source."""
    draft = draft_snapshot(g.desk.slug)
    languages = items.languages_of(draft.files)
    where = ItemReference(KINDS["demand"], key, languages[0])
    if not items.exists(draft.files, where):
        abort(404)
    state: StateForm = posted(state_form(languages, demand_states.names(draft.files, languages)))
    form, fields = content_form(editing_of(draft, where))
    new: dict[str, str] = {}
    if state.validate():
        states = [*demand_states.states(draft.files, key), state.entry]
        states.sort(key=lambda entry: str(entry.get("date", "")))
        new = {"campaign.yaml": demand_states.with_states(draft.files["campaign.yaml"], key, states)}
        problems = problems_of(draft, {**draft.files, **new}, where, fields)
    else:
        problems = [Problem(str(field.errors[0]), str(field.label.text)) for field in state if field.errors]
    if problems:
        return editor_page(draft, where, form, fields, draft.mark, problems=problems, typed_state=state.typed)
    if answer := save_files(draft, where, new):
        return editor_page(draft_snapshot(draft.slug), where, form, fields, draft.mark, conflicts=[answer])
    return back_to("edit", said="saved", kind="demand", key=key)


@pages.page("/<slug>/content/<kind>/<key>/checked", Permission.EDIT, methods=["POST"])
def checked(kind: str, key: str) -> ResponseReturnValue:
    """Somebody compared the address, or looked for a newer figure, today."""
    draft, which = draft_snapshot(g.desk.slug), kind_of(kind)
    where = ItemReference(which, key, items.languages_of(draft.files)[0])
    if kind not in {"addressee", "fact"} or not items.exists(draft.files, where):
        abort(404)
    changes: Values = {"f.checked-on": campaign_day(g.desk.slug).isoformat()}
    source = posted(CheckedForm).source.data
    known = items.read(draft.files, where).get("f.sources_list") or []
    if kind == "addressee" and source in items.keys(draft.files, KINDS["source"]) and source not in known:
        changes["f.sources_list"] = [*known, source]
    form, fields = content_form(editing_of(draft, where))
    if answer := save_files(draft, where, items.write(draft.files, where, changes)):
        return editor_page(draft_snapshot(draft.slug), where, form, fields, draft.mark, conflicts=[answer])
    return back_to("edit", said="checked", kind=kind, key=key)


@pages.page("/<slug>/content/<kind>/<key>/review", Permission.READ, methods=["POST"])
def review(kind: str, key: str) -> ResponseReturnValue:
    """A text is ready to be read, or was read by somebody who may change it."""
    draft = draft_snapshot(g.desk.slug)
    where = where_of(kind, key, draft)
    if not g.desk.writes(where.language):
        abort(403)
    if not items.exists(draft.files, where):
        abort(404)
    state = posted(ReviewForm).review_state
    reviews.set_state(draft.slug, draft.files, where, state)
    return back_to("edit", said=state, kind=kind, key=key, text=where.language)
