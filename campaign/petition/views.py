"""The petition's pages: sign, confirm, withdraw, and what is known of a signer.

Nothing that waits is stored, no page looks at the index, and only a button changes anything:
mail scanners open links, and run scripts.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, Response, abort, current_app, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError

from campaign.database import db
from campaign.pack.languages import countries, long_date
from campaign.pack.model import Pack
from campaign.petition import links, rights, work
from campaign.petition.board import Board
from campaign.petition.forms import SignForm, purpose, sign_form
from campaign.petition.ledger import BusyError, Ledger, Outcome, name_id
from campaign.petition.links import Confirmation, LinkError, TooLongError, Withdrawal
from campaign.petition.mailbox import common
from campaign.petition.person import Person
from campaign.petition.signing import EPOCH, GRACE, Links, Signer, checked_length, mail_of, sign
from campaign.petition.standing import Held, Petitions, Standing
from campaign.petition.work import Once
from campaign.photographs import album
from campaign.typed import one_line
from campaign.web import errors, guard, languages, limits, tokens
from campaign.web.addresses import page_address
from campaign.web.prose import Notes
from campaign.web.shelves import is_old, open_shelf

blueprint = Blueprint("petition", __name__, url_prefix="/<language>/<slug>/petition")

#: Budgets of one part of the network, of a mailbox, of a mail domain few people have, of the site.
SIGN, SIGN_DAY = "10 per hour", "40 per day"
SIGN_PLAIN = "4 per hour"  # without JavaScript, and so without a proof of work
MAILBOX, DOMAIN, SITE = "3 per day", "200 per hour", "2000 per minute"
PRESS = "1200 per minute"  # of links that only a mailbox's owner has

#: Stands in a kept page for the token that each visitor gets anew.
TOKEN_HERE = "form-token-of-this-visit"  # noqa: S105  it is a place, no secret


@blueprint.url_value_preprocessor
def _open(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    values = values if values is not None else {}
    g.address = {name: values.pop(name, "") for name in ("language", "slug")}


@blueprint.before_request
def _campaign() -> None:
    open_shelf(**g.address)
    if request.method == "POST" and guard.doubled(request.form):
        abort(400)


# signing


@blueprint.post("")
def sign_post() -> ResponseReturnValue:
    """What was typed is sealed and leaves in the link; or the form again with its messages."""
    pack: Pack = g.shelf.pack
    form = sign_form(pack, request.form, _secret())
    standing = petitions().standing(pack.slug, pack.terms, _today())
    if standing is not Standing.OPEN:
        return _fresh(page_html(form, standing), 410 if standing in _OVER else 503)
    valid = form.validate()
    if form.at_risk and not form.understood.data:
        return _fresh(page_html(form, standing), 422)
    if not valid:
        return _fresh(page_html(form, standing, _token_message(form)), 422)
    proof = work.proved(form.work.data or "", _secret(), purpose(pack.slug))
    if proof is None and form.age < work.WAIT:
        return _fresh(page_html(form, standing, _wait_message()), 422)
    if refused := _spent_budgets(form, proof is None):
        return _too_many(form, standing, refused)
    used = proof or work.once(_secret(), str(form["form_token"].data), time.time() + work.TOKEN_LIFE)
    try:
        taken = _take(form, used)
    except TooLongError:
        said = _("Together, your name and town are too long for the link in our e-mail. Shorten one of them.")
        return _fresh(page_html(form, standing, said), 422)
    except (OperationalError, OSError):
        response = _fresh(page_html(form, standing, _busy_message()), 503)
        response.headers["Retry-After"] = "60"
        return response
    if not taken:
        return _fresh(page_html(form, standing, _again_message()), 422)
    return _fresh(render_template("petition/sent.html"))


_OVER = {Standing.CLOSED, Standing.ERASED}


def _take(form: SignForm, used: Once) -> bool:
    """Make the links and write the mail; False if the proof was used before, and nothing is written."""
    pack: Pack = g.shelf.pack
    key = petitions().held(pack.slug).key
    assert key is not None
    at_risk = form.at_risk
    who = Person(
        name=one_line(form.name.data or ""),
        mailbox=form.address.shown,
        country=form.country.data,
        place="" if at_risk else one_line(form.place.data or ""),
        day=_today().isoformat(),
        language=languages.current(),
        edition=g.shelf.number,
        news=bool(form.news.data),
        shown=bool(form.show_name.data) and pack.terms.names,
    )
    signer = Signer(key, petitions().ring(pack.slug), current_app.extensions["index_cost"])
    made = sign(signer, who, form.address, at_risk, int(time.time() // 60))
    content = _mail(pack, form, made, neutral=at_risk or pack.terms.neutral_mail)
    budgets: limits.Budgets = current_app.extensions["budgets"]
    more = budgets.spend_named("mailbox", MAILBOX, form.address.ascii.casefold())
    outbox = current_app.extensions["outbox"]
    with db.engine.execution_options(writes=True).begin() as connection:
        if not work.spend(connection, used):
            connection.rollback()
            return False
        # The fourth mail of a day to one mailbox is not sent; the page does not tell.
        name = outbox.put(connection, content) if more else ""
    if name:
        current_app.extensions["queue"].wake(name)
    return True


def _mail(pack: Pack, form: SignForm, made: Links, neutral: bool) -> dict[str, Any]:
    language = languages.current()
    base = current_app.extensions["settings"].public_url or request.host_url.rstrip("/")
    title = pack.petition[language].title
    values = {
        "name": "" if neutral else pack.name[language],
        "title": "" if neutral else title,
        "confirm": checked_length(base + page_address("petition.confirm", token=made.confirm)),
        "withdraw": base + page_address("petition.withdraw", token=made.withdraw),
    }
    subject = _("Please confirm") if neutral else _("Confirm your signature: %(title)s", title=title)
    return mail_of(form.address, language, str(subject), values)


def _spent_budgets(form: SignForm, plain: bool) -> int:
    """0 if every budget has room; else the seconds to wait."""
    budgets: limits.Budgets = current_app.extensions["budgets"]
    client = limits.client_address()
    if plain and not budgets.spend("sign-plain", SIGN_PLAIN, client):
        return 3600
    if not budgets.spend("sign", SIGN, client) or not budgets.spend("sign-day", SIGN_DAY, client):
        return 3600
    domain = form.address.domain
    if not common(domain) and not budgets.spend_named("domain", DOMAIN, domain):
        return 3600
    return 0 if budgets.spend_named("site", SITE, "sign") else 60


def _too_many(form: SignForm, standing: Standing, wait: int) -> Response:
    said = _("Many people have signed from your network or e-mail provider this hour. What you typed "
             "stays here: try again later, or sign on paper.")  # fmt: skip
    response = _fresh(page_html(form, standing, said), 429)
    response.headers["Retry-After"] = str(wait)
    return response


@blueprint.get("/challenge")
@limits.limited(PRESS)
def challenge() -> ResponseReturnValue:
    """A challenge for the page's script to solve while somebody types."""
    response = make_response(work.challenge(_secret(), purpose(g.shelf.pack.slug)))
    response.mimetype = "application/json"
    response.headers["Cache-Control"] = "no-store"
    return response


