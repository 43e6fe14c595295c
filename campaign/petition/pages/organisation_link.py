"""The page of an organisation's own link: it shows what became of it, and lets it confirm or withdraw."""

from __future__ import annotations

from typing import Any

from flask import Response, g, render_template, request
from flask.typing import ResponseReturnValue

from campaign.coalition import store
from campaign.coalition.models import OrganisationRow
from campaign.coalition.organisations import State
from campaign.coalition.supporting import Withdrawals
from campaign.database import AWAY, db
from campaign.petition import organisation_links
from campaign.petition.links import LinkError
from campaign.petition.pages import results
from campaign.petition.pages.common import ask_again, asks_again, petitions, private, see_other, today
from campaign.petition.status import OVER
from campaign.services import service
from campaign.web import budgets, errors, limits, tokens


def link(token: str) -> ResponseReturnValue:
    """What became of the organisation, and what its link can do: confirm, or withdraw."""
    one = _row(token)
    if isinstance(one, Response):
        return one
    values: dict[str, Any] = {
        "one": one,
        "form_token": tokens.make(tokens.secret(), _button()),
        "problem": asks_again(),
        "at_risk": one.country in g.edition.pack.countries_at_risk,
    }
    return private(render_template("petition/organisation-link.html", **values))


def link_post(token: str) -> ResponseReturnValue:
    """A button was pressed. Pressed twice, it changes nothing, and the page says what became of it."""
    one = _row(token)
    if isinstance(one, Response):
        return one
    if tokens.form_problem(_button(), youngest=0):
        return ask_again()
    limits.spend_or_refuse(budgets.LINK, token)
    slug = g.edition.pack.slug
    try:
        if request.form.get("do") == "withdraw":
            store.withdraw(db.session, slug, one.id)
            service(Withdrawals).reload()
        elif not _is_over():
            store.confirm(db.session, slug, one.id)
    except AWAY:
        return errors.page(503)
    return see_other(request.path)


def _row(token: str) -> OrganisationRow | Response:
    """The organisation of a link; or the page that says why there is none."""
    slug = g.edition.pack.slug
    if petitions().held(slug).erased is not None:
        return private(results.cached("erased"), 410)
    try:
        number = organisation_links.read(petitions().server_keys(slug), token)
    except LinkError:
        return private(results.cached("broken"), 404)
    one = store.row(db.session, petitions().held(slug).campaign, number)
    if one is None:
        return private(results.cached("expired"), 410)
    if one.state == State.UNCONFIRMED.value and _is_over():
        return private(results.cached("closed"), 410)
    return one


def _button() -> str:
    return f"organisation-link/{g.edition.pack.slug}"


def _is_over() -> bool:
    """Whether nobody can sign any more."""
    pack = g.edition.pack
    return petitions().status(pack.slug, pack, today()) in OVER
