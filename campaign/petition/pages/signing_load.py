"""When many sign at once: how hard the proof of work is, and how long a page without JavaScript waits."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from campaign.email_address import common
from campaign.mail.worker import sends_to
from campaign.petition import proof_of_work
from campaign.petition.forms import ProvedForm
from campaign.petition.proof_of_work import WAITS, Proof
from campaign.services import service
from campaign.settings import Settings
from campaign.web import budgets, limits
from campaign.web.limits import Budgets


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a valid form is not taken yet. `step`: of the next proof; `wait`: seconds for Retry-After, or 0."""

    message: str
    status: int = 422
    step: int = 0
    wait: int = 0


def step_of_challenge() -> int:
    """Count a task that is given out, and say how hard it is: for the network, and for the whole site."""
    site = service(Budgets).add(budgets.CHALLENGE_OF_ALL, "")
    return max(limits.add(budgets.CHALLENGE).step, site.step)


def asked_step(typed: str) -> int:
    """The step that the page's script asks for; 0 for anything else."""
    return int(typed) if len(typed) == 1 and typed in "01234"[: budgets.STEPS + 1] else 0


def problem(form: ProvedForm, proof: Proof | None) -> Problem | None:
    """What keeps a valid form from being taken; None for nothing."""
    if not sends_to(service(Settings), form.address):
        message = _(
            "Our e-mail provider can’t send to this address: it has letters other than a to z before the @. "
            "Use another address, or sign on paper."
        )
        return Problem(message)
    domain_step = _step_of_domain(form)
    if proof is not None:
        if proof.step >= domain_step:
            return None
        message = _(
            "Many people are signing with this e-mail provider. Press the button again: your device then "
            "computes for longer, up to half a minute. Nothing is lost."
        )
        return Problem(message, step=domain_step)
    most = limits.look(budgets.PLAIN_MOST)
    if not most.within:
        message = _(
            "Many people have signed from your network without JavaScript this hour. What you typed stays "
            "here: turn JavaScript on, try again later, or sign on paper."
        )
        return Problem(message, 429, wait=most.wait)
    step = max(limits.look(budgets.PLAIN).step, domain_step)
    seconds = WAITS[min(step, len(WAITS) - 1)]
    return None if form.age >= seconds else Problem(wait_message(seconds), step=domain_step)


def count(form: ProvedForm, plain: bool) -> None:
    """Count a form that was taken."""
    if plain:
        limits.add(budgets.PLAIN)
        limits.add(budgets.PLAIN_MOST)
    if not common(form.address.domain):
        service(Budgets).add(budgets.DOMAIN, form.address.domain)


def wait_message(seconds: int) -> str:
    """The message if the browser sent no proof of work, and the page is younger than this."""
    if seconds <= proof_of_work.WAIT:
        # fmt: off
        return str(_("Your browser couldn’t run our anti-spam check. "
                     "Wait half a minute, then press the button again."))
        # fmt: on
    return str(
        ngettext(
            "Your browser couldn’t run our anti-spam check, and many people are signing from your network. "
            "Wait until this page has been open for %(num)s minute, then press the button again.",
            "Your browser couldn’t run our anti-spam check, and many people are signing from your network. "
            "Wait until this page has been open for %(num)s minutes, then press the button again.",
            seconds // 60,
        )
    )


def _step_of_domain(form: ProvedForm) -> int:
    domain = form.address.domain
    return 0 if common(domain) else service(Budgets).look(budgets.DOMAIN, domain).step
