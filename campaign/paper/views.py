"""A visitor prints sheets to collect signatures among neighbours: a batch that nobody asks for later."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, abort, g, make_response, redirect, request
from flask.typing import ResponseReturnValue

from campaign import clock
from campaign.database import AWAY, db
from campaign.pack.model import Pack
from campaign.paper import batches, sheets
from campaign.paper.batches import Order
from campaign.paper.numbers import Number
from campaign.paper.sheets import Layout, Print, SheetError
from campaign.petition.status import Petitions
from campaign.services import service
from campaign.web import budgets, guard, languages, limits, offers, tokens
from campaign.web.addresses import page_address
from campaign.web.domains import campaign_base
from campaign.web.errors import AbsentPartError
from campaign.web.open_edition import open_edition

blueprint = Blueprint("paper", __name__)

#: The sheets that one visitor gets at once.
SHEETS = 5


@blueprint.get("/<language>/<slug>/petition/sheets")
def sheets_form(language: str, slug: str) -> ResponseReturnValue:
    """To the form for the sheets, for anyone who reloads their address."""
    open_edition(language, slug)
    return redirect(page_address("site.printing"), 303)


@blueprint.post("/<language>/<slug>/petition/sheets")
def visitors_sheets(language: str, slug: str) -> ResponseReturnValue:
    """Five sheets with numbers of their own. We count that they were printed, not by whom."""
    open_edition(language, slug)
    offers.need("sheets")
    if guard.doubled(request.form):
        abort(400)
    usage = limits.spend(budgets.FILES)
    if not usage.within:
        limits.refuse(usage)
    form, pack = request.form, g.edition.pack
    if not service(Petitions).collects(pack):
        abort(404)
    chosen = (form.get("first", languages.current()), form.get("second", ""))
    sheet_languages = tuple(choice for choice in chosen if choice)
    large = form.get("large") == "yes"
    rows = sheets.LARGE_ROWS[0] if large else 12
    layout = Layout(sheet_languages, rows, form.get("paper", "a4"), large=large)
    try:
        sheets.checked(layout, pack)
    except SheetError:
        abort(400)
    body = _sheets(pack, layout)
    return _pdf(body, f"sheets-{'-'.join(sheet_languages)}.pdf")


def _sheets(pack: Pack, layout: Layout) -> bytes:
    """Five sheets with as many rows as fit; 404 if the petition leaves no room for a useful number."""
    site = campaign_base(pack.slug) + page_address("signing.petition", language=layout.languages[0])
    what = sheets.with_key(
        Print([Number(1, 1)], site, g.edition.number), service(Petitions).held(pack.slug).key
    )
    try:
        layout, text = sheets.fitting(pack, layout, what)
    except SheetError:
        raise AbsentPartError(str(offers.ABSENT["space"])) from None
    return sheets.pdf(pack, layout, replace(what, numbers=_numbers(layout, text), text=text))


def _numbers(layout: Layout, text: str) -> list[Number]:
    """Numbers of a new batch; those of sheets printed without the site if none may be written.

    A batch is a row, so it needs the page's own token, and a network has a budget of them.
    """
    pack = g.edition.pack
    unknown = sheets.unknown(layout, SHEETS, pack)
    if tokens.form_problem(purpose(pack.slug)) or not limits.spend(budgets.SHEETS).within:
        return unknown
    order = Order(layout, SHEETS, g.edition.number, clock.today(pack.time_zone), public=True, text=text)
    try:
        batch = batches.order(db.session, pack.slug, order).id
    except AWAY:
        db.session.rollback()  # the disk is full
        return unknown
    return [Number(batch, sheet) for sheet in range(1, SHEETS + 1)]


def purpose(slug: str) -> str:
    """What the form token of a campaign's sheets is for."""
    return f"sheets/{slug}"


def _pdf(body: bytes, name: str) -> Response:
    response = make_response(body)
    response.mimetype = "application/pdf"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
