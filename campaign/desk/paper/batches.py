"""Batches of sheets: printed, taken as a PDF or with all that a street stall needs, given up."""

from __future__ import annotations

from dataclasses import replace

from flask import abort, g, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from campaign.database import db
from campaign.desk.fields import first_error, posted
from campaign.desk.pages import Pages, at, back_to, download, page
from campaign.desk.paper.common import petition_record, petitions, published_edition
from campaign.desk.paper.forms import OrderForm
from campaign.desk.paper.overview import paper_page
from campaign.pack.model import Pack
from campaign.paper import batches, kits, sheets
from campaign.paper.batches import Order
from campaign.paper.models import SheetBatch
from campaign.paper.numbers import Number
from campaign.paper.sheets import Layout, Print, SheetError
from campaign.people.roles import Permission
from campaign.photographs import photo_store
from campaign.web.addresses import page_address
from campaign.web.domains import campaign_base
from campaign.web.open_edition import campaign_day, edition_cache

pages = Pages()

#: Why sheets can't be printed so, by the field of a SheetError.
LAYOUT_ERRORS = {
    "languages": _l("Choose one language, or two different ones."),
    "rows": _l("With that many rows the petition’s text doesn’t fit. Choose fewer."),
    "text": _l("The petition’s text is too long for such sheets. Shorten it, or choose one language."),
    "large": _l("Large print works with one language and 8 to 10 rows."),
    "paper": _l("Choose from the list."),
    "petition": _l("This campaign has no petition"),
}


@pages.page("/<slug>/paper/print", Permission.TYPE, methods=["POST"])
def print_sheets() -> ResponseReturnValue:
    """Enter a batch, and its page with the PDF."""
    form, edition = posted(OrderForm), published_edition()
    if not petitions().collects(edition.pack):
        return paper_page(
            422, _("Say first who runs this campaign: sheets must name who is responsible."), order=form
        )
    form.today = campaign_day(g.desk.slug)
    if not form.validate():
        return paper_page(422, first_error(form), order=form)
    order = form.order(edition.number)
    try:
        fitting, text = _try_printing(edition.pack, order)
    except SheetError as error:
        problem = LAYOUT_ERRORS.get(error.field, LAYOUT_ERRORS["rows"])
        return paper_page(422, str(problem), order=form)
    if fitting.rows < order.layout.rows:
        most = _("The most rows that fit with the petition’s text: %(rows)s.", rows=fitting.rows)
        return paper_page(422, most, order=form)
    batch = batches.order(db.session, g.desk.slug, replace(order, text=text), g.desk.email)
    return redirect(at("batch", number=batch.id, said="printed"), 303)


def _try_printing(pack: Pack, order: Order) -> tuple[Layout, str]:
    """Print one sheet of a batch to see how many rows fit, and with which text. Raises SheetError."""
    sheets.checked(order.layout, pack)
    site = _site(order.layout.languages[0])
    what = Print([Number(1, 1)], site, order.edition, order.return_to, holder=order.holder)
    return sheets.fitting(pack, order.layout, sheets.with_key(what, petition_record().key))


@pages.page("/<slug>/paper/batches/<int:number>", Permission.TYPE)
def batch(number: int) -> ResponseReturnValue:
    """One batch: to print, and what came back of it."""
    accounts = batches.accounts(db.session, petition_record().campaign, campaign_day(g.desk.slug))
    for account in accounts:
        if account.batch.id == number:
            text = batches.text_of(account.batch)
            return page("desk/paper/batch.html", one=account, is_short=text != sheets.WHOLE)
    abort(404)


@pages.page("/<slug>/paper/batches/<int:number>.pdf", Permission.TYPE)
def batch_pdf(number: int) -> ResponseReturnValue:
    """The batch's sheets."""
    return download(_sheets(_batch(number)), f"sheets-{number}.pdf", "application/pdf")


@pages.page("/<slug>/paper/batches/<int:number>.zip", Permission.TYPE)
def batch_kit(number: int) -> ResponseReturnValue:
    """The batch's sheets with all else that a street stall needs."""
    printed = _batch(number)
    language = _language(printed)
    pack = _pack_of(printed)
    images = photo_store.pictures(db.session, g.desk.slug, pack.images)
    day = campaign_day(g.desk.slug)
    return_to = batches.return_to(printed)
    kit = kits.Kit(language, _site(language), _sheets(printed), printed.edition, day, images, return_to)
    return download(kits.archive(pack, kit), f"kit-{number}.zip", "application/zip")


@pages.page("/<slug>/paper/batches/<int:number>/give-up", Permission.TYPE, methods=["POST"])
def give_up_batch(number: int) -> ResponseReturnValue:
    """Nobody asks any more for what is missing of a batch."""
    try:
        batches.give_up(db.session, g.desk.slug, number, campaign_day(g.desk.slug), g.desk.email)
    except LookupError:
        abort(404)
    return back_to("paper", said="done")


def _batch(number: int) -> SheetBatch:
    """A batch of this campaign; 404 for any other."""
    printed = batches.of(db.session, petition_record().campaign, number)
    if printed is None:
        abort(404)
    return printed


def _sheets(printed: SheetBatch) -> bytes:
    """The sheets of a batch as a PDF."""
    record = petition_record()
    return batches.pdf(_pack_of(printed), printed, _site(_language(printed)), record.key)


def _pack_of(printed: SheetBatch) -> Pack:
    """The pack of the edition that the batch's sheets name: printed again, they say what they said."""
    try:
        return edition_cache().edition(g.desk.slug, printed.edition).pack
    except LookupError:
        abort(404)


def _language(printed: SheetBatch) -> str:
    """The first language of a batch."""
    return printed.languages.split()[0]


def _site(language: str) -> str:
    """Where people can sign online."""
    address = page_address("signing.petition", language=language, slug=g.desk.slug)
    return str(campaign_base(g.desk.slug) + address)
