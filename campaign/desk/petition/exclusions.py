"""Lists of records that do not count: one person brings a list, another one carries it out."""

from __future__ import annotations

from contextlib import suppress

from flask import abort, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign.database import db
from campaign.desk.fields import first_error, posted
from campaign.desk.pages import Pages, Upload, back_to
from campaign.desk.petition.forms import MOST_BYTES, DecisionForm, ExclusionListForm
from campaign.desk.petition.overview import petitions, signatures_page
from campaign.people.roles import Permission
from campaign.petition import erasure, exclusions
from campaign.petition.journal import Journal
from campaign.petition.server_keys import KeysMissingError
from campaign.services import service
from campaign.signatures import exclusion_list
from campaign.web.open_edition import campaign_day

pages = Pages()


def _too_large(problem: str, _name: str) -> ResponseReturnValue:
    return signatures_page(413, problem)


@pages.page(
    "/<slug>/signatures/void", Permission.SIGNATURES, methods=["POST"], upload=Upload(MOST_BYTES, _too_large)
)
def propose_void() -> ResponseReturnValue:
    """An exclusion list is put before the others."""
    form = posted(ExclusionListForm)
    if not form.validate():
        return signatures_page(422, first_error(form))
    try:
        exclusions.propose(db.session, g.desk.slug, form.text, _organiser())
    except exclusion_list.ExclusionError as error:
        problem = _("This is not an exclusion list of this campaign: see line %(line)s.", line=error.line)
        return signatures_page(422, problem)
    return back_to("signatures", said="proposed")


@pages.page("/<slug>/signatures/void/<int:number>", Permission.SIGNATURES, methods=["POST"])
def carry_out_void(number: int) -> ResponseReturnValue:
    """A second person agrees, and it is done; or the list is put away."""
    try:
        if posted(DecisionForm).do.data == "drop":
            exclusions.drop(db.session, g.desk.slug, number, g.desk.email)
        else:
            _forget_shown(exclusions.carry_out(db.session, g.desk.slug, number, _organiser()))
    except LookupError:
        abort(404)
    except PermissionError:
        return signatures_page(409, _("You uploaded this list. Somebody else has to agree."))
    return back_to("signatures", said="done")


def _forget_shown(records: list[int]) -> None:
    """Who does not count, or wants to be erased, is not shown any longer."""
    with suppress(KeysMissingError):  # without the key of withdrawal links, none is shown any longer either
        if key := petitions().server_keys(g.desk.slug).withdraw_key():
            erasure.forget_shown(db.session, key, records, service(Journal))


def _organiser() -> exclusions.Organiser:
    """Who is at the desk, and the campaign's day."""
    return exclusions.Organiser(g.desk.sign_in.person.id, g.desk.email, campaign_day(g.desk.slug))
