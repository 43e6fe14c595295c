"""The petition's page: its text, the count, and the form; and what happens when the form is sent."""

from __future__ import annotations

import zlib
from typing import Any

from flask import Blueprint, Response, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign import clock
from campaign.coalition.supporting import Withdrawals
from campaign.database import AWAY, db
from campaign.email_address import inbox
from campaign.languages.dates import long_date
from campaign.mail.outbox import Outbox
from campaign.mail.worker import Queue
from campaign.pack.colours import colours
from campaign.pack.model import Pack
from campaign.petition import name_forms, proof_of_work
from campaign.petition.forms import SignForm, purpose, sign_form
from campaign.petition.index import Cost
from campaign.petition.links import TooLongError
from campaign.petition.pages import mail_links, photographs, public_reasons, results, signing_load, visits
from campaign.petition.pages.common import (
    busy_message,
    fresh,
    petitions,
    public_counts,
    refused_for_now,
    see_other,
    today,
    token_message,
)
from campaign.petition.pages.signing_load import Problem
from campaign.petition.signing import Links, Signer, checked_length, mail_of, sign
from campaign.petition.status import OVER, PetitionStatus
from campaign.services import service
from campaign.settings import Settings
from campaign.signatures.person import Person
from campaign.text_input import one_line
from campaign.web import budgets, languages, offers, partners, runner, single_use, tokens
from campaign.web.limits import Budgets
from campaign.web.prose import Notes
from campaign.web.public_pages import PublicPages
from campaign.web.routes import Routes
from campaign.web.single_use import SingleUse

routes = Routes()

#: The name of the button that brings the form back with all that was typed, to correct the address.
CORRECT = "correct"
public = PublicPages(Blueprint("signing", __name__))


@routes.post("")
def sign_post() -> ResponseReturnValue:
    """Seal what was typed into the link; or show the form again, with its messages or to be corrected.

    Every answer but one is a page at this address, whose GET gives the form: after a redirect, only an
    address, a cookie or this server could still know what was typed, and none of them may. sign.js
    sends the form in the background, so that no browser has a form in its history to send again.
    """
    offers.need("petition")
    pack: Pack = g.edition.pack
    form = sign_form(pack, request.form, tokens.secret())
    status = petitions().status(pack.slug, pack, today())
    if status is not PetitionStatus.OPEN:
        return fresh(page_html(form, status), 410 if status in OVER else 503)
    if CORRECT in request.form:
        return fresh(page_html(form, status))
    valid = form.validate()
    visits.sent(form)
    if not valid:
        return _refused(form, status, token_message(form))
    proof = proof_of_work.proved(form.work.data or "", tokens.secret(), purpose(pack.slug))
    problem = signing_load.problem(form, proof)
    if problem is not None:
        return _held_back(form, status, problem)
    used = proof.used if proof else single_use.once(tokens.secret(), form.nonce)
    try:
        accepted = _send_link(form, used)
    except TooLongError:
        return _refused(form, status, _too_long_message())
    except (*AWAY, OSError):
        return refused_for_now(page_html(form, status, busy_message()))
    if not accepted:
        form.begin_again()
        return _refused(form, status, _sent_before_message())
    signing_load.count(form, plain=proof is None)
    return _sent(form)


def _sent(form: SignForm) -> Response:
    """Where the e-mail went, with all that was typed, so that a wrong address can be corrected.

    In a country at risk the page that stays open must not say who signed: it repeats nothing.
    """
    if form.at_risk:
        return see_other(results.address("sent", quiet=True))
    return fresh(
        render_template(
            "petition/sent.html",
            form=form,
            correct=CORRECT,
            late=_is_mail_late(),
            partner_word=partners.word(),
        )
    )


def _is_mail_late() -> bool:
    """Whether e-mails wait for a relay that takes none now; it does not depend on who signs."""
    try:
        return service(Outbox).is_late()
    except AWAY:
        return False


def _sent_before_message() -> str:
    # fmt: off
    return str(_("You have sent this form before: look into your inbox first. "
                 "If you have corrected something, press the button again."))
    # fmt: on


def _too_long_message() -> str:
    return str(
        _("Together, your name and town are too long for the link in our e-mail. Shorten one of them.")
    )


def _refused(form: SignForm, status: PetitionStatus, message: str = "") -> Response:
    """The page again, with what was typed and what is wrong."""
    return fresh(page_html(form, status, message), 422)


