"""What the petition's pages share: the current campaign, budgets, tokens, and answers that are not cached."""

from __future__ import annotations

from datetime import date

from flask import Response, abort, g, make_response, redirect, request
from flask_babel import gettext as _

from campaign import clock
from campaign.petition.forms import ProvedForm
from campaign.petition.ledger import Ledger
from campaign.petition.public_counts import PublicCounts
from campaign.petition.status import Petitions
from campaign.services import service
from campaign.web import errors, guard, languages, tokens
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


def token_message(form: ProvedForm) -> str:
    """The message about a form token that is too young or too old; '' for a valid one."""
    return tokens.message(form["form_token"].errors)


def asks_again() -> str:
    """The message after a button that was refused: see `ask_again`; '' if none was."""
    return str(_("That has not worked yet: press the button again.")) if "again" in request.args else ""


def ask_again() -> Response:
    """To the page of the button that was pressed, which says that it has to be pressed again."""
    language = f"&language={languages.current()}" if "language" in request.args else ""
    return see_other(f"{request.path}?again=yes{language}")


def see_other(address: str) -> Response:
    """On to a page of ours after a form, so that neither a reload nor “back” can send the form again."""
    response = make_response(redirect(address, 303))
    response.headers["Cache-Control"] = "no-store"
    return response


def busy_message() -> str:
    """The message if the database or the disk can't accept it."""
    return str(_("The site can’t accept it just now. What you typed stays here: try again in a minute."))


def refused_for_now(html: str) -> Response:
    """The page with what was typed, which the database or the disk can't take now."""
    response = fresh(html, errors.unavailable())
    response.headers["Retry-After"] = errors.LATER
    return response


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
