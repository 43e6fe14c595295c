"""Lists of the content, and one editor for each kind: fields, prose, the translation beside its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import Form

from campaign.database import db
from campaign.desk import difference, items, reviewing, shown
from campaign.desk.difference import Runs
from campaign.desk.doors import Desk, back_to, clock, door, page
from campaign.desk.fields import Editing, Shown, clean, content_form, offers, typed_values
from campaign.desk.items import Values, Where
from campaign.desk.kinds import KINDS, OFTEN, SELDOM, STATES, Kind
from campaign.desk.seen import Seen, seen
from campaign.desk.shown import SAMPLES, preview, underlined
from campaign.editions import drafts
from campaign.editions.drafts import Change, ConflictError
from campaign.pack import writing
from campaign.pack.check import check
from campaign.pack.files import KEY, parse_draft, place_in_pack
from campaign.pack.findings import UNTRANSLATED, Finding
from campaign.pack.languages import Day
from campaign.pack.reading import MAX_FILE
from campaign.pack.writing import WritingError
from campaign.people.roles import May

# lists


@door("/<slug>/content", May.READ)
def content() -> ResponseReturnValue:
    """What there is to edit, by kind."""
    draft = seen(g.desk.slug)
    counts = {key: len(items.keys(draft.files, kind)) for key, kind in KINDS.items()}
    return page(
        "desk/content.html", kinds=KINDS, often=OFTEN, seldom=SELDOM, counts=counts, paths=sorted(draft.files)
    )


@door("/<slug>/content/<kind>", May.READ)
def kind(kind: str) -> ResponseReturnValue:
    """Everything of a kind, with the state of its texts in each language."""
    which = _kind(kind)
    draft = seen(g.desk.slug)
    if not which.many:
        return edit(kind, which.key)
    languages = items.languages_of(draft.files)
    reading = [g.address["language"], *languages]
    board = reviewing.Board.of(draft)
    rows = [
        (
            key,
            items.title_of(draft.files, which, key, reading),
            [(one, board.state(which, key, one)) for one in languages],
        )
        for key in items.keys(draft.files, which)
    ]
    return page("desk/kind.html", kind=which, rows=rows, languages=languages)


def _kind(key: str) -> Kind:
    if key not in KINDS:
        abort(404)
    return KINDS[key]


# editing


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that two people changed: what the other one wrote, as a difference to what both began from."""

    label: str
    theirs: Runs
    author: str


def _where(kind: str, key: str, draft: Seen) -> Where:
    """The thing and language of an address; 404 for what is not there."""
    which = _kind(kind)
    languages = items.languages_of(draft.files)
    here = g.address["language"]
    language = request.values.get("text", here if here in languages else languages[0])
    if language not in languages:
        abort(404)
    return Where(which, key, language)


def _editing(draft: Seen, where: Where) -> Editing:
    desk: Desk = g.desk
    return Editing(
        draft.files,
        where,
        items.languages_of(draft.files)[0],
        shared=desk.may(May.EDIT),
        words=desk.writes(where.language),
        offered=offers(draft.files, g.address["language"]),
    )


@door("/<slug>/content/<kind>/<key>", May.READ)
def edit(kind: str, key: str) -> ResponseReturnValue:
    """The editor of one thing in one language."""
    draft = seen(g.desk.slug)
    where = _where(kind, key, draft)
    if not items.exists(draft.files, where):
        abort(404)
    form, fields = content_form(_editing(draft, where))
    return _page(draft, where, form, fields, draft.mark)


def _page(draft: Seen, where: Where, form: Form, fields: list[Shown], mark: int, **more: Any) -> Response:
    languages = items.languages_of(draft.files)
    board = reviewing.Board.of(draft)
    sample = request.values.get("sample", "woman")
    files = more.pop("files", draft.files)
    values = {
        "form": form,
        "fields": fields,
        "where": where,
        "mark": mark,
        "languages": languages,
        "source": languages[0],
        "states": {one: board.state(where.kind, where.key, one) for one in languages},
        "since": board.since(where.kind, where.key, where.language),
        "title": items.title_of(files, where.kind, where.key, [g.address["language"], *languages]),
        "paths": [path for path in where.paths if path in draft.files],
        "preview": preview(files, where, sample),
        "shown_at": shown.page_of(where),
        "samples": SAMPLES,
        "sample": sample,
        "demand_states": _demand_states(draft, where),
        "insertable": _insertable(draft.files, where),
        "state_names": STATES,
        "sources": offers(draft.files, g.address["language"])("source") if where.kind.key == "demand" else [],
        "today": clock().date(),
        "new": False,
        "conflicts": [],
        "problems": [],
        "note": request.form.get("note", ""),
        **more,
    }
    status = 409 if values["conflicts"] else 422 if values["problems"] or form.errors else 200
    return page("desk/edit.html", status, **values)


