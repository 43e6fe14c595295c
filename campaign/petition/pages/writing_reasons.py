"""The form in which somebody says why they sign: right after their signature counts, or later."""

from __future__ import annotations

from typing import Any

from flask import Response, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign import clock
from campaign.database import AWAY, db
from campaign.languages.dates import long_date
from campaign.pack.model import Pack
from campaign.petition import reason_links, reasons
from campaign.petition.links import LinkError
from campaign.petition.pages import results
from campaign.petition.pages.common import busy_message, petitions, private, see_other, today
from campaign.petition.reason_form import ReasonForm, reason_form
from campaign.petition.reason_links import LateError, ReasonLink
from campaign.petition.reasons import FullError, NotSignedError, State, Writer, WrittenBeforeError, signer_of
from campaign.petition.status import OVER
from campaign.services import service
from campaign.web import budgets, languages, tokens
from campaign.web.addresses import page_address
from campaign.web.limits import Budgets
from campaign.web.routes import Routes

routes = Routes()


def are_taken(country: str) -> bool:
    """Whether somebody from this country may say now why they sign; never from one at risk."""
    pack: Pack = g.edition.pack
    is_open = pack.terms.reasons and petitions().status(pack.slug, pack, today()) not in OVER
    return is_open and country not in pack.countries_at_risk


def signer(record: int) -> tuple[int, int]:
    """The campaign, and what stands for a record beside its text."""
    slug = g.edition.pack.slug
    return petitions().held(slug).campaign, signer_of(petitions().server_keys(slug).withdraw_key(), record)


def token_for(record: int, country: str) -> str:
    """The token of an address at which the form is open for an hour."""
    link = ReasonLink(record, country, _minute())
    return reason_links.token(petitions().server_keys(g.edition.pack.slug), link)


def for_form(token: str, form: ReasonForm) -> dict[str, Any]:
    """What a page with the form needs."""
    day = g.edition.pack.terms.erase_on
    return {
        "form": form,
        "action": page_address("petition.why_post", token=token),
        "erase_on": long_date(day, languages.current()) if day else "",
    }


@routes.get("/thanks/<token>")
def thanks(token: str) -> ResponseReturnValue:
    """The signature counts; and the form. Who has written already, or is late, gets the page without it."""
    link = _link(token, reason_links.OPENS)
    if link == "broken":
        return private(results.cached("broken"), 404)
    if isinstance(link, str) or not are_taken(link.country) or _has_written(link):
        return see_other(results.address("confirmed"))
    return private(_html(token, _empty(), after=True))


def _has_written(link: ReasonLink) -> bool:
    """Whether there is a text of this signer; True while nobody knows, since the database is away."""
    try:
        row = reasons.of_signer(db.session, *signer(link.record))
    except AWAY:
        return True
    return row is not None and row.state != State.REFUSED


@routes.get("/why/<token>")
def why(token: str) -> ResponseReturnValue:
    """The form alone."""
    link = _link(token, reason_links.OPENS)
    if isinstance(link, str) or not are_taken(link.country):
        return _closed(link)
    return private(_html(token, _empty()))


@routes.post("/why/<token>")
def why_post(token: str) -> ResponseReturnValue:
    """Write what was typed, which then waits to be read; or the form again, with what is wrong."""
    link = _link(token, reason_links.TAKES)
    if isinstance(link, str) or not are_taken(link.country):
        return _closed(link)
    form = reason_form(g.edition.pack, request.form, tokens.secret())
    if not form.validate():
        return private(_html(token, form, tokens.message(form["form_token"].errors)), 422)
    try:
        return _write(token, link, form)
    except NotSignedError:
        return private(results.cached("withdrawn-before"), 410)
    except WrittenBeforeError:
        return private(_html(token, form, _written_before()), 409)
    except (*AWAY, FullError):
        return _busy(token, form, 503, 60)


def _write(token: str, link: ReasonLink, form: ReasonForm) -> Response:
    campaign, number = signer(link.record)
    with service(Budgets).spending(budgets.REASON, str(number)) as usage:
        if not usage.within:
            return _busy(token, form, 429, usage.wait)
        writer = Writer(link.record, number, link.country)
        with db.engine.execution_options(writes=True).begin() as connection:
            reasons.write(connection, campaign, writer, form.written, today())
    return see_other(results.address("reason-sent"))


def _busy(token: str, form: ReasonForm, status: int, wait: int) -> Response:
    """The page again with what was typed, to be sent later."""
    response = private(_html(token, form, busy_message()), status)
    response.headers["Retry-After"] = str(wait)
    return response


def _link(token: str, minutes: int) -> ReasonLink | str:
    """What an address carries, or why it can't be used: broken, late or erased."""
    slug = g.edition.pack.slug
    if petitions().held(slug).erased is not None:
        return "erased"
    try:
        return reason_links.read(petitions().server_keys(slug), token, _minute(), minutes)
    except LateError:
        return "late"
    except LinkError:
        return "broken"


def _closed(link: ReasonLink | str) -> Response:
    """The page for an address that can't be used, or where nobody is asked any more.

    What was typed on a page that is too old is there to be copied.
    """
    if link in {"broken", "erased"}:
        return private(results.cached(str(link)), 404 if link == "broken" else 410)
    typed = request.form.get("reason", "") if request.method == "POST" else ""
    return private(render_template("petition/reason-late.html", late=link == "late", typed=typed), 410)


def _empty() -> ReasonForm:
    return reason_form(g.edition.pack, None, tokens.secret())


def _html(token: str, form: ReasonForm, message: str = "", after: bool = False) -> str:
    """The page with the form; `after`: it says first that the signature counts."""
    return render_template("petition/reason.html", message=message, after=after, **for_form(token, form))


def _written_before() -> str:
    return str(
        _(
            "You have written another text before. To replace it, take that one back first: open the second "
            "link in our e-mail."
        )
    )


def _minute() -> int:
    return int(clock.seconds() // 60)