# the link's page


@dataclass(frozen=True, slots=True)
class Usable:
    """A link that was read, and the petition that it belongs to."""

    held: Held
    link: Confirmation
    minutes_over: int


@blueprint.get("/c/<token>")
def confirm(token: str) -> ResponseReturnValue:
    """The page with the button."""
    return _result(_confirmable(token), "confirm")


@blueprint.post("/c/<token>")
@limits.limited(PRESS)
def confirm_post(token: str) -> ResponseReturnValue:
    """The button was pressed: one transaction, and the same page for the first, second and tenth time."""
    opened = _confirmable(token)
    if isinstance(opened, str):
        return _result(opened, "confirm")
    if problem := _pressed(f"confirm/{g.shelf.pack.slug}"):
        return _result(opened, "confirm", problem)
    key = petitions().ring(g.shelf.pack.slug).withdraw_key() if opened.link.shown else b""
    shown_id = name_id(key, opened.link.record) if key else 0
    try:
        outcome = ledger().confirm(opened.held.campaign, opened.link, _today(), shown_id)
    except BusyError:
        return errors.page(503)
    return _result("withdrawn" if outcome is Outcome.WITHDRAWN else "thanks", "confirm")


def _confirmable(token: str) -> Usable | str:
    """The link, or the name of the page that says why it can't be used."""
    pack: Pack = g.shelf.pack
    held = petitions().held(pack.slug)
    if held.erased is not None:
        return "erased"
    try:
        link = links.open_confirmation(petitions().ring(pack.slug), token)
    except LinkError:
        return "broken"
    over = int(time.time() // 60) - link.expires
    if over > GRACE:
        return "expired"
    if not petitions().takes_links(pack.slug, pack.terms, _today()):
        return "closed"
    return Usable(held, link, max(over, 0))


@blueprint.get("/w/<token>")
def withdraw(token: str) -> ResponseReturnValue:
    """What is known of this signature, and the button that takes it back."""
    return _result(_withdrawable(token), "withdraw")


@blueprint.post("/w/<token>")
@limits.limited(PRESS)
def withdraw_post(token: str) -> ResponseReturnValue:
    """Record, slot and shown name go; today's tally gets −1."""
    found = _withdrawable(token)
    if isinstance(found, str):
        return _result(found, "withdraw")
    if problem := _pressed(f"withdraw/{g.shelf.pack.slug}"):
        return _result(found, "withdraw", problem)
    held = petitions().held(g.shelf.pack.slug)
    key = petitions().ring(g.shelf.pack.slug).withdraw_key()
    try:
        ledger().withdraw(held.campaign, found, _today(), name_id(key, found.record))
    except BusyError:
        return errors.page(503)
    return _result("taken-back", "withdraw")


def _withdrawable(token: str) -> Withdrawal | str:
    pack: Pack = g.shelf.pack
    if petitions().held(pack.slug).erased is not None:
        return "erased"
    try:
        return links.open_withdrawal(petitions().ring(pack.slug), token)
    except LinkError:
        return "broken"


@blueprint.route("/link", methods=["GET", "POST"])
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
    return _private(html, 422 if pasted else 200)


@blueprint.get("/u/<record>")
def unsubscribe(record: str) -> ResponseReturnValue:
    """The page with the button to get no more news."""
    return _private(render_template("petition/unsubscribe.html", done=False, record=_record(record)))


@blueprint.post("/u/<record>")
@limits.limited(PRESS)
def unsubscribe_post(record: str) -> ResponseReturnValue:
    """No more news for this record, by our button or by a mail program's (RFC 8058)."""
    number = _record(record)
    try:
        rights.no_news(db.session, petitions().held(g.shelf.pack.slug).campaign, number)
    except OperationalError:
        return errors.page(503)
    return _private(render_template("petition/unsubscribe.html", done=True, record=number))


def _record(text: str) -> int:
    """The record of the address: 63 random bits, which nobody guesses. 404 for anything else."""
    try:
        number = int(text, 16)
    except ValueError:
        abort(404)
    if len(text) != 16 or not 0 <= number < 2**63:
        abort(404)
    return number


#: Pages that say why a link can't be used, by name, with their status.
_REFUSALS = {"broken": 404, "expired": 410, "closed": 410, "erased": 410}


def _result(found: Usable | Withdrawal | str, kind: str, problem: str = "") -> Response:
    """The page for what a link turned out to be."""
    if isinstance(found, str):
        return _private(_kept_result(found), _REFUSALS.get(found, 200))
    token = tokens.make(_secret(), f"{kind}/{g.shelf.pack.slug}")
    values: dict[str, Any] = {"form_token": token, "problem": problem}
    if isinstance(found, Usable):
        html = render_template("petition/confirm.html", opened=found, **values)
    else:
        country = countries(languages.current()).get(found.country, found.country)
        day = long_date(date.fromordinal(EPOCH.toordinal() + found.day), languages.current())
        html = render_template("petition/withdraw.html", link=found, country=country, day=day, **values)
    return _private(html, 422 if problem else 200)


def _kept_result(name: str) -> str:
    """The page of a result, which is the same for everybody: made once for an edition and language."""
    kept: dict[tuple[Any, ...], str] = current_app.extensions.setdefault("kept_results", {})
    key = (g.shelf.pack.slug, g.shelf.number, languages.current(), name)
    if key not in kept:
        for old in [one for one in kept if one[0] == key[0] and one[1] != key[1]]:
            del kept[old]
        kept[key] = render_template("petition/result.html", result=name)
    return kept[key]


def _pressed(what: str) -> str:
    """'' if the button of our own page was pressed, and not at once; else what to say."""
    try:
        tokens.age(_secret(), what, request.form.get("form_token", ""))
    except tokens.TokenError as error:
        if str(error) == "young":
            return str(_("That was very quick. Nothing is lost: press the button again."))
        return str(_("This page has been open for a long time. Nothing is lost: press the button again."))
    return ""


# the page with the form


def page_html(form: SignForm | None, standing: Standing, message: str = "") -> str:
    """The petition: its text, how many signed, and the form. Without a form, an empty one."""
    pack: Pack = g.shelf.pack
    language = languages.current()
    if form is None:
        form = sign_form(pack, None, _secret())
        form.give_token(TOKEN_HERE)
    asked = bool(form.country.data) and form.at_risk and not form.understood.data
    problems = {field.name: field.errors for field in form if field.errors}
    return render_template(
        "petition/page.html",
        notes=Notes(pack, language),
        form=form,
        standing=standing.value,
        counted=board().of(pack.slug),
        message=message,
        problems=problems,
        risk_asked=asked and bool(form.name.data or form.email.data),
        photographs=_photographs(),
        caught=not current_app.extensions["settings"].smtp_url,
        erase_on=long_date(pack.terms.erase_on, language) if pack.terms.erase_on else "",
        closes=long_date(pack.terms.closes, language) if pack.terms.closes else "",
    )


def _photographs() -> dict[str, album.Sizes]:
    """Those that the page may show: of the newest edition, or of the draft, and not of an old edition."""
    return {} if is_old() else album.sizes(db.session, g.shelf.pack.slug, _named())


def _named() -> set[str]:
    return {event.photo for event in g.shelf.pack.terms.events if event.photo}


@blueprint.get("/photographs/<photo>.jpg")
def photograph(photo: str) -> ResponseReturnValue:
    """A photograph that the newest edition names, large, or small on demand."""
    small = request.args.get("small") == "yes"
    data = album.picture(db.session, g.shelf.pack.slug, photo, small) if photo in _named() else None
    if data is None:
        abort(404)
    response = make_response(data)
    response.mimetype = "image/jpeg"
    response.headers["Cache-Control"] = "public, max-age=3600"  # one that was taken out is gone in an hour
    response.set_etag(f"{photo}{'-small' if small else ''}")
    return response.make_conditional(request)


def standing_now() -> Standing:
    """How the petition of the campaign at hand stands today."""
    pack: Pack = g.shelf.pack
    return petitions().standing(pack.slug, pack.terms, _today())


def version() -> int:
    """A number that changes when the kept page has to be made anew: the count's, and how it stands."""
    standings = list(Standing)
    return board().version() * len(standings) + standings.index(standing_now())


def fill(html: bytes) -> bytes:
    """A kept page with a token of its own for each visitor."""
    token = tokens.make(_secret(), purpose(g.shelf.pack.slug))
    return html.replace(TOKEN_HERE.encode(), token.encode())


# helpers


def petitions() -> Petitions:
    """How every petition stands."""
    found: Petitions = current_app.extensions["petitions"]
    return found


def ledger() -> Ledger:
    """Where signatures are written."""
    found: Ledger = current_app.extensions["ledger"]
    return found


def board() -> Board:
    """The numbers that pages show."""
    found: Board = current_app.extensions["signature_board"]
    return found


def _today() -> date:
    return datetime.now(UTC).date()


def _secret() -> bytes:
    secret: bytes = current_app.extensions["settings"].secrets["form"]
    return secret


def _token_message(form: SignForm) -> str:
    problems = form["form_token"].errors
    if "young" in problems:
        return str(_("That was very quick. Nothing is lost: press the button again."))
    if problems:
        return _again_message()
    return ""


def _again_message() -> str:
    return str(_("This page has been open for a long time. Nothing is lost: press the button again."))


def _busy_message() -> str:
    return str(_("The site can’t accept it just now. What you typed stays here: try again in a minute."))


def _wait_message() -> str:
    return str(
        _("Your browser couldn’t run our anti-spam check. Wait half a minute, then press the button again.")
    )


def _fresh(html: str, status: int = 200) -> Response:
    """A page that holds what was typed, or a token: kept nowhere."""
    response = make_response(html, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _private(html: str, status: int = 200) -> Response:
    """A page with a token in its address."""
    response = _fresh(html, status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
