"""What a copy has to print and a site makes on demand: sheets, flyers, posters; and its first page."""

from __future__ import annotations

from flask import Blueprint, Response, abort, g, render_template
from flask.typing import ResponseReturnValue

from campaign import clock
from campaign.database import db
from campaign.languages.dates import long_date
from campaign.letters.envelopes import WINDOWS
from campaign.letters.forms import WINDOW_NAMES
from campaign.pack.model import Pack
from campaign.paper import kits, sheets
from campaign.paper.sheets import Layout, Print, SheetError
from campaign.petition.status import Petitions
from campaign.photographs import photo_store
from campaign.services import service
from campaign.settings import Settings
from campaign.web import copies, offers
from campaign.web.addresses import page_address
from campaign.web.errors import AbsentPartError
from campaign.web.open_edition import open_edition

blueprint = Blueprint("material", __name__)


@blueprint.get("/<language>/<slug>/material/sheets-<code>.pdf")
def sheets_to_print(language: str, slug: str, code: str) -> ResponseReturnValue:
    """A sheet without a number: many people print this file, and no two sheets may have the same."""
    pack = _pack(language, slug, code)
    offers.need("sheets")
    layout = _layout(pack, code)
    if layout is None:
        raise AbsentPartError(str(offers.ABSENT["space"]))
    return _pdf(sheets.pdf(pack, layout, _print(pack, code)))


@blueprint.get("/<language>/<slug>/material/<kind>-<code>.pdf")
def printed(language: str, slug: str, kind: str, code: str) -> ResponseReturnValue:
    """A flyer, a poster, or the page for volunteers."""
    pack = _pack(language, slug, code)
    if kind not in kits.KINDS or (kind == "volunteers" and not pack.petition):
        abort(404)
    images = photo_store.pictures(db.session, slug, pack.images)
    today = clock.today(pack.time_zone)
    kit = kits.Kit(code, _site(pack, code), b"", copies.edition_in_print(), today, images)
    return _pdf(kits.printed(pack, kit, kind))


@blueprint.get("/<language>/<slug>/material/")
def index(language: str, slug: str) -> ResponseReturnValue:
    """The first page of the folder: the languages."""
    open_edition(language, slug)
    return render_template("mirror/index.html")


@blueprint.get("/<language>/<slug>/material/head")
def head(language: str, slug: str) -> ResponseReturnValue:
    """What one file has around its pages in a language."""
    open_edition(language, slug)
    return render_template("mirror/parts.html")


@blueprint.get("/<language>/<slug>/material/composer")
def composer(language: str, slug: str) -> ResponseReturnValue:
    """The composer of one file in a language."""
    open_edition(language, slug)
    offers.need("letters")
    return render_template("mirror/composer.html", windows=[(key, WINDOW_NAMES[key]) for key in WINDOWS])


@blueprint.get("/<language>/<slug>/material/stall")
def stall(language: str, slug: str) -> ResponseReturnValue:
    """What one file has in a language to collect signatures on a device."""
    open_edition(language, slug)
    pack: Pack = g.edition.pack
    held = service(Petitions).held(slug)
    if held.key is None or pack.terms.erase_on is None:
        abort(404)
    base, page = service(Settings).public_url, page_address("stalls.hand_in")
    return render_template(
        "mirror/stall.html",
        held=held,
        erase_on=long_date(pack.terms.erase_on, language),
        hand_over_address=f"{base}{page}".partition("://")[2] or page,
    )


def _pack(language: str, slug: str, code: str) -> Pack:
    open_edition(language, slug)
    pack: Pack = g.edition.pack
    if code not in pack.languages:
        abort(404)
    return pack


def languages_of_sheets(pack: Pack) -> list[str]:
    """The languages in which the petition's text leaves room on a sheet for people to sign."""
    return [code for code in pack.languages if _layout(pack, code)]


def _layout(pack: Pack, code: str) -> Layout | None:
    """A sheet with as many rows as there is room for; None if there is too little."""
    try:
        return sheets.fitting(pack, Layout((code,)), _print(pack, code))[0]
    except SheetError:
        return None


def _print(pack: Pack, code: str) -> Print:
    return Print([None], _site(pack, code), copies.edition_in_print())


def _site(pack: Pack, code: str) -> str:
    """The page to sign or write on; '' if the settings name no site."""
    settings = service(Settings)
    page = "petition" if pack.petition else "write"
    return f"{settings.public_url}/{code}/{pack.slug}/{page}" if settings.public_url else ""


def _pdf(body: bytes) -> Response:
    return Response(body, mimetype="application/pdf")
