"""The directory of addressees as a table for spreadsheets: out, and in again with what was changed there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping

from flask import g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import Form

from campaign import csv_files
from campaign.desk.content import items
from campaign.desk.content.editor import save_texts
from campaign.desk.content.form import clean
from campaign.desk.content.items import ItemReference, Values
from campaign.desk.content.kinds import KINDS, Field
from campaign.desk.draft_snapshot import DraftSnapshot, draft_snapshot
from campaign.desk.fields import TypedText, UploadField, posted
from campaign.desk.pages import Pages, Upload, back_to, download, page
from campaign.desk.sent_rows import MOST_ROWS_BYTES, RowsField, packed, understood
from campaign.editions.drafts import ConflictError
from campaign.pack.records import KEY
from campaign.pack.writing import WritingError
from campaign.people.roles import Permission
from campaign.press.printable import unprintable
from campaign.spreadsheets import reading
from campaign.spreadsheets.headings import Column
from campaign.spreadsheets.rows import Fault, Limits, Row, SpreadsheetError
from campaign.web.messages import translated
from campaign.web.open_edition import campaign_day

pages = Pages()

KIND = KINDS["addressee"]

#: Most rows and bytes of a table that comes in, and characters of a cell.
MOST_ROWS, MOST_BYTES, MOST_CELL = 2_000, 4 * 1024 * 1024, 5_000
LIMITS = Limits(MOST_BYTES, MOST_ROWS, MOST_CELL)


class TableForm(Form):
    """A table of addressees as a spreadsheet saves it; then its rows, and what the page showed of them.

    The columns depend on the campaign's languages, so the rows may have any.
    """

    table = UploadField(MOST_BYTES)
    rows = RowsField(None, LIMITS)
    state = TypedText(most=64)


def columns(languages: list[str]) -> dict[str, tuple[Field, str]]:
    """The columns after the key: the field of each, and its language ('' for one of all languages)."""
    found: dict[str, tuple[Field, str]] = {}
    for field in KIND.fields:
        form = f"-{field.form}" if field.form else ""
        for language in languages if field.words else [""]:
            found[f"{field.name}{form}{'.' + language if language else ''}"] = (field, language)
    return found


def rows(files: items.Files) -> Iterator[list[str]]:
    """The heading, and a row for each addressee."""
    languages = items.languages_of(files)
    known = columns(languages)
    yield ["key", *known]
    for key in items.keys(files, KIND):
        values = {one: items.read(files, ItemReference(KIND, key, one)) for one in languages}
        found = (values[language or languages[0]].get(field.id) for field, language in known.values())
        yield [key, *map(items.flat, found)]


@pages.page("/<slug>/addressees.csv", Permission.EDIT)
def addressees_csv() -> ResponseReturnValue:
    """The draft's addressees as a table."""
    return download(
        csv_files.table(rows(draft_snapshot(g.desk.slug).files)), f"addressees-{g.desk.slug}.csv", "text/csv"
    )


@pages.page("/<slug>/addressees", Permission.EDIT)
def directory() -> ResponseReturnValue:
    """A form to bring a table in."""
    return page("desk/content/directory.html", problems=[])


def _too_large(problem: str, _name: str) -> ResponseReturnValue:
    return page("desk/content/directory.html", 413, problems=[problem])


@pages.page(
    "/<slug>/addressees",
    Permission.EDIT,
    methods=["POST"],
    upload=Upload(MOST_BYTES, _too_large, beside=MOST_ROWS_BYTES),
)
def directory_post() -> ResponseReturnValue:
    """A page with every change that a table makes; and from there, all of them as one save."""
    draft = draft_snapshot(g.desk.slug)
    form, table = posted(TableForm), None
    sent = form.rows.data is not None
    try:
        if form.rows.data is None:
            table, given = reading.read(
                form.table.data, LIMITS, read_columns(items.languages_of(draft.files))
            )
        else:
            given = form.rows.data
    except SpreadsheetError as error:
        return page("desk/content/directory.html", 422, problems=[translated(error.message)])
    files, problems = changed_files(draft, given)
    if not problems:
        problems = [translated(one.text) for one in draft.new_errors(files)]
    if problems:
        return page("desk/content/directory.html", 422, problems=problems[:50])
    state = _state(draft.files, files)
    if sent and form.state.data == state:
        return _saved(draft, files)
    return page(
        "desk/content/directory-preview.html",
        understood=understood(table),
        again=sent,
        changes=list(_differences(draft.files, files)),
        rows_read=len(given),
        packed=packed(given),
        state=state,
    )