def _send_link(form: SignForm, used: SingleUse) -> bool:
    """Make the links and write the mail; False if the proof was used before, and nothing is written."""
    pack: Pack = g.edition.pack
    key = petitions().held(pack.slug).key
    assert key is not None
    at_risk, shown_as = form.at_risk, name_forms.shown_as(form)
    who = Person(
        name=one_line(form.name.data or ""),
        email=form.address.shown,
        country=form.country.data,
        place="" if at_risk else one_line(form.place.data or ""),
        day=today().isoformat(),
        language=languages.current(),
        edition=g.edition.number,
        news=bool(form.news.data),
        shown=shown_as is not None,
        extra=form.extra,
        shown_as=shown_as or "",
    )
    signer = Signer(key, petitions().server_keys(pack.slug), service(Cost), partners.word())
    links = sign(signer, who, form.address, at_risk, int(clock.seconds() // 60))
    content = _mail(pack, form, links, neutral=at_risk or pack.terms.neutral_mail)
    try:
        name = _write(content, form, used)
    except _UsedBeforeError:
        return False
    if name:
        service(Queue).wake(name)
    return True


class _UsedBeforeError(Exception):
    """The proof, or the page, was used before: nothing is written."""


def _write(content: dict[str, Any], form: SignForm, used: SingleUse) -> str:
    """Write the e-mail; its id, or '' for the fourth of a day to one address: the page does not show this.

    An e-mail that could not be written uses up nothing: somebody who presses the button again and again
    while the database is away would get none. Raises _UsedBeforeError.
    """
    outbox = service(Outbox)
    with (
        service(Budgets).spending(budgets.INBOX, inbox(form.address)) as usage,
        db.engine.execution_options(writes=True).begin() as connection,
    ):
        if not single_use.spend(connection, used):
            raise _UsedBeforeError
        return outbox.put(connection, content) if usage.within else ""


def _mail(pack: Pack, form: SignForm, links: Links, neutral: bool) -> dict[str, Any]:
    language = languages.current()
    title = pack.petition_title(language)
    values = {
        # The name of an organisation can tell what a neutral e-mail does not.
        "runner": "" if neutral else runner.runner_name(pack),
        "contact": "" if neutral else runner.runner_contact(pack),
        "name": "" if neutral else pack.site_name[language],
        # The colour of a campaign would name it as its title does.
        "colour": "" if neutral else colours(pack.branding).light,
        "title": "" if neutral else title,
        "confirm": checked_length(mail_links.address(links.confirm)),
        "withdraw": mail_links.address(links.withdraw),
        "campaign": pack.slug,  # it is not sent: by it, waiting e-mails are erased
    }
    subject = _("Please confirm") if neutral else _("Confirm your signature: %(title)s", title=title)
    return mail_of(form.address, language, str(subject), values)


def _held_back(form: SignForm, status: PetitionStatus, problem: Problem) -> Response:
    """The page again: the device computes longer, the page waits longer, or there is no room."""
    response = fresh(page_html(form, status, problem.message, problem.step), problem.status)
    if problem.wait:
        response.headers["Retry-After"] = str(problem.wait)
    return response


@routes.get("/challenge")
def challenge() -> ResponseReturnValue:
    """A task for the page's script to solve while somebody types; harder while many ask for one.

    The address may ask for a harder one: the mail domain of a signer is known only afterwards.
    """
    offers.need("petition")
    visits.task_asked_for()
    step = max(signing_load.step_of_challenge(), signing_load.asked_step(request.args.get("step", "")))
    response = make_response(proof_of_work.challenge(tokens.secret(), purpose(g.edition.pack.slug), step))
    response.mimetype = "application/json"
    response.headers["Cache-Control"] = "no-store"
    return response


def page_html(form: SignForm | None, status: PetitionStatus, message: str = "", step: int = 0) -> str:
    """The petition: its text, the count, and the form. Without a form, an empty one.

    `step`: how hard the next proof of work has to be, at least.
    """
    pack: Pack = g.edition.pack
    language = languages.current()
    typed = form is not None
    if form is None:
        form = sign_form(pack, None, tokens.secret())
        form.give_token(tokens.TOKEN_HERE)
    return render_template(
        "petition/page.html",
        notes=Notes(pack, language),
        form=form,
        status=status.value,
        counted=public_counts().of(pack.slug),
        typed=typed,
        partner_word=partners.word() if typed else partners.WORD_HERE,
        correct=CORRECT,
        message=message,
        begun=visits.BEGUN,
        task=({"step": step} if step else {}) | ({visits.BEGUN: "yes"} if typed else {}),
        photographs=photographs.of_edition(),
        reasons="" if typed else public_reasons.HERE,
        caught=not service(Settings).smtp_url,
        held=petitions().held(pack.slug),
        erase_on=long_date(pack.terms.erase_on, language) if pack.terms.erase_on else "",
        closes=long_date(pack.terms.closes, language) if pack.terms.closes else "",
    )


def standing_now() -> PetitionStatus:
    """The status of the current campaign's petition today."""
    pack: Pack = g.edition.pack
    return petitions().status(pack.slug, pack, today())


def version() -> int:
    """A number that changes when the cached page is out of date: with the count, the status and the keys."""
    statuses = list(PetitionStatus)
    held = petitions().held(g.edition.pack.slug)
    keys = zlib.crc32(f"{held.fingerprint} {held.proposed_fingerprint}".encode())
    shown = service(Withdrawals).version(g.edition.pack)
    return (public_counts().version() * len(statuses) + statuses.index(standing_now())) << 32 | keys ^ shown


def fill(html: bytes) -> bytes:
    """A cached page with a token of its own for each visitor, and why people sign as of this moment."""
    if standing_now() is PetitionStatus.OPEN:
        visits.opened()
    return public_reasons.fill(partners.fill(tokens.fill(html, purpose(g.edition.pack.slug))))


@public.page("/petition", version=version, fill=fill)
def petition() -> str:
    """The text of the petition, the count, and the form; or what came of it."""
    offers.need("petition")
    return page_html(None, standing_now())