def _insertable(files: items.Files, where: Where) -> list[tuple[str, list[tuple[str, str]]]]:
    """What buttons put into a prose: facts, sources, demands, and in letters the addressee's words."""
    if not where.kind.room:
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
        names = [("addressee.title", _("the addressee’s title")), ("sender.name", _("the supporter’s name")),
                 ("sender.place", _("the supporter’s town")), ("sender.country", _("the supporter’s country"))]  # fmt: skip
        marks.append((_("Name"), [(f"{{{{ {name} }}}}", words) for name, words in names]))
    return marks


def _demand_states(draft: Seen, where: Where) -> list[dict[str, Any]]:
    """What has happened so far with a demand, as it stands in the draft."""
    if where.kind.key != "demand":
        return []
    place = writing.place_of(draft.files["campaign.yaml"], "demands", where.key)
    table = writing.read(draft.files["campaign.yaml"])
    return writing.at(table, ("demands", place, "states")) or [] if place is not None else []


@door("/<slug>/content/<kind>/<key>", May.READ, methods=["POST"])
def save(kind: str, key: str) -> ResponseReturnValue:
    """Save what was changed as new versions; whatever keeps it from being saved, nothing typed is lost."""
    draft = seen(g.desk.slug)
    where = _where(kind, key, draft)
    editing = _editing(draft, where)
    if not (editing.shared or editing.words):
        abort(403)
    if not items.exists(draft.files, where):
        abort(404)
    form, fields = content_form(editing, request.form)
    if not form.validate():
        return _page(draft, where, form, fields, _mark(draft))
    base = _base(draft, where)
    changes = items.changed(typed_values(form, fields, base), base)
    now = items.read(draft.files, where)
    conflicts = _conflicts(draft, where, fields, changes, base)
    if conflicts:
        return _page(draft, where, form, fields, draft.mark, conflicts=conflicts)
    return _save(
        draft,
        where,
        (form, fields),
        {name: changes[name] for name in changes if changes[name] != now.get(name)},
    )


def _mark(draft: Seen) -> int:
    """The state of the draft that somebody began from."""
    given = request.form.get("mark", "")
    return (
        min(int(given), draft.mark) if given.isascii() and given.isdigit() and len(given) < 12 else draft.mark
    )


def _base(draft: Seen, where: Where) -> Values:
    """The values as they were when somebody opened the editor."""
    mark = _mark(draft)
    if mark == draft.mark:
        return items.read(draft.files, where)
    texts = {path: drafts.text_at(db.session, draft.slug, path, mark) for path in where.paths}
    return items.read(
        {**draft.files, **{path: text for path, text in texts.items() if text is not None}}, where
    )


def _conflicts(
    draft: Seen, where: Where, fields: list[Shown], changes: Values, base: Values
) -> list[Conflict]:
    """Fields that somebody else changed, too, and not to the same."""
    now = items.read(draft.files, where)
    authors = [draft.draft.versions[path] for path in where.paths if path in draft.draft.versions]
    author = max(authors, key=lambda one: one.id).author if authors else ""
    return [
        Conflict(
            one.field.label.text, difference.runs(_flat(base.get(one.name)), _flat(now.get(one.name))), author
        )
        for one in fields
        if one.name in changes
        and _flat(now.get(one.name)) != _flat(base.get(one.name))
        and _flat(now.get(one.name)) != _flat(changes[one.name])
    ]


def _flat(value: str | list[str] | None) -> str:
    return "\n".join(value) if isinstance(value, list) else value or ""


