"""A visitor prints sheets, to collect among neighbours: a batch that nobody is asked about."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Response, abort, current_app, g, make_response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError

from campaign.database import db
from campaign.paper import batches, sheets
from campaign.paper.batches import Order
from campaign.paper.numbers import Number
from campaign.paper.sheets import Layout, Print, SheetError
from campaign.petition.pages import blueprint, petitions
from campaign.signatures import public_keys
from campaign.web import languages, limits
from campaign.web.addresses import page_address

#: Sheets that one visitor gets at once.
SHEETS = 5


def add_pages() -> None:
    """The pages are there once this file was read."""


@blueprint.post("/sheets")
@limits.limited(limits.PRESS)
def visitors_sheets() -> ResponseReturnValue:
    """Five sheets with numbers of their own. What is counted is that they were printed, not by whom."""
    form, pack = request.form, g.shelf.pack
    chosen = (form.get("first", languages.current()), form.get("second", ""))
    languages_of = tuple(one for one in chosen if one)
    large = form.get("large") == "yes"
    rows = sheets.LARGE_ROWS[0] if large else 12
    layout = Layout(languages_of, rows, form.get("paper", "a4"), large=large)
    try:
        sheets.checked(layout, pack)
    except SheetError:
        abort(400)
    held = petitions().held(pack.slug)
    numbers = sheets.unknown(layout, SHEETS, pack)
    try:
        order = Order(layout, SHEETS, g.shelf.number, datetime.now(UTC).date(), public=True)
        batch = batches.order(db.session, pack.slug, order).id
        numbers = [Number(batch, sheet) for sheet in range(1, SHEETS + 1)]
    except OperationalError:
        db.session.rollback()  # the disk is full: the sheets then say themselves what they can
    base = current_app.extensions["settings"].public_url or request.host_url.rstrip("/")
    site = base + page_address("site.petition", language=languages_of[0])
    mark = public_keys.fingerprint(held.key) if held.key else ""
    body = sheets.pdf(pack, layout, Print(numbers, site, g.shelf.number, fingerprint=mark))
    return _pdf(body, f"sheets-{'-'.join(languages_of)}.pdf")


def _pdf(body: bytes, name: str) -> Response:
    response = make_response(body)
    response.mimetype = "application/pdf"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
