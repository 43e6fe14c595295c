"""The page about paper: what is out and what came back, what can be printed, typed and switched."""

from __future__ import annotations

from typing import Any

from flask import g
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from campaign.answers import given
from campaign.database import db
from campaign.desk.fields import posted
from campaign.desk.pages import Pages, back_to, page
from campaign.desk.paper.common import can_seal, columns_of_lists, petition_record, published_edition
from campaign.desk.paper.forms import ORDER_DEFAULTS, DoubleEntryForm, OrderForm
from campaign.paper import batches, numbers, sheets, transcription
from campaign.paper.models import Sheet
from campaign.people.roles import Permission
from campaign.petition import administration, paper_requests
from campaign.stalls import batches as stall_batches
from campaign.web.open_edition import campaign_day

pages = Pages()


@pages.page("/<slug>/paper", Permission.TYPE)
def paper() -> ResponseReturnValue:
    """What is out and what came back, a form to print, a field for a sheet's number."""
    return paper_page()


def paper_page(status: int = 200, message: str = "", **more: Any) -> ResponseReturnValue:
    """The page with a message, and what was typed into one of its forms."""
    edition, record = published_edition(), petition_record()
    g.camera = True
    extra = columns_of_lists()
    values = {
        "offered_languages": edition.pack.languages,
        "sheets_offered": bool(edition.pack.petition),
        "letters_offered": edition.pack.has_letters,
        "accounts": batches.accounts(db.session, record.campaign, campaign_day(g.desk.slug)),
        "visitors": batches.visitors(db.session, record.campaign),
        "answers_given": given.held(db.session, record.campaign),
        "open_sheets": _open_sheets(record.campaign),
        "requests": paper_requests.all_of(db.session, record.campaign),
        "double": administration.double_entry(db.session, record.campaign),
        "ready": can_seal(record),
        "stalls_waiting": len(stall_batches.waiting(db.session, record.campaign)),
        "extra_labels": [extra.label(field, g.address["language"]) for field in extra.fields],
        "rows_offered": [str(n) for n in sheets.ROWS],
        "order": OrderForm(data=ORDER_DEFAULTS),
        "number": "",
        "problems": [],
        "message": message,
    }
    return page("desk/paper/paper.html", status, **{**values, **more})


def _open_sheets(campaign: int) -> list[tuple[str, Sheet, bool]]:
    """Sheets that are not closed: number, sheet, and whether they are for the person at the desk."""
    person = g.desk.sign_in.person.id
    return [
        (
            numbers.written(g.desk.slug, numbers.of_key(sheet.key)),
            sheet,
            transcription.may_look(db.session, sheet, person),
        )
        for sheet in transcription.open_sheets(db.session, campaign)
    ]


@pages.page("/<slug>/paper/double", Permission.SIGNATURES, methods=["POST"])
def set_double_entry() -> ResponseReturnValue:
    """Whether each sheet is typed by two people."""
    double = bool(posted(DoubleEntryForm).double.data)
    administration.set_double_entry(db.session, g.desk.slug, g.desk.email, double)
    return back_to("paper", said="done")


def late_sheets(campaign: int) -> str:
    """What the desk's first page says of sheets that never came back; '' for nothing."""
    late = batches.late(db.session, campaign, campaign_day(g.desk.slug))
    count = sum(account.out for account in late)
    return ngettext("%(num)s sheet should be back.", "%(num)s sheets should be back.", count) if count else ""
