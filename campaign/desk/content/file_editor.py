"""A file as it is, and every version that it had."""

from __future__ import annotations

from flask import abort, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign.database import db
from campaign.desk.content import difference
from campaign.desk.content.editor import saved_all
from campaign.desk.content.forms import FileForm, VersionForm
from campaign.desk.content.preview import excerpt
from campaign.desk.content.problems import Problem
from campaign.desk.draft_snapshot import draft_snapshot
from campaign.desk.fields import posted
from campaign.desk.pages import Pages, back_to, page
from campaign.desk.told import told
from campaign.desk.validators import too_long
from campaign.editions import drafts
from campaign.editions.drafts import Change, ConflictError
from campaign.editions.store import Authorship
from campaign.pack.files import place_in_pack
from campaign.pack.reading import MAX_FILE
from campaign.people.roles import Permission
from campaign.text_input import forbidden

pages = Pages()


@pages.page("/<slug>/files/<path:path>", Permission.READ)
def raw(path: str) -> ResponseReturnValue:
    """A file as it is."""
    draft = draft_snapshot(g.desk.slug)
    if path not in draft.files:
        abort(404)
    return page(
        "desk/raw.html", path=path, text=draft.files[path], base=draft.draft.versions[path].id, problems=[]
    )


@pages.page("/<slug>/files/<path:path>", Permission.EDIT, methods=["POST"])
def raw_post(path: str) -> ResponseReturnValue:
    """Save a file as it was typed, unless the checker finds a new error in it."""
    draft = draft_snapshot(g.desk.slug)
    if not place_in_pack(path):
        abort(404)
    form = posted(FileForm)
    text, base = form.lines, form.base.data
    values = {"path": path, "text": text, "base": base, "note": form.note.data}
    if len(text) > MAX_FILE or forbidden(text):
        bad = _("A sign in this text can’t be printed. Type it anew instead of pasting it.")
        said = too_long(text, MAX_FILE) if len(text) > MAX_FILE else bad
        return page("desk/raw.html", 422, problems=[Problem(said)], **values)
    if errors := draft.new_errors({**draft.files, path: text}):
        problems = [Problem(told(one.text), one.path, one.line, excerpt(text, one)) for one in errors]
        return page("desk/raw.html", 422, problems=problems, **values)
    try:
        author = Authorship(g.desk.name, form.note.reason)
        drafts.save_all(db.session, draft.slug, [Change(path, text, base)], author)
    except ConflictError as error:
        newer = error.newer
        values["base"], text, name = (newer.id, newer.text or "", newer.author) if newer else (0, "", "")
        theirs = difference.runs(drafts.text_at(db.session, draft.slug, path, base) or "", text)
        return page("desk/raw.html", 409, problems=[], theirs=theirs, author=name, **values)
    return back_to("raw", said="saved", path=path)


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
    return page("desk/history.html", path=path, rows=rows, total=len(found))


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
    why = _("Back to the text of %(time)s", time=versions[0].at.strftime("%Y-%m-%d %H:%M"))
    conflict = saved_all(draft, {path: versions[0].text}, why)
    return back_to("history", said="" if conflict else "saved", path=path)
