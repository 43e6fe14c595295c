"""Changes of a thing by one button: a demand moves, an address was checked, a text was read."""

from __future__ import annotations

from collections.abc import Mapping

from flask import abort, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign.desk.content import demand_states, items, reviews
from campaign.desk.content.editor import (
    Problem,
    editing_of,
    editor_page,
    kind_of,
    problems_of,
    save_files,
    where_of,
)
from campaign.desk.content.form import clean, content_form
from campaign.desk.content.items import ItemReference, Values
from campaign.desk.content.kinds import KINDS, STATES
from campaign.desk.draft_snapshot import draft_snapshot
from campaign.desk.pages import Pages, back_to
from campaign.pack.languages import Day
from campaign.people.roles import Permission
from campaign.web.open_edition import campaign_day

pages = Pages()


@pages.page("/<slug>/content/demand/<key>/state", Permission.EDIT, methods=["POST"])
def demand_state(key: str) -> ResponseReturnValue:
    """A demand moves: from a day on it is met, partly met or not met, with a reason and a source."""
    draft = draft_snapshot(g.desk.slug)
    where = ItemReference(KINDS["demand"], key, items.languages_of(draft.files)[0])
    if not items.exists(draft.files, where):
        abort(404)
    typed = {name: clean(request.form.get(name, "")[:300]) for name in ("state", "date", "source")}
    given = {one: request.form.get(f"reason.{one}", "")[:1000] for one in items.languages_of(draft.files)}
    reasons = {one: " ".join(clean(text).split()) for one, text in given.items()}
    problems = _state_problems(typed, reasons)
    form, fields = content_form(editing_of(draft, where))
    if not problems:
        entry = {**typed, "reason": {one: text for one, text in reasons.items() if text}}
        told = sorted(
            [*demand_states.states(draft.files, key), entry], key=lambda one: str(one.get("date", ""))
        )
        new = {"campaign.yaml": demand_states.with_states(draft.files["campaign.yaml"], key, told)}
        problems = problems_of(draft, {**draft.files, **new}, where, fields)
    if problems:
        again = {**typed, "reasons": reasons}
        return editor_page(draft, where, form, fields, draft.mark, problems=problems, typed_state=again)
    if answer := save_files(draft, where, new):
        return editor_page(draft_snapshot(draft.slug), where, form, fields, draft.mark, conflicts=[answer])
    return back_to("edit", said="saved", kind="demand", key=key)


def _state_problems(typed: Mapping[str, str], reasons: Mapping[str, str]) -> list[Problem]:
    problems = []
    try:
        Day.read(typed["date"])
    except ValueError:
        problems.append(
            Problem(_("Enter a day such as 2022-01-05, a month such as 2022-01, or a year."), _("Date"))
        )
    if typed["state"] not in STATES:
        problems.append(Problem(_("Choose from the list."), _("State")))
    if not next(iter(reasons.values())):
        problems.append(Problem(_("This is required."), _("Reason")))
    return problems


@pages.page("/<slug>/content/<kind>/<key>/checked", Permission.EDIT, methods=["POST"])
def checked(kind: str, key: str) -> ResponseReturnValue:
    """Somebody compared the address, or looked for a newer figure, today."""
    draft, which = draft_snapshot(g.desk.slug), kind_of(kind)
    where = ItemReference(which, key, items.languages_of(draft.files)[0])
    if kind not in {"addressee", "fact"} or not items.exists(draft.files, where):
        abort(404)
    changes: Values = {"f.checked-on": campaign_day(g.desk.slug).isoformat()}
    source = request.form.get("source", "")
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
    state = "reviewed" if request.form.get("state") == "reviewed" else "awaiting"
    reviews.set_state(draft.slug, draft.files, where, state)
    return back_to("edit", said=state, kind=kind, key=key, text=where.language)
