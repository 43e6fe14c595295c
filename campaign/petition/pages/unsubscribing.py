"""The page with the button to stop the news."""

from __future__ import annotations

from flask import abort, g, render_template, request
from flask.typing import ResponseReturnValue

from campaign.database import AWAY, db
from campaign.petition import erasure
from campaign.petition.pages import results
from campaign.petition.pages.common import ask_again, asks_again, petitions, private, see_other
from campaign.untrusted import MAX_ID, hex_number
from campaign.web import budgets, errors, limits, tokens
from campaign.web.routes import Routes

routes = Routes()

#: What a mail program sends when its reader presses its own button (RFC 8058, section 3.2).
ONE_CLICK = ("List-Unsubscribe", "One-Click")


@routes.get("/u/<record>")
def unsubscribe(record: str) -> ResponseReturnValue:
    """The page with the button to stop the news."""
    _record(record)
    return _page()


@routes.post("/u/<record>")
def unsubscribe_post(record: str) -> ResponseReturnValue:
    """Stop the news for this record, by our button or by a mail program's.

    A mail program has no form token: the address that we sent is what it proves itself with. Its
    number has 63 random bits, and one that no signature has writes nothing. It follows no redirect.
    """
    number = _record(record)
    if not is_one_click() and tokens.form_problem(_purpose(), youngest=0):
        return ask_again()
    limits.spend_or_refuse(budgets.LINK, record)
    try:
        erasure.no_news(db.session, petitions().held(g.edition.pack.slug).campaign, number)
    except AWAY:
        return errors.page(503)
    if is_one_click():
        return private(results.cached("unsubscribed", results.RESULTS["unsubscribed"]))
    return see_other(results.address("unsubscribed"))


def is_one_click() -> bool:
    """Whether a mail program sent this request, and not the button of our page."""
    return request.form.get(ONE_CLICK[0]) == ONE_CLICK[1]


def _page() -> ResponseReturnValue:
    token = tokens.make(tokens.secret(), _purpose())
    return private(render_template("petition/unsubscribe.html", form_token=token, problem=asks_again()))


def _purpose() -> str:
    return f"unsubscribe/{g.edition.pack.slug}"


def _record(text: str) -> int:
    """The record of the address: 63 random bits, which nobody guesses. 404 for anything else."""
    number = hex_number(text, 16)
    if number is None or number > MAX_ID:
        abort(404)
    return number
