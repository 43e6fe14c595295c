"""A file as it is, and every version that it had."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign.database import db
from campaign.desk.content import difference, kept, unreadable
from campaign.desk.content.editor import save_texts
from campaign.desk.content.forms import FileForm, VersionForm
from campaign.desk.content.preview import excerpt
from campaign.desk.content.problems import Problem
from campaign.desk.draft_snapshot import DraftSnapshot, draft_snapshot
from campaign.desk.fields import first_error, posted
from campaign.desk.pages import Pages, back_to, page
from campaign.editions import drafts
from campaign.editions.drafts import Change, ConflictError, FileVersion
from campaign.editions.store import Authorship
from campaign.languages.dates import moment
from campaign.pack.files import place_in_pack
from campaign.people.roles import Permission
from campaign.untrusted import whole_number
from campaign.web.messages import translated

pages = Pages()


@pages.page("/<slug>/files/<path:path>", Permission.READ)
def raw(path: str) -> ResponseReturnValue:
    """A file as it is."""
    draft = draft_snapshot(g.desk.slug)
    if path not in draft.files:
        abort(404)
    form = kept.form_of_file(path)
    typed: Mapping[str, str] = kept.taken_over(form) or {}
    base = whole_number(typed.get("base", "")) or draft.draft.versions[path].id
    return page(
        "desk/content/raw.html",
        path=path,
        text=typed.get("text", draft.files[path]).replace("\r\n", "\n"),
        base=min(base, draft.draft.versions[path].id),
        note=typed.get("note", ""),
        problems=[],
        **kept.offered(form),
        findings=unreadable.of_file(draft, path),
    )


@pages.page("/<slug>/files/<path:path>", Permission.EDIT, methods=["POST"])
def raw_post(path: str) -> ResponseReturnValue:
    """Save a file as it was typed, unless the checker finds a new error in it."""
    draft = draft_snapshot(g.desk.slug)
    if not place_in_pack(path):
        abort(404)
    form = posted(FileForm)
    values = {
        "path": path,
        "kept_form": kept.form_of_file(path),
        "text": form.lines,
        "base": form.base.data,
        "note": form.note.data,
    }
    if problems := _problems(draft, path, form):
        return page("desk/content/raw.html", 422, problems=problems, **values)
    change = Change(path, form.lines, form.base.data)
    try:
        drafts.save_all(db.session, draft.slug, [change], Authorship(g.desk.name, form.note.reason))
    except ConflictError as error:
        return page(
            "desk/content/raw.html", 409, problems=[], **{**values, **_newer(draft, change, error.newer)}
        )
    kept.discard(kept.form_of_file(path))
    return back_to("raw", said="saved", path=path)


def _problems(draft: DraftSnapshot, path: str, form: FileForm) -> list[Problem]:
    """What keeps a file from being saved."""
    if not form.validate():
        return [Problem(first_error(form))]
    errors = draft.new_errors({**draft.files, path: form.lines})
    return [Problem(translated(one.text), one.path, one.line, excerpt(form.lines, one)) for one in errors]


def _newer(draft: DraftSnapshot, change: Change, newer: FileVersion | None) -> dict[str, Any]:
    """What somebody else saved in between, as a difference to what both began from."""
    before = drafts.text_at(db.session, draft.slug, change.path, change.base) or ""
    if newer is None:
        return {"base": 0, "author": "", "theirs": difference.runs(before, "")}
    theirs = difference.runs(before, newer.text or "")
    return {"base": newer.id, "author": newer.author, "theirs": theirs}


@pages.page("/<slug>/history/<path:path>", Permission.READ)
def history(path: str) -> ResponseReturnValue:
    """Every version of a file: who, when, why, and what changed."""
    found = drafts.history(db.session, g.desk.slug, path)
    if not found:
        abort(404)
    older = [*found[1:], None]
    rows = [
        (one, difference.lines(before.text or "" if before else "", one.text or ""))
        for one, before in zip(found[:40], older, strict=False)
    ]
    return page("desk/content/history.html", path=path, rows=rows, total=len(found))


@pages.page("/<slug>/history/<path:path>", Permission.EDIT, methods=["POST"])
def history_post(path: str) -> ResponseReturnValue:
    """Write an old text of a file again."""
    draft = draft_snapshot(g.desk.slug)
    which = posted(VersionForm).version.data
    versions = [
        version for version in drafts.history(db.session, g.desk.slug, path) if str(version.id) == which
    ]
    if not versions:
        abort(404)
    why = _("Restored the text of %(time)s", time=moment(versions[0].at, g.address["language"]))
    try:
        save_texts(draft, {path: versions[0].text}, why)
    except ConflictError:
        return back_to("history", path=path)
    return back_to("history", said="saved", path=path)
