"""Changes of a thing by one button: a demand moves, an address was checked, a text was read."""

from __future__ import annotations

from flask import abort, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign.desk.content import demand_states, items, other_addresses, reviews
from campaign.desk.content.editor import editing_of, editor_page, kind_of, save_files, where_of
from campaign.desk.content.form import content_form
from campaign.desk.content.forms import CheckedForm, ReviewForm, StateForm, state_form
from campaign.desk.content.items import ItemReference, Values
from campaign.desk.content.kinds import KINDS
from campaign.desk.content.other_addresses import OtherAddressForm
from campaign.desk.content.problems import Problem, problems_of
from campaign.desk.draft_snapshot import draft_snapshot
from campaign.desk.fields import first_error, posted
from campaign.desk.pages import Pages, back_to
from campaign.pack.writing import WritingError
from campaign.people.roles import Permission
from campaign.web.messages import translated
from campaign.web.open_edition import campaign_day

pages = Pages()


@pages.page("/<slug>/content/demand/<key>/state", Permission.EDIT, methods=["POST"])
def demand_state(key: str) -> ResponseReturnValue:
    """A demand moves, or what was said of an earlier day is corrected or taken out."""
    draft = draft_snapshot(g.desk.slug)
    languages = items.languages_of(draft.files)
    where = ItemReference(KINDS["demand"], key, languages[0])
    if not items.exists(draft.files, where):
        abort(404)
    state: StateForm = posted(state_form(languages, demand_states.names(draft.files, languages)))
    form, fields = content_form(editing_of(draft, where))
    new: dict[str, str] = {}
    problems = _problems_of_state(state, demand_states.states(draft.files, key))
    if not problems:
        states = demand_states.changed(demand_states.states(draft.files, key), state)
        new = {"campaign.yaml": demand_states.with_states(draft.files["campaign.yaml"], key, states)}
        problems = problems_of(draft, {**draft.files, **new}, where, fields)
    if problems:
        return editor_page(draft, where, form, fields, draft.mark, problems=problems, typed_state=state.typed)
    if answer := save_files(draft, where, new):
        return editor_page(draft_snapshot(draft.slug), where, form, fields, draft.mark, conflicts=[answer])
    return back_to("edit", said="saved", kind="demand", key=key)


def _problems_of_state(state: StateForm, states: list[demand_states.State]) -> list[Problem]:
    """What keeps a state from being saved."""
    if state.replaces.data and state.replaces.data not in map(demand_states.mark, states):
        return [Problem(_("Somebody else has saved in the meantime."))]
    if state.drop.data or state.validate():
        return []
    return [Problem(str(field.errors[0]), str(field.label.text)) for field in state if field.errors]


@pages.page("/<slug>/content/addressee/<key>/address", Permission.EDIT, methods=["POST"])
def other_address(key: str) -> ResponseReturnValue:
    """Save a further address, or take one out."""
    draft = draft_snapshot(g.desk.slug)
    where = where_of("addressee", key, draft)
    if not items.exists(draft.files, where):
        abort(404)
    form = posted(OtherAddressForm)
    editor, fields = content_form(editing_of(draft, where))
    new: dict[str, str] = {}
    problems = [] if form.validate() else [Problem(first_error(form), _("Other addresses"))]
    if not problems:
        try:
            new = {"addressees.yaml": other_addresses.with_address(draft.files["addressees.yaml"], key, form)}
            problems = problems_of(draft, {**draft.files, **new}, where, fields)
        except WritingError as error:
            problems = [Problem(translated(error.message))]
    if problems:
        typed = {"kind": form.kind.data, "code": form.code.data, "lines": form.lines.data}
        return editor_page(draft, where, editor, fields, draft.mark, problems=problems, typed_address=typed)
    if answer := save_files(draft, where, new):
        newer = draft_snapshot(draft.slug)
        return editor_page(newer, where, editor, fields, draft.mark, conflicts=[answer])
    return back_to("edit", said="saved", kind="addressee", key=key, text=where.language)


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
