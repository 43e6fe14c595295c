"""Signatures from stalls: batches are handed over here or by one-time code; a second person accepts them."""

from __future__ import annotations

from typing import Any

from flask import abort, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign.database import db
from campaign.desk.pages import Pages, Upload, back_to, page
from campaign.desk.paper.common import can_seal, petition_record
from campaign.people.roles import Permission
from campaign.petition.ledger import Ledger
from campaign.services import service
from campaign.signatures import stall_file
from campaign.signatures.stall_file import check_number
from campaign.stalls import batches, codes
from campaign.stalls.batches import StallError
from campaign.stalls.codes import Giver
from campaign.stalls.views import stall
from campaign.stalls.wording import said
from campaign.web.addresses import page_address
from campaign.web.open_edition import campaign_zone

pages = Pages()

#: How many decided batches the page shows.
_SHOWN = 50


@pages.page("/<slug>/paper/stalls", Permission.TYPE)
def stalls() -> ResponseReturnValue:
    """What waits, what was decided, and a form to hand a batch over."""
    return _page()


def _page(status: int = 200, message: str = "", **more: Any) -> ResponseReturnValue:
    record = petition_record()
    if not can_seal(record):
        abort(404)
    g.camera = True
    values = {
        "waiting": batches.waiting(db.session, record.campaign),
        "decided": batches.decided(db.session, record.campaign)[:_SHOWN],
        "person": g.desk.sign_in.person.id,
        "newest_edition": stall(g.desk.slug).newest,
        "epoch": record.key.epoch if record.key else 0,
        "check_number": check_number,
        "hand_in_page": page_address("stalls.hand_in", slug=g.desk.slug),
        "message": message,
        "most": stall_file.MOST_BYTES,
        "problem": "",
        "field": "",
    }
    return page("desk/paper/stalls.html", status, **{**values, **more})


def _too_large(problem: str, name: str) -> ResponseReturnValue:
    return _page(413, problem=problem, field=name)


@pages.page(
    "/<slug>/paper/stalls/batches",
    Permission.TYPE,
    methods=["POST"],
    upload=Upload(stall_file.MOST_BYTES, _too_large),
)
def hand_over_batch() -> ResponseReturnValue:
    """Keep a batch until a second person decides."""
    sent = request.files.get("batch")
    body = sent.read() if sent else b""
    if not body:
        return _page(422, str(_("Choose the file of a batch.")))
    try:
        batch = batches.hand_over(db.session, stall(g.desk.slug), body, _giver())
    except StallError as error:
        return _page(422, said(error))
    if batch.again:
        return _page(
            200, str(_("It was handed over before, on %(day)s. Nothing was added.", day=batch.batch.day))
        )
    return back_to("stalls", said="done")


@pages.page("/<slug>/paper/stalls/code", Permission.TYPE, methods=["POST"])
def make_stall_code() -> ResponseReturnValue:
    """A one-time code, which is on this page alone: here, only its hash is kept."""
    code, until = codes.make(db.session, g.desk.slug, _giver())
    local = until.astimezone(campaign_zone(g.desk.slug))
    return _page(code=code, until=f"{local:%H:%M}")


@pages.page("/<slug>/paper/stalls/batches/<batch>/accept", Permission.TYPE, methods=["POST"])
def accept_batch(batch: str) -> ResponseReturnValue:
    """Count a batch, as a second person."""
    try:
        batches.accept(db.session, stall(g.desk.slug), service(Ledger), batch, _giver())
    except LookupError:
        return _page(409, str(_("This batch does not wait any more.")))
    except PermissionError:
        return _page(409, str(_("Somebody else has to accept this batch.")))
    return back_to("stalls", said="done")


@pages.page("/<slug>/paper/stalls/batches/<batch>/refuse", Permission.TYPE, methods=["POST"])
def refuse_batch(batch: str) -> ResponseReturnValue:
    """Delete a batch that should not count, as a second person."""
    try:
        batches.refuse(db.session, stall(g.desk.slug), batch, _giver())
    except LookupError:
        return _page(409, str(_("This batch does not wait any more.")))
    except PermissionError:
        return _page(409, str(_("Somebody else has to accept this batch.")))
    return back_to("stalls", said="done")


def _giver() -> Giver:
    """The person at the desk."""
    return Giver(g.desk.sign_in.person.id, g.desk.email)
