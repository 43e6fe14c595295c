"""Other servers that collect to the same key: organisers name them, or bring their counts by hand."""

from __future__ import annotations

from flask import abort, g
from flask.typing import ResponseReturnValue

from campaign.database import db
from campaign.desk.access.session import settings
from campaign.desk.fields import first_error, posted
from campaign.desk.pages import Pages, back_to
from campaign.desk.petition.forms import CountsForm, EndPartnerForm, PartnerForm
from campaign.desk.petition.overview import signatures_page
from campaign.outgoing import OutgoingError
from campaign.people.roles import Permission
from campaign.petition import partners
from campaign.petition.models import Partner
from campaign.petition.partners import PROBLEMS, PartnerError
from campaign.signatures import manifest
from campaign.web.messages import translated
from campaign.web.open_edition import campaign_day

pages = Pages()


@pages.page("/<slug>/signatures/partners", Permission.SIGNATURES, methods=["POST"])
def name_partner() -> ResponseReturnValue:
    """Add the counts of another server to ours."""
    form = posted(PartnerForm)
    if not form.validate():
        return signatures_page(422, first_error(form), partner_form=form)
    try:
        key = partners.read_key(form.counts_key.data)
        partner = Partner(name=form.name.data.strip(), address=form.address.data.strip(), key=key)
        own_key = manifest.public_key(settings().secrets["manifest"])
        partners.add(db.session, g.desk.slug, g.desk.email, partner, own_key)
    except OutgoingError as error:
        return signatures_page(422, _problem(error.reason), partner_form=form)
    except PartnerError as error:
        return signatures_page(422, _problem(str(error)), partner_form=form)
    return back_to("signatures", said="done")


@pages.page("/<slug>/signatures/partners/end", Permission.SIGNATURES, methods=["POST"])
def end_partner() -> ResponseReturnValue:
    """Count another server no longer."""
    try:
        partners.remove(db.session, g.desk.slug, g.desk.email, posted(EndPartnerForm).partner.data)
    except LookupError:
        abort(404)
    return back_to("signatures", said="done")


@pages.page("/<slug>/signatures/partners/counts", Permission.SIGNATURES, methods=["POST"])
def give_counts() -> ResponseReturnValue:
    """Take the signed counts of another server from a file."""
    body = posted(CountsForm).counts.data
    try:
        partners.give(db.session, g.desk.slug, g.desk.email, body, campaign_day(g.desk.slug))
    except PartnerError as error:
        return signatures_page(422, _problem(str(error)))
    return back_to("signatures", said="done")


def _problem(reason: str) -> str:
    return translated(PROBLEMS[reason])