def _state(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """What changes: if it is no longer what was shown, it is shown again before it is saved."""
    both = [sorted(before.items()), sorted(after.items())]
    return hashlib.sha256(json.dumps(both).encode()).hexdigest()


def _saved(draft: DraftSnapshot, files: dict[str, str]) -> ResponseReturnValue:
    new = {path: text for path, text in files.items() if draft.files.get(path) != text}
    why = _("From a table, %(day)s", day=campaign_day(g.desk.slug).isoformat())
    try:
        save_texts(draft, new, why)
    except ConflictError as error:
        conflict = _("Somebody else has saved in the meantime.")
        return page("desk/content/directory.html", 409, problems=[f"{conflict} · {error.author}"])
    return back_to("kind", said="saved" if new else "same", kind="addressee")


def _differences(
    before: items.Files, after: items.Files
) -> Iterator[tuple[str, bool, list[tuple[str, str, str]]]]:
    """Each addressee that changes: its key, whether it is new, and its columns with the old and new text."""
    old = {row[0]: row for row in rows(before)}
    heading, *new = rows(after)
    for row in new:
        was = old.get(row[0], [""] * len(row))
        changes = [
            (name, earlier, now)
            for name, earlier, now in zip(heading, was, row, strict=True)
            if earlier != now
        ]
        if changes:
            yield row[0], row[0] not in old, [change for change in changes if change[0] != "key"]


def read_columns(languages: list[str]) -> list[Column]:
    """The columns that a table may have; all but the key may have several lines."""
    return [Column("key", needed=True), *(Column(name, lines=True) for name in columns(languages))]


def changed_files(draft: DraftSnapshot, given: Iterable[Row]) -> tuple[dict[str, str], list[str]]:
    """The files with the table's values, and what is wrong with it by row; either is whole or not used."""
    languages = items.languages_of(draft.files)
    files, problems = dict(draft.files), []
    for row in given:
        faults = [_in_words(row.fault)] if row.fault else _row(files, row.cells, languages)
        problems += [_("Row %(row)s: %(text)s", row=row.number, text=fault) for fault in faults]
    return files, problems


def _in_words(fault: Fault) -> str:
    text = translated(fault.text)
    return f"“{fault.column}”: {text}" if fault.column else text


def _row(files: dict[str, str], cells: Mapping[str, str], languages: list[str]) -> list[str]:
    """Put one row's values into the files; what is wrong with it."""
    given = {name: clean(cell) for name, cell in cells.items()}
    problems = {name: problem for name, cell in given.items() if (problem := unprintable(cell))}
    if problems:
        return [f"“{name}”: {translated(problem)}" for name, problem in problems.items()]
    key = given.pop("key", "").strip()
    if not KEY.fullmatch(key):
        return [_("the key is missing or has characters other than lower-case letters, digits and hyphens.")]
    for language in languages:
        changes = _changes(given, language, languages)
        where = ItemReference(KIND, key, language)
        now = items.read(files, where)
        try:
            files.update(items.write(files, where, items.changed(changes, now)))
        except WritingError as error:
            return [translated(error.message)]
    return []


def _changes(cells: dict[str, str], language: str, languages: list[str]) -> Values:
    """The cells of one language as the form's values; those of no language belong to the first one."""
    fields = columns(languages)
    changes: Values = {}
    for name, cell in cells.items():
        if name not in fields:
            continue
        field, field_language = fields[name]
        if (field_language or languages[0]) == language:
            several = field.control in {"some", "lines"}
            changes[field.id] = [line for line in cell.split("\n") if line] if several else cell
    return changes
