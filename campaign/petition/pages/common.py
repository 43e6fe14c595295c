"""What the petition's pages share: the current campaign, budgets, tokens, and answers that are not cached."""

from __future__ import annotations

from datetime import date

from flask import Response, abort, g, make_response, request
from flask_babel import gettext as _

from campaign import clock
from campaign.petition.forms import SignForm
from campaign.petition.ledger import Ledger
from campaign.petition.public_counts import PublicCounts
from campaign.petition.status import Petitions
from campaign.services import service
from campaign.web import guard, tokens
from campaign.web.open_edition import open_edition


def open_campaign() -> None:
    """Put the campaign of the address into `g.edition`; refuse a repeated field."""
    open_edition(**g.address)
    if request.method == "POST" and guard.doubled(request.form):
        abort(400)


def petitions() -> Petitions:
    """The status of every petition."""
    return service(Petitions)


def ledger() -> Ledger:
    """Where signatures are written."""
    return service(Ledger)


def public_counts() -> PublicCounts:
    """The numbers that pages show."""
    return service(PublicCounts)


def today() -> date:
    """The day in the time zone of the current campaign: a petition opens and closes by it."""
    return clock.today(g.edition.pack.time_zone)


def token_message(form: SignForm) -> str:
    """The message about a form token that is too young or too old; '' for a valid one."""
    return tokens.message(form["form_token"].errors)


def again_message() -> str:
    """The message about a form that was open for too long."""
    return tokens.message(["old"])


def busy_message() -> str:
    """The message if the database or the disk can't accept it."""
    return str(_("The site can’t accept it just now. What you typed stays here: try again in a minute."))


def fresh(html: str, status: int = 200) -> Response:
    """A page with what was typed, or with a token: it is never stored."""
    response = make_response(html, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def private(html: str, status: int = 200) -> Response:
    """A page with a token in its address."""
    response = fresh(html, status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
