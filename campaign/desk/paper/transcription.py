"""A sheet is typed in, row by row: begun, saved, finished, or continued by somebody else."""

from __future__ import annotations

from flask import abort, g, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign.database import db
from campaign.desk.fields import first_error, posted
from campaign.desk.pages import Pages, back_to
from campaign.desk.paper.common import columns_of, number_or_404, petition_record, typing_context
from campaign.desk.paper.forms import Asked, BeginForm, PostedRows, SheetForm, posted_cells, posted_rows
from campaign.desk.paper.sheets import sheet_page
from campaign.paper import looks, transcription
from campaign.paper.looks import RowEntry, SheetStateError
from campaign.paper.models import Sheet
from campaign.paper.numbers import Number
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
    "agreed": _l("Both people agree on this: it stays as it is. Type only what is asked."),
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
    sheet = _sheet_or_404(known)
    typed = posted_rows(Asked(sheet.country, g.address["language"], columns_of(sheet), _asked(sheet)))
    message = _save(known, typed.entries)
    if request.headers.get("Accept") == "application/json":
        return _as_json(typed, message)
    if typed.problems or message:
        return sheet_page(
            known, 422, message, typed=posted_cells(), problems=typed.problems, filled=typed.filled
        )
    if posted(SheetForm).do.data == "finish" and not typed.filled:
        return finish_sheet(number)
    if typed.filled:
        return sheet_page(known, 200, _as_above(typed.filled))
    return back_to("sheet", number=number, said="sealed")


def _asked(sheet: Sheet) -> dict[int, tuple[str, ...]] | None:
    """The fields that the third look decides, by row; None in the other looks."""
    if sheet.state != looks.THIRD:
        return None
    return looks.asked(db.session, sheet, typing_context().signer.key.epoch)


def _as_above(filled: dict[int, dict[str, str]]) -> str:
    """What ditto marks stood for, to be compared with the paper."""
    cells = (f"{row}: {', '.join(texts.values())}" for row, texts in filled.items())
    message = _(
        "“As above” was understood so: row %(rows)s. Type a row again if that is wrong.",
        rows="; ".join(cells),
    )
    return str(message)


def _save(known: Number, entries: dict[int, RowEntry]) -> str:
    """Seal rows; '' once that is done, or why it can't be."""
    key = (petition_record().campaign, known.key)
    try:
        transcription.save(db.session, typing_context(), key, g.desk.sign_in.person.id, entries)
    except SheetStateError as error:
        return str(STATE_ERRORS[error.why])
    return ""


def _as_json(typed: PostedRows, message: str) -> ResponseReturnValue:
    """The same for the page's script."""
    saved = {} if message else {row: str(ROW_STATES[entry.what]) for row, entry in typed.entries.items()}
    for row, texts in typed.filled.items():
        if row in saved:
            above = _("as above: %(words)s", words=", ".join(texts.values()))
            saved[row] = f"{saved[row]}; {above}"
    filled = {"filled": typed.filled} if typed.filled else {}
    answer = jsonify(saved=saved, problems=typed.problems, message=message, **filled)
    answer.status_code = 422 if typed.problems or message else 200
    return answer


@pages.page("/<slug>/paper/sheets/<number>/finish", Permission.TYPE, methods=["POST"])
def finish_sheet(number: str) -> ResponseReturnValue:
    """This look is done: the next one follows, or the sheet is closed and its names count."""
    known = number_or_404(number)
    sheet = _sheet_or_404(known)
    is_empty = not transcription.done(db.session, sheet) and sheet.state != looks.THIRD
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


@pages.page("/<slug>/paper/sheets/<number>/take-over", Permission.TYPE, methods=["POST"])
def take_over_sheet(number: str) -> ResponseReturnValue:
    """Continue where somebody else stopped: what that person typed stays."""
    known = number_or_404(number)
    _sheet_or_404(known)
    key = (petition_record().campaign, known.key)
    try:
        transcription.take_over(db.session, g.desk.slug, key, (g.desk.sign_in.person.id, g.desk.email))
    except SheetStateError as error:
        return sheet_page(known, 409, str(STATE_ERRORS[error.why]))
    return back_to("sheet", number=number)


def _sheet_or_404(known: Number) -> Sheet:
    """The sheet, if it came back before."""
    sheet = transcription.sheet_of(db.session, petition_record().campaign, known)
    if sheet is None:
        abort(404)
    return sheet