def _save(draft: Seen, where: Where, typed: tuple[Form, list[Shown]], changes: Values) -> ResponseReturnValue:
    form, fields = typed
    if not changes:
        return back_to("edit", said="same", kind=where.kind.key, key=where.key, text=where.language)
    try:
        new = items.write(draft.files, where, changes)
    except WritingError as error:
        return _page(draft, where, form, fields, draft.mark, problems=[Problem(str(error))])
    files = {**draft.files, **new}
    if problems := problems_of(draft.files, files, where, fields):
        return _page(draft, where, form, fields, draft.mark, problems=problems)
    if answer := _saved(draft, where, new):
        return _page(seen(draft.slug), where, form, fields, draft.mark, conflicts=[answer])
    _review(draft, files, where, changes)
    return back_to("edit", said="saved", kind=where.kind.key, key=where.key, text=where.language)


def _saved(draft: Seen, where: Where, new: Mapping[str, str | None]) -> Conflict | None:
    """None once the new texts are saved; or who was quicker by a moment."""
    author = saved_all(draft, new, clean(request.form.get("note", "")[:500]))
    return (
        Conflict(where.key, [("", _("Look at it, then press the button again."))], author) if author else None
    )


def saved_all(draft: Seen, new: Mapping[str, str | None], note: str) -> str:
    """'' once the new texts are saved, on the draft as it was looked at; or who saved in between."""
    versions = draft.draft.versions
    changes = [Change(path, text, versions[path].id if path in versions else 0) for path, text in new.items()]
    try:
        drafts.save_all(db.session, draft.slug, changes, g.desk.name, note)
    except ConflictError as error:
        return error.newer.author if error.newer else "?"
    return ""


def _review(draft: Seen, files: dict[str, str], where: Where, changes: Values) -> None:
    """A changed text is a draft again; translations of a changed source are told what they came from."""
    if not any(
        name.startswith(("w.", "p.")) or name in {one.id for one in where.kind.heads} for name in changes
    ):
        return
    reviewing.text_changed(draft, files, where, request.form.get("review") == "ask")


