"""What people who signed on paper ask for, by the number of the sheet and the row."""

from __future__ import annotations

from flask import Response, abort, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign.database import db
from campaign.desk.fields import posted
from campaign.desk.pages import Pages, back_to, download
from campaign.desk.paper.common import columns_of, number_or_404, petition_record, typing_context
from campaign.desk.paper.forms import RequestForm
from campaign.desk.paper.sheets import sheet_page
from campaign.paper import forms as rows
from campaign.paper import numbers, transcription
from campaign.paper.looks import CLOSED, NAME, RowEntry
from campaign.paper.models import Sheet
from campaign.paper.numbers import Number
from campaign.paper.transcription import Origin
from campaign.people.roles import Permission
from campaign.petition import paper_requests
from campaign.petition.paper_requests import Correction
from campaign.web.open_edition import campaign_day

pages = Pages()


@pages.page("/<slug>/paper/sheets/<number>/request", Permission.SIGNATURES, methods=["POST"])
def ask_for_row(number: str) -> ResponseReturnValue:
    """Note that somebody wants a row of a closed sheet erased or corrected."""
    known = number_or_404(number)
    sheet = transcription.sheet_of(db.session, petition_record().campaign, known)
    if sheet is None or sheet.state != CLOSED:
        abort(404)
    form = posted(RequestForm)
    row = form.row_of(sheet.rows)
    if row is None:
        return sheet_page(known, 422, _("The sheet has no such row."), asking=form)
    entry, extra = None, columns_of(sheet)
    if form.what.data == "correct":
        cells = {**form.cells(extra), "country": form.country.data or sheet.country}
        try:
            entry = rows.row(cells, g.address["language"], extra)
        except rows.RowError as error:
            return sheet_page(known, 422, next(iter(error.messages.values())), asking=form)
        if entry is None or entry.what != NAME:
            return sheet_page(known, 422, _("Type the whole row as it should be."), asking=form)
    _add(known, sheet, row, entry)
    return back_to("paper", said="row-asked")


def _add(number: Number, sheet: Sheet, row: int, entry: RowEntry | None) -> None:
    slug, written = g.desk.slug, numbers.written(g.desk.slug, number)
    correction = None
    if entry is not None:
        at = typing_context()
        extra = tuple(sheet.extra.split())
        origin = Origin(sheet.signed_on, sheet.language, sheet.edition, written, row, extra)
        correction = Correction(
            entry.country,
            transcription.slot(at, entry),
            transcription.sealed(at, entry, origin),
            at.erase_on(sheet.edition),
        )
    paper_requests.add(db.session, slug, (written, row), correction, (g.desk.email, campaign_day(slug)))


@pages.page("/<slug>/paper/requests", Permission.SIGNATURES, methods=["POST"])
def requests_file() -> Response:
    """The open requests as a file for the trustees."""
    body = paper_requests.as_file(db.session, g.desk.slug, petition_record().campaign)
    return download(body, f"requests-{g.desk.slug}.txt", "text/plain; charset=utf-8")


@pages.page("/<slug>/paper/requests/<int:request>", Permission.SIGNATURES, methods=["POST"])
def drop_request(request: int) -> ResponseReturnValue:
    """Forget a request without doing what it asks."""
    paper_requests.drop(db.session, g.desk.slug, request)
    return back_to("paper", said="done")
