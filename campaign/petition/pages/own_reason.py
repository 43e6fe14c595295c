"""A signer's own text, by the withdrawal link: what became of it, and the button to take it back."""

from __future__ import annotations

from flask import g, render_template
from flask.typing import ResponseReturnValue

from campaign.database import AWAY, db
from campaign.pack.model import Pack
from campaign.petition import links, reasons
from campaign.petition.journal import Journal
from campaign.petition.links import LinkError, Withdrawal
from campaign.petition.pages import results
from campaign.petition.pages.common import ask_again, asks_again, petitions, private, see_other
from campaign.petition.pages.public_reasons import public_countries
from campaign.petition.pages.writing_reasons import are_taken, for_form, signer, token_for
from campaign.petition.reason_form import reason_form
from campaign.petition.reasons import State
from campaign.petition.shown_reasons import ShownReasons
from campaign.services import service
from campaign.web import budgets, errors, limits, tokens
from campaign.web.routes import Routes

routes = Routes()

#: Pages that say why a link can't be used, by name, with their status.
_REFUSALS = {"broken": 404, "erased": 410}


def leads_to_one(link: Withdrawal) -> bool:
    """Whether a withdrawal link leads to its signer's text, or to the form for one."""
    if are_taken(link.country):
        return True
    try:
        return reasons.of_signer(db.session, *signer(link.record)) is not None
    except AWAY:
        return False


@routes.get("/w/<token>/reason")
def own_reason(token: str) -> ResponseReturnValue:
    """What a signer wrote, what became of it, and the button to take it back; or the form."""
    link = _withdrawal(token)
    if isinstance(link, str):
        return private(results.cached(link), _REFUSALS[link])
    pack: Pack = g.edition.pack
    campaign, number = signer(link.record)
    row = reasons.of_signer(db.session, campaign, number)
    has_signed = row is not None or reasons.counts(db.session, campaign, link.record)
    values = {
        "one": row,
        "has_signed": has_signed,
        "button": tokens.make(tokens.secret(), _button()),
        "problem": asks_again(),
        "at_risk": _is_at_risk(link),
        "named_countries": public_countries(),
    }
    if has_signed and are_taken(link.country) and (row is None or row.state == State.REFUSED):
        form = reason_form(pack, None, tokens.secret())
        values |= for_form(token_for(link.record, link.country), form)
    return private(render_template("petition/own-reason.html", **values))


@routes.post("/w/<token>/reason")
def take_back(token: str) -> ResponseReturnValue:
    """The text is deleted, and is on no page any more within a minute."""
    link = _withdrawal(token)
    if isinstance(link, str):
        return private(results.cached(link), _REFUSALS[link])
    if tokens.form_problem(_button(), youngest=0):
        return ask_again()
    limits.spend_or_refuse(budgets.LINK, token)
    try:
        reasons.take_back(db.session, *signer(link.record), service(Journal))
        service(ShownReasons).reload()
    except (*AWAY, OSError):
        return errors.page(503)
    return see_other(results.address("reason-taken-back", _is_at_risk(link)))


def _withdrawal(token: str) -> Withdrawal | str:
    """What a withdrawal link carries, or the name of the page that says why it can't be used."""
    slug = g.edition.pack.slug
    if petitions().held(slug).erased is not None:
        return "erased"
    try:
        return links.open_withdrawal(petitions().server_keys(slug), token)
    except LinkError:
        return "broken"


def _is_at_risk(link: Withdrawal) -> bool:
    return link.country in g.edition.pack.countries_at_risk


def _button() -> str:
    return f"take-back/{g.edition.pack.slug}"