# what is wrong with a text, before it is saved


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where in the thing it is, and the line with the word underlined."""

    text: str
    field: str = ""
    line: int = 0
    excerpt: Any = ""


def problems_of(
    before: dict[str, str], after: dict[str, str], where: Where, fields: list[Shown]
) -> list[Problem]:
    """Errors that this change brings into the draft; those that were there do not hold it up."""
    old = {(one.path, one.text) for one in check(before, clock().date()) if one.level == "error"}
    new = [
        one
        for one in check(after, clock().date())
        if one.level == "error" and one.kind != UNTRANSLATED and (one.path, one.text) not in old
    ]
    return [_problem(one, after, where, fields) for one in new]


def _problem(finding: Finding, files: dict[str, str], where: Where, fields: list[Shown]) -> Problem:
    """A finding with the field that it belongs to."""
    text = files.get(finding.path, "")
    lines = text.split("\n")
    line = lines[finding.line - 1] if finding.line <= len(lines) else ""
    excerpt = underlined(line, finding.column, finding.word) if finding.column else ""
    for one in fields:
        first, last = _lines(text, finding.path, where, one.name)
        if first <= finding.line <= last:
            shift = first + 1 if one.name.startswith("p.") else first - 1
            return Problem(finding.text, one.field.label.text, max(finding.line - shift, 1), excerpt)
    return Problem(finding.text, "", 0, excerpt)


def _lines(text: str, path: str, where: Where, name: str) -> tuple[int, int]:
    """The lines of a field in its file; (1, 0) if it is not there."""
    try:
        if name.startswith("p.") and path == where.kind.document(where.key, where.language):
            return writing.part_lines(text, items.part_of(name))
        if path == where.kind.table:
            root = (
                (where.kind.list, writing.place_of(text, where.kind.list, where.key))
                if where.kind.list
                else ()
            )
            field = next(one for one in where.kind.fields if one.id == name)
            end = (where.language,) if field.words else ()
            return writing.lines_of(text, (*root, *field.path, *end))  # type: ignore[arg-type]
    except (WritingError, ValueError, StopIteration):
        pass
    return 1, 0


@door("/<slug>/content/<kind>/<key>/preview", May.READ, methods=["POST"])
def preview_post(kind: str, key: str) -> ResponseReturnValue:
    """The preview and the messages for what is typed just now; nothing is saved."""
    draft = seen(g.desk.slug)
    where = _where(kind, key, draft)
    form, fields = content_form(_editing(draft, where), request.form)
    files, problems = draft.files, []
    if form.validate():
        now = items.read(draft.files, where)
        try:
            files = {
                **files,
                **items.write(files, where, items.changed(typed_values(form, fields, now), now)),
            }
            if parse_draft(files)[0] is None or where.kind.room:
                problems = problems_of(draft.files, files, where, fields)
        except WritingError as error:
            problems = [Problem(str(error))]
    sample = request.form.get("sample", "woman")
    return page("desk/live.html", preview=preview(files, where, sample), problems=problems, form=form)


# new things, and those that go


@door("/<slug>/content/<kind>/new", May.EDIT)
def new(kind: str) -> ResponseReturnValue:
    """The editor of a thing that is not there yet."""
    draft, which = seen(g.desk.slug), _kind(kind)
    if not which.many:
        abort(404)
    source = items.languages_of(draft.files)[0]
    where = Where(which, "", source)
    form, fields = content_form(_editing(draft, where), None, {})
    return _page(draft, where, form, fields, draft.mark, new=True, title="", preview=None)


@door("/<slug>/content/<kind>/new", May.EDIT, methods=["POST"])
def new_post(kind: str) -> ResponseReturnValue:
    """Save a new thing under its key."""
    draft, which = seen(g.desk.slug), _kind(kind)
    if not which.many:
        abort(404)
    key = request.form.get("key", "").strip()
    where = Where(which, key, items.languages_of(draft.files)[0])
    form, fields = content_form(_editing(draft, where), request.form, {})
    problem = _key_problem(draft, which, key)
    if not form.validate() or problem:
        problems = [Problem(problem, _("Key"))] if problem else []
        return _page(
            draft, where, form, fields, draft.mark, new=True, title="", preview=None, problems=problems
        )
    changes = {name: value for name, value in typed_values(form, fields, {}).items() if value}
    return _save_new(draft, where, (form, fields), changes)


def _key_problem(draft: Seen, which: Kind, key: str) -> str:
    if not KEY.fullmatch(key) or len(key) > 60:
        return _("A key has small letters, digits and hyphens, such as “court-of-almaty”.")
    if key in items.keys(draft.files, which):
        return _("This key is there already.")
    return ""


def _save_new(
    draft: Seen, where: Where, typed: tuple[Form, list[Shown]], changes: Values
) -> ResponseReturnValue:
    form, fields = typed
    files = draft.files
    try:
        new_files: dict[str, str | None] = {**items.write(files, where, changes)}
        if where.kind.key == "demand":
            table = new_files.get("campaign.yaml") or files["campaign.yaml"]
            new_files["campaign.yaml"] = _first_state(table, where, clock().date().isoformat())
    except WritingError as error:
        return _page(
            draft, where, form, fields, draft.mark, new=True, title="", problems=[Problem(str(error))]
        )
    after = {**files, **{path: text for path, text in new_files.items() if text is not None}}
    if problems := problems_of(files, after, where, fields):
        return _page(draft, where, form, fields, draft.mark, new=True, title="", problems=problems)
    if answer := _saved(draft, where, new_files):
        return _page(
            seen(draft.slug), where, form, fields, draft.mark, new=True, title="", conflicts=[answer]
        )
    return back_to("edit", said="saved", kind=where.kind.key, key=where.key, text=where.language)


def _first_state(table: str, where: Where, day: str) -> str:
    """A new demand is not met, from today, by the campaign's own statement."""
    if writing.place_of(table, "demands", where.key) is None:
        table = writing.add(table, "demands", {"key": where.key})
    place = writing.place_of(table, "demands", where.key) or 0
    source = writing.at(writing.read(table), ("statement",))
    languages = writing.at(writing.read(table), ("languages",)) or []
    reason = {"en": "Demanded", "ru": "Требование выдвинуто", "kk": "Талап қойылды", "fr": "Demandé"}
    state = {
        "state": "not-met",
        "date": day,
        "source": source,
        "reason": {one: reason[one] for one in languages},
    }
    return writing.put(table, ("demands", place, "states"), [state])


