"""The list of representatives as a table for spreadsheets: out, and a whole new one in."""

from __future__ import annotations

from collections.abc import Iterable

from flask import g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import Form

from campaign import csv_files
from campaign.desk.content.editor import save_texts
from campaign.desk.draft_snapshot import draft_snapshot
from campaign.desk.fields import UploadField, posted
from campaign.desk.pages import Pages, Upload, back_to, download, page
from campaign.desk.sent_rows import MOST_ROWS_BYTES, RowsField, packed, understood
from campaign.editions.drafts import ConflictError
from campaign.letters.representatives import COLUMNS, LIMITS, READ, row_problem
from campaign.pack.files import REPRESENTATIVES
from campaign.people.roles import Permission
from campaign.spreadsheets import reading
from campaign.spreadsheets.reading import Table
from campaign.spreadsheets.rows import Row, SpreadsheetError
from campaign.web.addresses import grouped
from campaign.web.messages import translated
from campaign.web.open_edition import campaign_day

pages = Pages()


class ListForm(Form):
    """A list as a spreadsheet saves it; then the rows that the page showed of it."""

    table = UploadField(LIMITS.size)
    rows = RowsField(READ, LIMITS)


@pages.page("/<slug>/representatives.csv", Permission.EDIT)
def representatives_csv() -> ResponseReturnValue:
    """The draft's list; the headings alone where there is none."""
    text = draft_snapshot(g.desk.slug).files.get(REPRESENTATIVES) or _as_text([])
    return download(text, f"representatives-{g.desk.slug}.csv", "text/csv")


@pages.page("/<slug>/representatives", Permission.EDIT)
def representatives() -> ResponseReturnValue:
    """A form to bring a list in."""
    return _page()


def _too_large(problem: str, _name: str) -> ResponseReturnValue:
    return _page([problem], 413)


@pages.page(
    "/<slug>/representatives",
    Permission.EDIT,
    methods=["POST"],
    upload=Upload(LIMITS.size, _too_large, beside=MOST_ROWS_BYTES),
)
def representatives_post() -> ResponseReturnValue:
    """A page with every row of a list; and from there, the list as one save."""
    form = posted(ListForm)
    if form.rows.data is not None:
        if not form.rows.data or any(row_problem(row) for row in form.rows.data):
            return _preview(None, form.rows.data)
        return _saved(form.rows.data)
    try:
        table, rows = reading.read(form.table.data, LIMITS, READ)
    except SpreadsheetError as error:
        return _page([translated(error.message)], 422)
    return _preview(table, rows)


def _page(problems: Iterable[str] = (), status: int = 200) -> ResponseReturnValue:
    return page(
        "desk/content/representatives.html",
        status,
        problems=list(problems),
        columns=COLUMNS,
        most=grouped(LIMITS.rows),
        there=bool(draft_snapshot(g.desk.slug).files.get(REPRESENTATIVES)),
    )


def _preview(table: Table | None, rows: list[Row]) -> ResponseReturnValue:
    """What was understood of a list, what is left out and why, and the button."""
    faults = [(row.number, problem) for row in rows if (problem := row_problem(row))]
    refused = {number for number, _problem in faults}
    good = [row for row in rows if row.number not in refused]
    columns = [key for key in COLUMNS if any(row.cells.get(key) for row in good)]
    return page(
        "desk/content/representatives-preview.html",
        200 if good else 422,
        understood=understood(table),
        good=len(good),
        problems=[(number, "", translated(problem)) for number, problem in faults],
        columns=columns,
        cells=[(row.number, [row.cells.get(key, "") for key in columns]) for row in good],
        packed=packed(good),
    )


def _saved(rows: list[Row]) -> ResponseReturnValue:
    why = _("From a table, %(day)s", day=campaign_day(g.desk.slug).isoformat())
    try:
        save_texts(draft_snapshot(g.desk.slug), {REPRESENTATIVES: _as_text(rows)}, why)
    except ConflictError as error:
        conflict = _("Somebody else has saved in the meantime.")
        return _page([f"{conflict} · {error.author}"], 409)
    return back_to("kind", said="saved", kind="addressee")


def _as_text(rows: Iterable[Row]) -> str:
    """The list as the pack has it: the columns that are read, in their order."""
    table = csv_files.table([COLUMNS, *([row.cells.get(key, "") for key in COLUMNS] for row in rows)])
    return table.removeprefix("\ufeff").replace("\r\n", "\n")
