"""The page on which an organisation signs on.

What it typed waits in the database, sealed as far as it is about a person, until its link was opened and its
button pressed; after a week it is deleted.
"""

from __future__ import annotations

import secrets

from flask import Blueprint, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign.coalition import store
from campaign.coalition.store import Application, FullError
from campaign.database import AWAY, db
from campaign.email_address import inbox
from campaign.languages.dates import long_date
from campaign.mail.outbox import Outbox
from campaign.mail.worker import Queue
from campaign.pack.model import Pack
from campaign.petition import organisation_links, proof_of_work
from campaign.petition.organisation_form import OrganisationForm, organisation_form, purpose
from campaign.petition.pages import mail_links, results, signing_load
from campaign.petition.pages.common import (
    busy_message,
    fresh,
    petitions,
    refused_for_now,
    see_other,
    today,
    token_message,
)
from campaign.petition.pages.organisation_mail import confirmation
from campaign.petition.pages.signing_load import Problem
from campaign.petition.status import OVER, PetitionStatus
from campaign.services import service
from campaign.settings import Settings
from campaign.web import budgets, languages, limits, offers, single_use, tokens
from campaign.web.limits import Budgets
from campaign.web.public_pages import PublicPages
from campaign.web.routes import Routes
from campaign.web.single_use import SingleUse

routes = Routes()
public = PublicPages(Blueprint("signing_on", __name__))

#: The name of the button that brings the form back with all that was typed, in another language.
CORRECT = "correct"


@public.page(
    "/petition/organisation",
    version=lambda: list(PetitionStatus).index(_status()),
    fill=lambda html: tokens.fill(html, purpose(g.edition.pack.slug)),
)
def organisation() -> str:
    """The form; or why organisations can't sign on now."""
    offers.need("signing_on")
    return _html(None)


@routes.post("/organisation")
def organisation_post() -> ResponseReturnValue:
    """Write what was typed and send the link; or the form again, with what is wrong."""
    offers.need("signing_on")
    pack: Pack = g.edition.pack
    form, status = organisation_form(pack, request.form, tokens.secret()), _status()
    if status is not PetitionStatus.OPEN:
        return fresh(_html(form), 410 if status in OVER else 503)
    if CORRECT in request.form:
        return fresh(_html(form))
    if not form.validate():
        return fresh(_html(form, token_message(form)), 422)
    proof = proof_of_work.proved(form.work.data or "", tokens.secret(), purpose(pack.slug))
    if problem := signing_load.problem(form, proof) or _beyond_budget():
        response = fresh(_html(form, problem.message, problem.step), problem.status)
        response.headers.update({"Retry-After": str(problem.wait)} if problem.wait else {})
        return response
    used = proof.used if proof else single_use.once(tokens.secret(), form.nonce)
    try:
        accepted = _take(form, used)
    except (*AWAY, OSError, FullError):
        return refused_for_now(_html(form, busy_message()))
    if not accepted:
        form.begin_again()
        return fresh(_html(form, _sent_before()), 422)
    signing_load.count(form, plain=proof is None)
    return see_other(results.address("organisation-sent", quiet=form.at_risk))


@routes.get("/organisation/challenge")
def organisation_challenge() -> ResponseReturnValue:
    """A task for the page's script to solve while somebody types."""
    offers.need("signing_on")
    step = max(signing_load.step_of_challenge(), signing_load.asked_step(request.args.get("step", "")))
    response = make_response(proof_of_work.challenge(tokens.secret(), purpose(g.edition.pack.slug), step))
    response.mimetype = "application/json"
    response.headers["Cache-Control"] = "no-store"
    return response


def _beyond_budget() -> Problem | None:
    """Why no more organisations are taken from this network today; None while there is room."""
    usage = limits.spend(budgets.ORGANISATION)
    return None if usage.within else Problem(busy_message(), 429, wait=usage.wait)


def _status() -> PetitionStatus:
    pack: Pack = g.edition.pack
    return petitions().status(pack.slug, pack, today())


def _sent_before() -> str:
    # fmt: off
    return str(_("You have sent this form before: look into your inbox first. "
                 "If you have corrected something, press the button again."))
    # fmt: on


def _take(form: OrganisationForm, used: SingleUse) -> bool:
    """Write the organisation and its e-mail in one transaction; False if the proof was used before."""
    slug, number = g.edition.pack.slug, secrets.randbits(63)
    keys, campaign = petitions().server_keys(slug), petitions().held(slug).campaign
    sealed = organisation_links.sealed(keys, number, form.contact)
    address = mail_links.address(organisation_links.token(keys, number))
    content = confirmation(g.edition.pack, form, address)
    within_budget = service(Budgets).spend(budgets.INBOX, inbox(form.address)).within
    with db.engine.execution_options(writes=True).begin() as connection:
        if not single_use.spend(connection, used):
            connection.rollback()
            return False
        store.add(connection, campaign, Application(number, form.says, form.by_domain, sealed, today()))
        # The fourth e-mail of a day to one address is not sent; the page does not show this.
        name = service(Outbox).put(connection, content) if within_budget else ""
    if name:
        service(Queue).wake(name)
    return True


def _html(form: OrganisationForm | None, message: str = "", step: int = 0) -> str:
    """The page with the form, empty without one. `step`: how hard the next proof of work has to be."""
    pack: Pack = g.edition.pack
    typed = form is not None
    if form is None:
        form = organisation_form(pack, None, tokens.secret())
        form.give_token(tokens.TOKEN_HERE)
    language = languages.current()
    return render_template(
        "petition/organisation.html",
        form=form,
        status=_status().value,
        typed=typed,
        correct=CORRECT,
        message=message,
        step=step,
        caught=not service(Settings).smtp_url,
        closes=long_date(pack.terms.closes, language) if pack.terms.closes else "",
        erase_on=long_date(pack.terms.erase_on, language) if pack.terms.erase_on else "",
    )
