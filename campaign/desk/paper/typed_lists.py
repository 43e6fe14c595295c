"""A list of names that were typed elsewhere: a page shows what was understood, then a button counts it."""

from __future__ import annotations

from datetime import date

from flask import g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign.database import db
from campaign.desk.fields import posted
from campaign.desk.pages import Pages, Upload, back_to, page
from campaign.desk.paper.common import columns_of_lists, typing_context
from campaign.desk.paper.forms import list_form
from campaign.desk.paper.overview import paper_page
from campaign.desk.sent_rows import MOST_ROWS_BYTES, packed, understood
from campaign.languages.countries import countries
from campaign.languages.dates import long_date
from campaign.messages import Message
from campaign.paper import forms as rows
from campaign.paper import lists, transcription
from campaign.paper.extra_columns import ExtraColumns
from campaign.people.roles import Permission
from campaign.petition.ledger import Ledger
from campaign.services import service
from campaign.spreadsheets import reading
from campaign.spreadsheets import rows as spreadsheet
from campaign.spreadsheets.reading import Table
from campaign.spreadsheets.rows import SpreadsheetError
from campaign.web.messages import translated
from campaign.web.open_edition import campaign_day

pages = Pages()


def _too_large(problem: str, _name: str) -> ResponseReturnValue:
    return paper_page(413, _("Nothing was imported."), problems=[problem])


@pages.page(
    "/<slug>/paper/list",
    Permission.TYPE,
    methods=["POST"],
    upload=Upload(lists.MOST_BYTES, _too_large, beside=MOST_ROWS_BYTES),
)
def bring_in_list() -> ResponseReturnValue:
    """A page with every row of a list; and from there, the rows without faults are sealed and counted."""
    extra = columns_of_lists()
    form = posted(list_form(extra))
    if form.rows.data is not None:
        return _count(form.rows.data)
    try:
        table, given = reading.read(form.list.data, lists.LIMITS, lists.columns(extra))
    except SpreadsheetError as error:
        return paper_page(422, _("Nothing was imported."), problems=[translated(error.message)])
    return _preview(table, given)


def _count(given: list[spreadsheet.Row]) -> ResponseReturnValue:
    entries, problems = lists.check(given, campaign_day(g.desk.slug), _checked)
    if problems or not entries:  # the rules have changed since the page was shown, or the rows have
        return _preview(None, given)
    ledger: Ledger = service(Ledger)
    names, doubtful = lists.bring_in(db.session, typing_context(), ledger, entries, g.desk.email)
    return back_to("paper", said="brought-in", names=names, doubtful=doubtful)


def _preview(table: Table | None, given: list[spreadsheet.Row]) -> ResponseReturnValue:
    """What was understood of a list, what is left out and why, and the button."""
    extra = columns_of_lists()
    entries, problems = lists.check(given, campaign_day(g.desk.slug), _checked)
    numbers = {entry.number for entry in entries}
    return page(
        "desk/paper/list-preview.html",
        200 if entries else 422,
        understood=understood(table),
        good=len(entries),
        headings=[extra.label(field, g.address["language"]) for field in extra.fields],
        cells=[(entry.number, _cells(entry, extra)) for entry in entries],
        problems=[(problem.row, problem.column, _words(problem)) for problem in problems],
        left_out=len({problem.row for problem in problems}),
        repeated=lists.repeated(entries),
        packed=packed(row for row in given if row.number in numbers),
    )


def _cells(entry: lists.Row, extra: ExtraColumns) -> list[str]:
    """A row as the page shows it, for the person who brings the list in."""
    typed = entry.typed
    country = countries(g.address["language"]).get(typed.country, typed.country)
    email = typed.email.shown if typed.email else ""
    return [
        typed.name,
        typed.place,
        country,
        email,
        *(typed.extra.get(field.key, "") for field in extra.fields),
        long_date(date.fromisoformat(entry.day), g.address["language"]),
    ]


def _checked(given: dict[str, str]) -> transcription.RowEntry:
    """A row with a name in it. Raises RowError."""
    entry = rows.row(given, g.address["language"], columns_of_lists())
    if entry is None or entry.what != transcription.NAME:
        raise rows.RowError({"name": str(_("A signature needs a name."))})
    return entry


def _words(problem: lists.Problem) -> str:
    return translated(problem.why) if isinstance(problem.why, Message) else problem.why
