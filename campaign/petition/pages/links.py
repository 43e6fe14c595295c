"""The pages that the links in our e-mails open: confirm, withdraw, and repair a broken link.

Their buttons work at once: the link proves that its reader has the e-mail, and people press within a
second. A form on a public page has to have been open for a while.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, abort, g, render_template, request
from flask.typing import ResponseReturnValue

from campaign import clock
from campaign.database import AWAY, db
from campaign.languages.countries import countries
from campaign.languages.dates import long_date
from campaign.pack.model import Pack
from campaign.petition import links, receipts
from campaign.petition.confirmation_queue import Outcome
from campaign.petition.ledger import BusyError, name_id
from campaign.petition.links import Confirmation, LinkError, Withdrawal
from campaign.petition.pages import results, visits
from campaign.petition.pages.common import (
    ask_again,
    asks_again,
    ledger,
    petitions,
    private,
    see_other,
    today,
)
from campaign.petition.pages.own_reason import leads_to_one
from campaign.petition.pages.writing_reasons import are_taken, token_for
from campaign.petition.reasons import signer_of
from campaign.petition.receipts import SignersReceipt
from campaign.petition.shown_reasons import ShownReasons
from campaign.petition.signing import EPOCH, GRACE
from campaign.petition.status import PetitionRecord
from campaign.services import service
from campaign.web import budgets, errors, languages, limits, tokens
from campaign.web.addresses import page_address
from campaign.web.open_edition import edition_cache
from campaign.web.routes import Routes

routes = Routes()


@dataclass(frozen=True, slots=True)
class UsableLink:
    """A link that was read, and the petition that it belongs to."""

    held: PetitionRecord
    link: Confirmation
    minutes_over: int
    erase_on: date | None


@routes.get("/c/<token>")
def confirm(token: str) -> ResponseReturnValue:
    """The page with the button."""
    return _result(_confirmable(token), "confirm")


@routes.post("/c/<token>")
def confirm_post(token: str) -> ResponseReturnValue:
    """The button was pressed: one transaction, and the same page every time, at an address of its own."""
    usable_or_page = _confirmable(token)
    if isinstance(usable_or_page, str):
        return _result(usable_or_page, "confirm")
    if tokens.form_problem(f"confirm/{g.edition.pack.slug}", youngest=0):
        return ask_again()
    limits.spend_or_refuse(budgets.LINK, token)
    key = petitions().server_keys(g.edition.pack.slug).withdraw_key() if usable_or_page.link.shown else b""
    shown_id = name_id(key, usable_or_page.link.record) if key else 0
    try:
        outcome = ledger().confirm(
            usable_or_page.held.campaign,
            usable_or_page.link,
            today(),
            shown_id,
            usable_or_page.erase_on,
        )
    except BusyError:
        return errors.page(503)  # even if a COMMIT was lost: by its record, it is the same a second time
    if outcome is Outcome.WITHDRAWN:
        return see_other(results.address("withdrawn-before", _is_at_risk(usable_or_page.link)))
    if outcome is Outcome.COUNTED:
        visits.confirmed()
    return _to_thanks(usable_or_page.link)


def _to_thanks(link: Confirmation) -> Response:
    """To the page that says that the signature counts; with the form for a reason, for whom it is safe."""
    at_risk = _is_at_risk(link)
    if at_risk or not are_taken(link.country):
        return see_other(results.address("confirmed", at_risk))
    return see_other(page_address("petition.thanks", token=token_for(link.record, link.country)))


def _confirmable(token: str) -> UsableLink | str:
    """The link, or the name of the page that says why it can't be used."""
    pack: Pack = g.edition.pack
    petition = petitions().held(pack.slug)
    if petition.erased is not None:
        return "erased"
    try:
        link = links.open_confirmation(petitions().server_keys(pack.slug), token)
    except LinkError:
        return "broken"
    minutes_over = int(clock.seconds() // 60) - link.expires
    if minutes_over > GRACE:
        return "expired"
    if not petitions().takes_links(pack.slug, pack.terms, today()):
        return "closed"
    # The signer keeps the day that the edition promised, whatever a later one says.
    erase_on = edition_cache().erase_on(pack.slug, link.edition)
    if erase_on is not None and today() >= erase_on:
        return "closed"
    return UsableLink(petition, link, max(minutes_over, 0), erase_on)


@routes.get("/w/<token>")
def withdraw(token: str) -> ResponseReturnValue:
    """What the link says about this signature, and the button to withdraw it."""
    return _result(_withdrawable(token), "withdraw")


@routes.post("/w/<token>")
def withdraw_post(token: str) -> ResponseReturnValue:
    """Record, slot, shown name and reason are deleted; −1 in today's tally."""
    link_or_page = _withdrawable(token)
    if isinstance(link_or_page, str):
        return _result(link_or_page, "withdraw")
    if tokens.form_problem(f"withdraw/{g.edition.pack.slug}", youngest=0):
        return ask_again()
    limits.spend_or_refuse(budgets.LINK, token)
    petition = petitions().held(g.edition.pack.slug)
    key = petitions().server_keys(g.edition.pack.slug).withdraw_key()
    try:
        record = link_or_page.record
        ledger().withdraw(
            petition.campaign, link_or_page, today(), name_id(key, record), signer_of(key, record)
        )
    except BusyError:
        return errors.page(503)
    _forget_reasons()
    return see_other(results.address("withdrawn", _is_at_risk(link_or_page)))


def _forget_reasons() -> None:
    """This process reads again what it shows; if the database is away now, it does so later by itself."""
    if g.edition.pack.terms.reasons:
        with suppress(*AWAY):
            service(ShownReasons).reload()


def _withdrawable(token: str) -> Withdrawal | str:
    pack: Pack = g.edition.pack
    if petitions().held(pack.slug).erased is not None:
        return "erased"
    try:
        return links.open_withdrawal(petitions().server_keys(pack.slug), token)
    except LinkError:
        return "broken"


@routes.get("/w/<token>/receipt")
def receipt(token: str) -> ResponseReturnValue:
    """The receipt of a signature, or of its withdrawal: as text, as a QR code, and as a file."""
    found = _receipt(token)
    if isinstance(found, str):
        return _result(found, "withdraw")
    html = render_template(
        "petition/receipt.html", receipt=found, code=receipts.code(found.text), token=token
    )
    return private(html)


@routes.get("/w/<token>/receipt.tlog-proof")
def receipt_file(token: str) -> ResponseReturnValue:
    """The receipt as a file. Its name does not say of which petition it is."""
    found = _receipt(token)
    if isinstance(found, str) or not found.text:
        abort(404)
    response = private(found.text)
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="receipt.tlog-proof"'
    return response


def _receipt(token: str) -> SignersReceipt | str:
    """The receipt of a link, or the name of the page that says why there is none.

    404 for somebody in a country at risk: anyone who finds a receipt knows that its owner signed.
    """
    link_or_page = _withdrawable(token)
    if isinstance(link_or_page, str):
        return link_or_page
    if _is_at_risk(link_or_page):
        abort(404)
    slug = g.edition.pack.slug
    campaign, server_keys = petitions().held(slug).campaign, petitions().server_keys(slug)
    return receipts.of_record(db.session.connection(), campaign, server_keys, link_or_page.record)


#: Pages that say why a link can't be used, by name, with their status.
_REFUSALS = {"broken": 404, "expired": 410, "closed": 410, "erased": 410}


def _is_at_risk(link: Confirmation | Withdrawal) -> bool:
    """Whether the signer's country is at risk, or was when they signed."""
    signed_so = isinstance(link, Confirmation) and link.at_risk
    return signed_so or link.country in g.edition.pack.countries_at_risk


def _result(link_or_page: UsableLink | Withdrawal | str, kind: str) -> Response:
    """The page for a usable link, or the page that says why it can't be used."""
    if isinstance(link_or_page, str):
        return private(results.cached(link_or_page), _REFUSALS[link_or_page])
    token = tokens.make(tokens.secret(), f"{kind}/{g.edition.pack.slug}")
    values: dict[str, Any] = {"form_token": token, "problem": asks_again()}
    if isinstance(link_or_page, UsableLink):
        at_risk = _is_at_risk(link_or_page.link)
        html = render_template("petition/confirm.html", opened=link_or_page, at_risk=at_risk, **values)
    else:
        country = countries(languages.current()).get(link_or_page.country, link_or_page.country)
        day = long_date(date.fromordinal(EPOCH.toordinal() + link_or_page.day), languages.current())
        values["at_risk"] = _is_at_risk(link_or_page)
        values["token"] = request.view_args["token"] if request.view_args else ""
        values["leads_to_reason"] = leads_to_one(link_or_page)
        html = render_template(
            "petition/withdraw.html", link=link_or_page, country=country, day=day, **values
        )
    return private(html)
