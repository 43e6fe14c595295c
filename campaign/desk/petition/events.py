"""Events: networks from which many people will sign at the same time, named by organisers for some hours."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from flask import abort, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign.database import db
from campaign.desk.fields import first_error, posted
from campaign.desk.pages import Pages, back_to
from campaign.desk.petition.forms import EndEventForm, EventForm
from campaign.desk.petition.overview import signatures_page
from campaign.people.roles import Permission
from campaign.petition import event_networks
from campaign.petition.event_networks import Event, EventError, EventNetworks
from campaign.services import service
from campaign.web.open_edition import campaign_zone

pages = Pages()


@pages.page("/<slug>/signatures/events", Permission.SIGNATURES, methods=["POST"])
def name_event() -> ResponseReturnValue:
    """Larger budgets for a network, for some hours."""
    form = posted(EventForm)
    if not form.validate():
        return signatures_page(422, first_error(form), event_form=form)
    zone = campaign_zone(g.desk.slug)
    begins, ends = _in_utc(form.begins.data, zone), _in_utc(form.ends.data, zone)
    try:
        event = Event(event_networks.read_network(form.network.data), form.note.data.strip(), begins, ends)
        event_networks.add(db.session, g.desk.slug, g.desk.email, event)
    except EventError as error:
        return signatures_page(422, _message(str(error)), event_form=form)
    service(EventNetworks).reload()
    return back_to("signatures", said="done")


@pages.page("/<slug>/signatures/events/end", Permission.SIGNATURES, methods=["POST"])
def end_event() -> ResponseReturnValue:
    """The event is over."""
    try:
        event_networks.remove(db.session, g.desk.slug, g.desk.email, posted(EndEventForm).event.data)
    except LookupError:
        abort(404)
    service(EventNetworks).reload()
    return back_to("signatures", said="done")


def _in_utc(typed: datetime | None, zone: tzinfo) -> datetime:
    """The hour of a clock at the campaign's place; where it was put back, the first of the two."""
    assert typed is not None  # the form was valid
    return typed.replace(tzinfo=zone).astimezone(UTC)


def _message(reason: str) -> str:
    messages = {
        "network": _("This is not a network. Enter one such as 203.0.113.0/24."),
        "wide": _("This network is too large: a /16 at most, or a /32 of IPv6."),
        "hours": _("The event must end after it begins, and not in the past."),
        "long": _("An event lasts seven days at most."),
        "early": _("Name an event 90 days before it at the earliest."),
        "many": _("There are 20 events already: end one first."),
    }
    return str(messages[reason])
