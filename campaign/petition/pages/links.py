"""The pages that the links in our mail open: confirm, withdraw, and a link that was broken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, current_app, g, make_response, render_template, request
from flask.typing import ResponseReturnValue

from campaign import clock
from campaign.pack.languages import countries, long_date
from campaign.pack.model import Pack
from campaign.petition import links
from campaign.petition.ledger import BusyError, Outcome, name_id
from campaign.petition.links import Confirmation, LinkError, Withdrawal
from campaign.petition.pages.common import (
    PRESS,
    ledger,
    petitions,
    private,
    secret,
    today,
)
from campaign.petition.signing import EPOCH, GRACE
from campaign.petition.status import PetitionRecord
from campaign.web import errors, languages, limits, tokens
from campaign.web.addresses import page_address
from campaign.web.routes import Routes

routes = Routes()


@dataclass(frozen=True, slots=True)
class UsableLink:
    """A link that was read, and the petition that it belongs to."""

    held: PetitionRecord
    link: Confirmation
    minutes_over: int


@routes.get("/c/<token>")
def confirm(token: str) -> ResponseReturnValue:
    """The page with the button."""
    return _result(_confirmable(token), "confirm")


@routes.post("/c/<token>")
@limits.limited(PRESS)
def confirm_post(token: str) -> ResponseReturnValue:
    """The button was pressed: one transaction, and the same page for the first, second and tenth time."""
    opened = _confirmable(token)
    if isinstance(opened, str):
        return _result(opened, "confirm")
    if problem := _pressed(f"confirm/{g.edition.pack.slug}"):
        return _result(opened, "confirm", problem)
    key = petitions().ring(g.edition.pack.slug).withdraw_key() if opened.link.shown else b""
    shown_id = name_id(key, opened.link.record) if key else 0
    try:
        outcome = ledger().confirm(opened.held.campaign, opened.link, today(), shown_id)
    except BusyError:
        return errors.page(503)
    return _result("withdrawn" if outcome is Outcome.WITHDRAWN else "thanks", "confirm")


def _confirmable(token: str) -> UsableLink | str:
    """The link, or the name of the page that says why it can't be used."""
    pack: Pack = g.edition.pack
    held = petitions().held(pack.slug)
    if held.erased is not None:
        return "erased"
    try:
        link = links.open_confirmation(petitions().ring(pack.slug), token)
    except LinkError:
        return "broken"
    over = int(clock.seconds() // 60) - link.expires
    if over > GRACE:
        return "expired"
    if not petitions().takes_links(pack.slug, pack.terms, today()):
        return "closed"
    return UsableLink(held, link, max(over, 0))


@routes.get("/w/<token>")
def withdraw(token: str) -> ResponseReturnValue:
    """What is known of this signature, and the button that takes it back."""
    return _result(_withdrawable(token), "withdraw")


@routes.post("/w/<token>")
@limits.limited(PRESS)
def withdraw_post(token: str) -> ResponseReturnValue:
    """Record, slot and shown name go; today's tally gets −1."""
    found = _withdrawable(token)
    if isinstance(found, str):
        return _result(found, "withdraw")
    if problem := _pressed(f"withdraw/{g.edition.pack.slug}"):
        return _result(found, "withdraw", problem)
    held = petitions().held(g.edition.pack.slug)
    key = petitions().ring(g.edition.pack.slug).withdraw_key()
    try:
        ledger().withdraw(held.campaign, found, today(), name_id(key, found.record))
    except BusyError:
        return errors.page(503)
    return _result("taken-back", "withdraw")


def _withdrawable(token: str) -> Withdrawal | str:
    pack: Pack = g.edition.pack
    if petitions().held(pack.slug).erased is not None:
        return "erased"
    try:
        return links.open_withdrawal(petitions().ring(pack.slug), token)
    except LinkError:
        return "broken"


@routes.route("/link", methods=["GET", "POST"])
def link() -> ResponseReturnValue:
    """For a link that a mail program broke: paste it, and it is put together again."""
    pasted = request.form.get("link", "") if request.method == "POST" else ""
    token = links.repaired(pasted)
    if token:
        for kind, opened in (("confirm", _confirmable(token)), ("withdraw", _withdrawable(token))):
            if opened != "broken":
                address = page_address(f"petition.{kind}", token=token)
                return make_response("", 303, {"Location": address, "Cache-Control": "no-store"})
    html = render_template("petition/link.html", pasted=pasted, tried=request.method == "POST")
    return private(html, 422 if pasted else 200)


#: Pages that say why a link can't be used, by name, with their status.
_REFUSALS = {"broken": 404, "expired": 410, "closed": 410, "erased": 410}


def _result(found: UsableLink | Withdrawal | str, kind: str, problem: str = "") -> Response:
    """The page for what a link turned out to be."""
    if isinstance(found, str):
        return private(_kept_result(found), _REFUSALS.get(found, 200))
    token = tokens.make(secret(), f"{kind}/{g.edition.pack.slug}")
    values: dict[str, Any] = {"form_token": token, "problem": problem}
    if isinstance(found, UsableLink):
        html = render_template("petition/confirm.html", opened=found, **values)
    else:
        country = countries(languages.current()).get(found.country, found.country)
        day = long_date(date.fromordinal(EPOCH.toordinal() + found.day), languages.current())
        html = render_template("petition/withdraw.html", link=found, country=country, day=day, **values)
    return private(html, 422 if problem else 200)


def _kept_result(name: str) -> str:
    """The page of a result, which is the same for everybody: made once for an edition and language."""
    kept: dict[tuple[Any, ...], str] = current_app.extensions.setdefault("kept_results", {})
    key = (g.edition.pack.slug, g.edition.number, languages.current(), name)
    if key not in kept:
        for old in [one for one in kept if one[0] == key[0] and one[1] != key[1]]:
            del kept[old]
        kept[key] = render_template("petition/result.html", result=name)
    return kept[key]


def _pressed(what: str) -> str:
    """'' if the button of our own page was pressed, and not at once; else what to say."""
    try:
        tokens.age(secret(), what, request.form.get("form_token", ""))
    except tokens.TokenError as error:
        return tokens.message([str(error)])
    return ""
