"""Other servers that collect to the same key: organisers name them, or bring their counts by hand."""

from __future__ import annotations

from flask import abort, g
from flask.typing import ResponseReturnValue

from campaign import outgoing
from campaign.database import db
from campaign.desk.access.session import settings
from campaign.desk.fields import first_error, posted
from campaign.desk.pages import Pages, Upload, back_to
from campaign.desk.petition.forms import CountsForm, EndServerForm, ServerForm
from campaign.desk.petition.overview import signatures_page
from campaign.people.roles import Permission
from campaign.petition import other_servers
from campaign.petition.models import OtherServer
from campaign.petition.other_servers import PROBLEMS, OtherServerError
from campaign.signatures import manifest
from campaign.web.messages import translated
from campaign.web.open_edition import campaign_day

pages = Pages()


@pages.page("/<slug>/signatures/servers", Permission.SIGNATURES, methods=["POST"])
def name_server() -> ResponseReturnValue:
    """Add the counts of another server to ours."""
    form = posted(ServerForm)
    if not form.validate():
        return signatures_page(422, first_error(form), server_form=form)
    try:
        key = other_servers.read_key(form.counts_key.data)
        server = OtherServer(name=form.name.data.strip(), address=form.address.data.strip(), key=key)
        own_key = manifest.public_key(settings().secrets["manifest"])
        other_servers.add(db.session, g.desk.slug, g.desk.email, server, own_key)
    except OtherServerError as error:
        return signatures_page(422, _problem(str(error)), server_form=form)
    return back_to("signatures", said="done")


@pages.page("/<slug>/signatures/servers/end", Permission.SIGNATURES, methods=["POST"])
def end_server() -> ResponseReturnValue:
    """Count another server no longer."""
    try:
        other_servers.remove(db.session, g.desk.slug, g.desk.email, posted(EndServerForm).server.data)
    except LookupError:
        abort(404)
    return back_to("signatures", said="done")


def _too_large(problem: str, _name: str) -> ResponseReturnValue:
    return signatures_page(413, problem)


@pages.page(
    "/<slug>/signatures/servers/counts",
    Permission.SIGNATURES,
    methods=["POST"],
    upload=Upload(outgoing.MOST, _too_large),
)
def give_counts() -> ResponseReturnValue:
    """Take the signed counts of another server from a file."""
    body = posted(CountsForm).counts.data
    try:
        other_servers.give(db.session, g.desk.slug, g.desk.email, body, campaign_day(g.desk.slug))
    except OtherServerError as error:
        return signatures_page(422, _problem(str(error)))
    return back_to("signatures", said="done")


def _problem(reason: str) -> str:
    return translated(PROBLEMS[reason])
