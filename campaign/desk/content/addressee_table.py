"""The directory of addressees as a table for spreadsheets: out, and in again with what was changed there."""

from __future__ import annotations

import io
from collections.abc import Iterator

from flask import g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import Form

from campaign import csv_files
from campaign.csv_files import CsvError, CsvLimits
from campaign.desk.content import items
from campaign.desk.content.editor import save_texts
from campaign.desk.content.form import clean
from campaign.desk.content.items import ItemReference, Values
from campaign.desk.content.kinds import KINDS, Field
from campaign.desk.draft_snapshot import DraftSnapshot, draft_snapshot
from campaign.desk.fields import UploadField, posted
from campaign.desk.pages import Pages, back_to, download, page
from campaign.editions.drafts import ConflictError
from campaign.messages import Message
from campaign.pack.findings import did_you_mean
from campaign.pack.records import KEY
from campaign.pack.writing import WritingError
from campaign.people.roles import Permission
from campaign.press.printable import unprintable
from campaign.web.messages import translated
from campaign.web.open_edition import campaign_day

pages = Pages()

KIND = KINDS["addressee"]

#: Most rows and bytes of a table that comes in, and characters of a cell.
MOST_ROWS, MOST_BYTES, MOST_CELL = 2_000, 4 * 1024 * 1024, 5_000


class TableForm(Form):
    """A table of addressees as a spreadsheet saves it."""

    table = UploadField(MOST_BYTES)


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


@pages.page("/<slug>/addressees", Permission.EDIT, methods=["POST"])
def directory_post() -> ResponseReturnValue:
    """Every change of the table as one save, or none of it with what is wrong by row."""
    draft = draft_snapshot(g.desk.slug)
    files, problems = changed_files(draft, posted(TableForm).table.data)
    if not problems:
        problems = [translated(one.text) for one in draft.new_errors(files)]
    if problems:
        return page("desk/content/directory.html", 422, problems=problems[:50])
    new = {path: text for path, text in files.items() if draft.files.get(path) != text}
    why = _("From a table, %(day)s", day=campaign_day(g.desk.slug).isoformat())
    try:
        save_texts(draft, new, why)
    except ConflictError as error:
        conflict = _("Somebody else has saved in the meantime.")
        return page("desk/content/directory.html", 409, problems=[f"{conflict} · {error.author}"])
    return back_to("kind", said="saved" if new else "same", kind="addressee")


def changed_files(draft: DraftSnapshot, data: bytes) -> tuple[dict[str, str], list[str]]:
    """The files with the table's values, and what is wrong with it by row; either is whole or not used."""
    languages = items.languages_of(draft.files)
    known = columns(languages)
    files, problems = dict(draft.files), []
    limits = CsvLimits(MOST_BYTES, MOST_ROWS, MOST_CELL * 2)
    try:
        if not data:
            raise CsvError("bytes")
        with csv_files.opened(
            io.BytesIO(data), limits, lambda text: text.strip() in {"key", *known}
        ) as table:
            heading = [text.strip() for text in table.heading]
            if problem := _heading_problem(heading, known):
                return {}, [problem]
            for number, row in table.rows:
                problems += [
                    _("Row %(row)s: %(text)s", row=number, text=one)
                    for one in _row(files, heading, row, languages)
                ]
    except CsvError as error:
        return {}, [_file_problem(error)]
    return files, problems


def _file_problem(error: CsvError) -> str:
    """Why the table can't be read to its end."""
    if error.reason == "bytes":
        return str(_("Choose a CSV file of at most %(most)s bytes.", most=MOST_BYTES))
    if error.reason == "encoding":
        return str(_("This is not UTF-8 text. Save the file as “CSV UTF-8”."))
    if error.reason == "rows":
        return str(_("At most %(most)s rows.", most=MOST_ROWS))
    said = _("a cell is too long, or a quote is not closed.")
    return str(_("Row %(row)s: %(text)s", row=error.row, text=said))


def _heading_problem(heading: list[str], known: dict[str, tuple[Field, str]]) -> str:
    if "key" not in heading:
        return str(_("The first row has no column “key”."))
    for one in heading:
        if one and one != "key" and one not in known:
            unknown = Message("Unknown column “%(name)s”.", name=one[:40])
            return translated(unknown.with_hint(did_you_mean(one, known)))
    if len(set(heading)) != len(heading):
        return str(_("This column appears twice."))
    return ""


def _row(files: dict[str, str], heading: list[str], row: list[str], languages: list[str]) -> list[str]:
    """Put one row's values into the files; what is wrong with it."""
    if len(row) > len(heading):
        return [_("there are more cells than columns.")]
    given = {name: clean(cell[:MOST_CELL]) for name, cell in zip(heading, row, strict=False) if name}
    problems = {name: problem for name, cell in given.items() if (problem := unprintable(cell))}
    if problems:
        return [f"“{name}”: {translated(problem)}" for name, problem in problems.items()]
    key = given.pop("key", "")
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
        field, field_language = fields[name]
        if (field_language or languages[0]) == language:
            several = field.control in {"some", "lines"}
            changes[field.id] = [line for line in cell.split("\n") if line] if several else cell
    return changes