@door("/<slug>/content/<kind>/<key>/remove", May.EDIT, methods=["POST"])
def remove(kind: str, key: str) -> ResponseReturnValue:
    """Take a thing out of the draft, unless something else needs it."""
    draft, which = seen(g.desk.slug), _kind(kind)
    where = Where(which, key, items.languages_of(draft.files)[0])
    if not which.many or not items.exists(draft.files, where):
        abort(404)
    gone = items.without(draft.files, which, key)
    after = {path: text for path, text in {**draft.files, **gone}.items() if text is not None}
    form, fields = content_form(_editing(draft, where))
    if problems := problems_of(draft.files, after, where, fields):
        return _page(draft, where, form, fields, draft.mark, problems=problems)
    if answer := _saved(draft, where, gone):
        return _page(seen(draft.slug), where, form, fields, draft.mark, conflicts=[answer])
    return back_to("kind", said="taken-out", kind=kind)


# one-click changes of a thing


@door("/<slug>/content/demand/<key>/state", May.EDIT, methods=["POST"])
def demand_state(key: str) -> ResponseReturnValue:
    """A demand moves: from a day on it is met, partly met or not met, with a reason and a source."""
    draft = seen(g.desk.slug)
    where = Where(KINDS["demand"], key, items.languages_of(draft.files)[0])
    if not items.exists(draft.files, where):
        abort(404)
    typed = {name: clean(request.form.get(name, "")[:300]) for name in ("state", "date", "source")}
    reasons = {one: " ".join(clean(request.form.get(f"reason.{one}", "")[:1000]).split()) for one in
               items.languages_of(draft.files)}  # fmt: skip
    problems = _state_problems(typed, reasons)
    form, fields = content_form(_editing(draft, where))
    if not problems:
        table, place = (
            draft.files["campaign.yaml"],
            writing.place_of(draft.files["campaign.yaml"], "demands", key),
        )
        states = writing.at(writing.read(table), ("demands", place or 0, "states")) or []
        entry = {**typed, "reason": {one: text for one, text in reasons.items() if text}}
        new = {
            "campaign.yaml": writing.put(table, ("demands", place or 0, "states"), _by_day([*states, entry]))
        }
        problems = problems_of(draft.files, {**draft.files, **new}, where, fields)
    if problems:
        return _page(
            draft,
            where,
            form,
            fields,
            draft.mark,
            problems=problems,
            typed_state={**typed, "reasons": reasons},
        )
    if answer := _saved(draft, where, new):
        return _page(seen(draft.slug), where, form, fields, draft.mark, conflicts=[answer])
    return back_to("edit", said="saved", kind="demand", key=key)


def _by_day(states: list[Any]) -> list[Any]:
    return sorted(states, key=lambda one: str(one.get("date", "")))


def _state_problems(typed: Mapping[str, str], reasons: Mapping[str, str]) -> list[Problem]:
    problems = []
    try:
        Day.read(typed["date"])
    except ValueError:
        problems.append(Problem(_("Give a day like 2022-01-05, a month like 2022-01 or a year."), _("Date")))
    if typed["state"] not in STATES:
        problems.append(Problem(_("Choose from the list."), _("State")))
    if not next(iter(reasons.values())):
        problems.append(Problem(_("This is needed."), _("Reason")))
    return problems


@door("/<slug>/content/<kind>/<key>/checked", May.EDIT, methods=["POST"])
def checked(kind: str, key: str) -> ResponseReturnValue:
    """Somebody compared the address, or looked for a newer figure, today."""
    draft, which = seen(g.desk.slug), _kind(kind)
    where = Where(which, key, items.languages_of(draft.files)[0])
    if kind not in {"addressee", "fact"} or not items.exists(draft.files, where):
        abort(404)
    changes: Values = {"f.checked-on": clock().date().isoformat()}
    source = request.form.get("source", "")
    known = items.read(draft.files, where).get("f.sources_list") or []
    if kind == "addressee" and source in items.keys(draft.files, KINDS["source"]) and source not in known:
        changes["f.sources_list"] = [*known, source]
    form, fields = content_form(_editing(draft, where))
    if answer := _saved(draft, where, items.write(draft.files, where, changes)):
        return _page(seen(draft.slug), where, form, fields, draft.mark, conflicts=[answer])
    return back_to("edit", said="checked", kind=kind, key=key)


@door("/<slug>/content/<kind>/<key>/review", May.READ, methods=["POST"])
def review(kind: str, key: str) -> ResponseReturnValue:
    """A text is ready to be read, or was read by somebody who may change it."""
    draft = seen(g.desk.slug)
    where = _where(kind, key, draft)
    if not g.desk.writes(where.language):
        abort(403)
    if not items.exists(draft.files, where):
        abort(404)
    state = "reviewed" if request.form.get("state") == "reviewed" else "awaiting"
    reviewing.set_state(draft, where, state)
    return back_to("edit", said=state, kind=kind, key=key, text=where.language)


