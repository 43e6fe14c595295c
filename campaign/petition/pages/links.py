"""The pages that the links in our e-mails open: confirm, withdraw, and repair a broken link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, current_app, g, render_template
from flask.typing import ResponseReturnValue

from campaign import clock
from campaign.pack.languages import countries, long_date
from campaign.pack.model import Pack
from campaign.petition import links
from campaign.petition.ledger import BusyError, Outcome, name_id
from campaign.petition.links import Confirmation, LinkError, Withdrawal
from campaign.petition.pages.common import (
    ledger,
    petitions,
    private,
    today,
)
from campaign.petition.signing import EPOCH, GRACE
from campaign.petition.status import PetitionRecord
from campaign.web import budgets, errors, languages, limits, tokens
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
    """The button was pressed: one transaction, and the same page every time."""
    usable_or_page = _confirmable(token)
    if isinstance(usable_or_page, str):
        return _result(usable_or_page, "confirm")
    if problem := tokens.form_problem(f"confirm/{g.edition.pack.slug}"):
        return _result(usable_or_page, "confirm", problem)
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
        return errors.page(503)
    return _result("withdrawn" if outcome is Outcome.WITHDRAWN else "thanks", "confirm")


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
    """Record, slot and shown name are deleted; −1 in today's tally."""
    link_or_page = _withdrawable(token)
    if isinstance(link_or_page, str):
        return _result(link_or_page, "withdraw")
    if problem := tokens.form_problem(f"withdraw/{g.edition.pack.slug}"):
        return _result(link_or_page, "withdraw", problem)
    limits.spend_or_refuse(budgets.LINK, token)
    petition = petitions().held(g.edition.pack.slug)
    key = petitions().server_keys(g.edition.pack.slug).withdraw_key()
    try:
        ledger().withdraw(petition.campaign, link_or_page, today(), name_id(key, link_or_page.record))
    except BusyError:
        return errors.page(503)
    return _result("taken-back", "withdraw")


def _withdrawable(token: str) -> Withdrawal | str:
    pack: Pack = g.edition.pack
    if petitions().held(pack.slug).erased is not None:
        return "erased"
    try:
        return links.open_withdrawal(petitions().server_keys(pack.slug), token)
    except LinkError:
        return "broken"


#: Pages that say why a link can't be used, by name, with their status.
_REFUSALS = {"broken": 404, "expired": 410, "closed": 410, "erased": 410}


def _result(link_or_page: UsableLink | Withdrawal | str, kind: str, problem: str = "") -> Response:
    """The page for a usable link, or the page of that name."""
    if isinstance(link_or_page, str):
        return private(_cached_result(link_or_page), _REFUSALS.get(link_or_page, 200))
    token = tokens.make(tokens.secret(), f"{kind}/{g.edition.pack.slug}")
    values: dict[str, Any] = {"form_token": token, "problem": problem}
    if isinstance(link_or_page, UsableLink):
        html = render_template("petition/confirm.html", opened=link_or_page, **values)
    else:
        country = countries(languages.current()).get(link_or_page.country, link_or_page.country)
        day = long_date(date.fromordinal(EPOCH.toordinal() + link_or_page.day), languages.current())
        html = render_template(
            "petition/withdraw.html", link=link_or_page, country=country, day=day, **values
        )
    return private(html, 422 if problem else 200)


def _cached_result(name: str) -> str:
    """The page of a result, which is the same for everybody: rendered once per edition and language."""
    pages: dict[tuple[Any, ...], str] = current_app.extensions.setdefault("kept_results", {})
    key = (g.edition.pack.slug, g.edition.number, languages.current(), name)
    if key not in pages:
        for outdated in [old for old in pages if old[0] == key[0] and old[1] != key[1]]:
            del pages[outdated]
        pages[key] = render_template("petition/result.html", result=name)
    return pages[key]
