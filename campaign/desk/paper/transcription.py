"""A sheet is typed in, row by row: begun, saved, finished, or forgotten to be typed again."""

from __future__ import annotations

from flask import abort, g, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign.database import db
from campaign.desk.fields import first_error, posted
from campaign.desk.pages import Pages, back_to
from campaign.desk.paper.common import number_or_404, petition_record, typing_context
from campaign.desk.paper.forms import BeginForm, SheetForm, posted_cells, posted_rows
from campaign.desk.paper.sheets import sheet_page
from campaign.paper import transcription
from campaign.paper.models import Sheet
from campaign.paper.numbers import Number
from campaign.paper.transcription import RowEntry, SheetStateError
from campaign.people.roles import Permission
from campaign.petition.ledger import Ledger
from campaign.services import service
from campaign.web.open_edition import campaign_day

pages = Pages()

#: Why a sheet can't be typed just now, by the reason of a SheetStateError.
STATE_ERRORS = {
    "closed": _l("This sheet is closed: its names count, and nobody can read or change them here."),
    "other": _l("Somebody else is typing this sheet, or has to: two people check it."),
    "rows": _l("The sheet has no such row."),
    "differs": _l("Type every row that differs; a minus stands for a row without a signature."),
}

#: What became of a row, by what it has in the place of a name.
ROW_STATES = {"name": _l("sealed"), "unreadable": _l("unreadable"), "crossed": _l("crossed out")}


@pages.page("/<slug>/paper/sheets/<number>/begin", Permission.TYPE, methods=["POST"])
def begin_sheet(number: str) -> ResponseReturnValue:
    """The sheet is back: where and when it was signed, then its rows."""
    known = number_or_404(number)
    form = posted(BeginForm)
    form.today, form.language = campaign_day(g.desk.slug), g.address["language"]
    if not form.validate():
        return sheet_page(known, 422, first_error(form), begin=form)
    given = (form.country_code, form.day.data)
    transcription.begin(db.session, typing_context(), petition_record().campaign, known, given)
    return back_to("sheet", number=number)


@pages.page("/<slug>/paper/sheets/<number>/rows", Permission.TYPE, methods=["POST"])
def save_rows(number: str) -> ResponseReturnValue:
    """Rows are sealed as they come: one from the page's script, or all from its form."""
    known = number_or_404(number)
    entries, problems = posted_rows(_sheet_or_404(known).country, g.address["language"])
    message = _save(known, entries)
    if request.headers.get("Accept") == "application/json":
        return _as_json(entries, problems, message)
    if problems or message:
        return sheet_page(known, 422, message, typed=posted_cells(), problems=problems)
    if posted(SheetForm).do.data == "finish":
        return finish_sheet(number)
    return back_to("sheet", number=number, said="sealed")


def _save(known: Number, entries: dict[int, RowEntry]) -> str:
    """Seal rows; '' once that is done, or why it can't be."""
    key = (petition_record().campaign, known.key)
    try:
        transcription.save(db.session, typing_context(), key, g.desk.sign_in.person.id, entries)
    except SheetStateError as error:
        return str(STATE_ERRORS[error.why])
    return ""


def _as_json(
    entries: dict[int, RowEntry], problems: dict[int, dict[str, str]], message: str
) -> ResponseReturnValue:
    """The same for the page's script."""
    saved = {} if message else {row: str(ROW_STATES[entry.what]) for row, entry in entries.items()}
    answer = jsonify(saved=saved, problems=problems, message=message)
    answer.status_code = 422 if problems or message else 200
    return answer


@pages.page("/<slug>/paper/sheets/<number>/finish", Permission.TYPE, methods=["POST"])
def finish_sheet(number: str) -> ResponseReturnValue:
    """This look is done: the next one follows, or the sheet is closed and its names count."""
    known = number_or_404(number)
    sheet = _sheet_or_404(known)
    is_empty = not transcription.done(db.session, sheet) and sheet.state != transcription.THIRD
    if is_empty and not posted(SheetForm).empty.data:
        question = _("No row has been typed. If the sheet really is empty, tick the box and press again.")
        return sheet_page(known, 422, question, ask_empty=True)
    ledger: Ledger = service(Ledger)
    key = (petition_record().campaign, known.key)
    try:
        state = transcription.finish(db.session, typing_context(), ledger, key, g.desk.sign_in.person.id)
    except SheetStateError as error:
        return sheet_page(known, 409, str(STATE_ERRORS[error.why]))
    return back_to("sheet", number=number, said=f"sheet-{state}")


@pages.page("/<slug>/paper/sheets/<number>/restart", Permission.TYPE, methods=["POST"])
def sheet_anew(number: str) -> ResponseReturnValue:
    """Forget what was typed of a sheet that is not closed."""
    known = number_or_404(number)
    _sheet_or_404(known)
    try:
        key = (petition_record().campaign, known.key)
        transcription.restart(db.session, g.desk.slug, key, g.desk.email)
    except SheetStateError as error:
        return sheet_page(known, 409, str(STATE_ERRORS[error.why]))
    return back_to("sheet", number=number, said="done")


def _sheet_or_404(known: Number) -> Sheet:
    """The sheet, if it came back before."""
    sheet = transcription.sheet_of(db.session, petition_record().campaign, known)
    if sheet is None:
        abort(404)
    return sheet