# the file itself


@door("/<slug>/files/<path:path>", May.READ)
def raw(path: str) -> ResponseReturnValue:
    """A file as it is."""
    draft = seen(g.desk.slug)
    if path not in draft.files:
        abort(404)
    return page(
        "desk/raw.html", path=path, text=draft.files[path], base=draft.draft.versions[path].id, problems=[]
    )


@door("/<slug>/files/<path:path>", May.EDIT, methods=["POST"])
def raw_post(path: str) -> ResponseReturnValue:
    """Save a file as it was typed, unless the checker finds a new error in it."""
    draft = seen(g.desk.slug)
    if not place_in_pack(path):
        abort(404)
    text = request.form.get("text", "").replace("\r\n", "\n")
    text = text.rstrip("\n") + "\n" if text.strip() else ""
    given = request.form.get("base", "0")
    base = int(given) if given.isdigit() and len(given) < 12 else 0
    values = {"path": path, "text": text, "base": base, "note": request.form.get("note", "")}
    if len(text) > MAX_FILE:
        said = _("This is too long: %(most)s characters at most.", most=MAX_FILE)
        return page(
            "desk/raw.html",
            422,
            problems=[Problem(f"{said} {_('You have %(count)s.', count=len(text))}")],
            **values,
        )
    old = {(one.path, one.text) for one in check(draft.files, clock().date()) if one.level == "error"}
    found = [one for one in check({**draft.files, path: text}, clock().date()) if one.level == "error"]
    new_ones = [one for one in found if (one.path, one.text) not in old and one.kind != UNTRANSLATED]
    if new_ones:
        problems = [Problem(one.text, one.path, one.line, _excerpt(text, one)) for one in new_ones]
        return page("desk/raw.html", 422, problems=problems, **values)
    try:
        note = clean(request.form.get("note", "")[:500])
        drafts.save_all(db.session, draft.slug, [Change(path, text, base)], g.desk.name, note)
    except ConflictError as error:
        newer = error.newer
        values["base"] = newer.id if newer else 0
        theirs = difference.runs(
            drafts.text_at(db.session, draft.slug, path, base) or "", (newer.text or "") if newer else ""
        )
        return page(
            "desk/raw.html", 409, problems=[], theirs=theirs, author=newer.author if newer else "", **values
        )
    return back_to("raw", said="saved", path=path)


def _excerpt(text: str, finding: Finding) -> Any:
    lines = text.split("\n")
    return (
        underlined(lines[finding.line - 1], finding.column, finding.word)
        if finding.line <= len(lines)
        else ""
    )


@door("/<slug>/history/<path:path>", May.READ)
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


@door("/<slug>/history/<path:path>", May.EDIT, methods=["POST"])
def history_post(path: str) -> ResponseReturnValue:
    """Write an old text of a file again."""
    draft = seen(g.desk.slug)
    which = request.form.get("version", "")
    found = [one for one in drafts.history(db.session, g.desk.slug, path) if str(one.id) == which]
    if not found:
        abort(404)
    change = Change(path, found[0].text, draft.draft.versions[path].id)
    note = _("Back to the text of %(time)s", time=found[0].at.strftime("%Y-%m-%d %H:%M"))
    drafts.save_all(db.session, draft.slug, [change], g.desk.name, note)
    return back_to("history", said="saved", path=path)


@door("/<slug>/translation", May.READ)
def translation() -> ResponseReturnValue:
    """What is missing, changed since, or waits for a reader, by language."""
    draft = seen(g.desk.slug)
    languages = items.languages_of(draft.files)
    mine = [one for one in g.desk.languages if one in languages]
    language = request.args.get(
        "text", mine[0] if mine else languages[1] if len(languages) > 1 else languages[0]
    )
    if language not in languages:
        abort(404)
    rows = reviewing.Board.of(draft).open_ones(language, [g.address["language"], *languages])
    return page(
        "desk/translation.html",
        languages=languages,
        text=language,
        rows=rows,
        source=languages[0],
        kinds=KINDS,
    )
