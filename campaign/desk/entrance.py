"""The ways in and out: signing in, joining by invitation, proving oneself again, signing out."""

from __future__ import annotations

import json
from typing import Any

import segno
from flask import Response, abort, current_app, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer
from markupsafe import Markup
from wtforms import Form

from campaign.database import db
from campaign.desk import doors, keys
from campaign.desk.cookies import clock, set_cookie, settings
from campaign.desk.doors import Open, at, back_to, door, page
from campaign.desk.forms import ROLE_NAMES, JoinForm, SignInForm
from campaign.desk.recovery import tell_of_recovery
from campaign.people import factors, members, passkeys, signing_in
from campaign.people.members import MemberError, Proofs
from campaign.people.models import Invitation, Person
from campaign.people.roles import May, may
from campaign.people.signing_in import Given
from campaign.web import limits
from campaign.web.addresses import own_path


def purpose_form(kind: type[Form], purpose: str, **values: Any) -> Any:
    """A form of somebody who is not signed in, guarded by a signed token."""
    meta = {"token_secret": settings().secrets["desk"], "token_purpose": purpose}
    return kind(request.form if request.method == "POST" else None, meta=meta, **values)


# signing in


@door("/sign-in", Open.ANYBODY)
def sign_in() -> ResponseReturnValue:
    """The form by which organisers come in."""
    return sign_in_page()


def sign_in_page(message: str = "", kept: str = "", status: int = 200, form: Any = None) -> Response:
    """The page to sign in, with a message and what somebody typed elsewhere, to be offered again."""
    g.address.pop("slug", None)
    g.stands_for = "desk.sign_in"
    if form is None:
        meta = {"token_secret": settings().secrets["desk"], "token_purpose": "sign-in"}
        form = SignInForm(None, meta=meta, next=own_path(request.args.get("next", "")), kept=kept)
    typed = _typed(form.kept.data or "")
    return page(
        "desk/sign-in.html", status, form=form, message=message, typed=typed, possible=keys.possible()
    )


def _typed(kept: str) -> list[str]:
    """The longer texts of a kept form, to be seen and copied where signing in is not possible any more."""
    try:
        return [str(value) for _name, value in json.loads(kept)["pairs"] if len(str(value)) > 20]
    except (ValueError, KeyError, TypeError):
        return []


@door("/sign-in", Open.ANYBODY, methods=["POST"])
def sign_in_post() -> ResponseReturnValue:
    """Both factors at once, so that no answer tells which of them was wrong."""
    form = purpose_form(SignInForm, "sign-in")
    passkey = bool(form.passkey.data)
    if not _tries_left(form, passkey):
        answer = sign_in_page(
            _("Too many attempts. Wait five minutes, then try again."), form=form, status=429
        )
        answer.headers["Retry-After"] = "300"
        return answer
    if not form.validate():
        return sign_in_page(_said_by_token(form), form=form, status=422)
    person, factor = _by_passkey(form) if passkey else _by_password(form)
    if person is None:
        db.session.rollback()
        said = (
            _("This passkey is not known here.")
            if passkey
            else _("That is not correct: check all three again.")
        )
        return sign_in_page(said, form=form, status=422)
    token = signing_in.begin(db.session, person, clock())
    if factor == "recovery":
        tell_of_recovery(person)
    set_cookie(token)
    here = signing_in.find(db.session, token, clock(), clock())
    if here is None:
        abort(500)
    g.desk = doors.Desk(here)
    path, pairs = doors.kept_form(form.kept.data or "")
    if path:
        return page("desk/again.html", action=path, kept=pairs)
    return redirect(own_path(form.next.data or "") or at("home"), 303)


def _by_password(form: SignInForm) -> tuple[Person | None, str]:
    given = Given(form.email.data or "", form.password.data or "", form.code.data or "")
    return signing_in.by_password(db.session, given, clock())


def _by_passkey(form: SignInForm) -> tuple[Person | None, str]:
    try:
        challenge = keys.opened(form.challenge.data or "", clock())
        return passkeys.who(db.session, keys.site(), challenge, form.passkey.data or "", clock()), "passkey"
    except passkeys.PasskeyError:
        return None, ""


def _tries_left(form: SignInForm, passkey: bool) -> bool:
    """Budgets of tries: of this part of the network, of all, and of the name, unless a passkey signs."""
    budgets: limits.Budgets = current_app.extensions["budgets"]
    name = signing_in.as_kept((form.email.data or "")[:254])
    near = budgets.spend("sign-in", doors.TRIES_OF_PREFIX, limits.client_address())
    whole = budgets.spend_named("sign-in of all", doors.TRIES_OF_ALL, "all")
    return near and whole and (passkey or doors.tries_left("sign-in", name))


def _said_by_token(form: Any) -> str:
    """What to say of a form's token, or of its fields."""
    errors = form["form_token"].errors
    if "young" in errors:
        return str(_("That was very quick. Nothing is lost: press the button again."))
    if errors:
        return str(_("This page has been open for a long time. Nothing is lost: press the button again."))
    return str(_("Something is missing. Check the marked fields."))


@door("/passkey/ask", Open.ANYBODY, methods=["POST"])
def ask_passkey() -> ResponseReturnValue:
    """What the browser needs to sign with a passkey."""
    budgets: limits.Budgets = current_app.extensions["budgets"]
    if not budgets.spend("passkey", limits.PRESS, limits.client_address()):
        abort(429)
    challenge, token = keys.sealed(clock())
    return {"options": json.loads(passkeys.ask(keys.site(), challenge)), "challenge": token}


@door("/sign-out", Open.SIGNED_IN, methods=["POST"])
def sign_out() -> ResponseReturnValue:
    """End this sign-in."""
    signing_in.end(db.session, g.desk.here.digest, g.desk.here.person)
    set_cookie("")
    return back_to("sign_in")


# proving oneself again


@door("/prove", Open.SIGNED_IN)
def prove() -> ResponseReturnValue:
    """Ask for a factor before something that needs one."""
    next_ = own_path(request.args.get("next", ""))
    return page("desk/prove.html", kept=[("next", next_)], action=at("prove_post"), problem="")


@door("/prove", Open.SIGNED_IN, fresh=True, methods=["POST"])
def prove_post() -> ResponseReturnValue:
    """Back to where the factor was needed; the door itself has asked for it."""
    return redirect(own_path(request.form.get("next", "")) or at("home"), 303)


# joining


@door("/join/<token>", Open.ANYBODY)
def join(token: str) -> ResponseReturnValue:
    """What an invitation's link shows: for which campaign, as what, and two ways to prove oneself later."""
    found = _invitation(token)
    if found is None:
        return page("desk/gone.html", 404)
    return _join_page(
        token, found, purpose_form(JoinForm, f"join/{token}", secret=sealed_secret(factors.new_totp()))
    )


def _invitation(token: str) -> Invitation | None:
    return members.invitation(db.session, token, clock())


def _join_page(token: str, found: Invitation, form: Any, message: str = "", status: int = 200) -> Response:
    secret = opened_secret(form.secret.data or "")
    known = bool(found.email) and members.has_way_in(db.session, found.email)
    values = {
        "form": form,
        "invitation": found,
        "campaign": doors.campaign_name(members.slug_of(db.session, found)),
        "message": message,
        "token": token,
        "known": known,
        "role_names": ROLE_NAMES,
        "possible": keys.possible(),
        **generator(secret, found.email or "Campaign"),
    }
    return page("desk/join.html", status, **values)


def generator(secret: str, email: str) -> dict[str, Any]:
    """A code generator's secret as text in groups, and as a QR code that is drawn here."""
    address = factors.totp_address(secret, email, keys.site().name)
    code = segno.make(address, error="m").svg_inline(
        scale=4, border=4, svgclass="qr", lineclass="qr-dark", omitsize=True
    )
    groups = " ".join(secret[n : n + 4] for n in range(0, len(secret), 4))
    return {"secret": groups, "qr": Markup(code)}  # noqa: S704  drawn just now from our own text


def _secrets() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secrets["desk"], salt="totp")


def sealed_secret(secret: str) -> str:
    """A new code generator's secret, signed, to come back with the form that confirms it."""
    return str(_secrets().dumps(secret))


def opened_secret(token: str) -> str:
    """The secret that we gave; another one where the form was altered."""
    try:
        return str(_secrets().loads(token))
    except BadSignature:
        return factors.new_totp()


@door("/join/<token>", Open.ANYBODY, methods=["POST"])
def join_post(token: str) -> ResponseReturnValue:
    """Become a member."""
    found = _invitation(token)
    if found is None:
        return page("desk/gone.html", 404)
    form = purpose_form(JoinForm, f"join/{token}")
    form.first = not found.email
    form.known = bool(found.email) and members.has_way_in(db.session, found.email)
    form.words = (found.email, found.name, members.slug_of(db.session, found))
    form.totp_secret = opened_secret(form.secret.data or "")
    form.now = clock()
    if not form.validate():
        said = _said_by_token(form) if form["form_token"].errors else _("Check the marked fields.")
        return _join_page(token, found, form, said, 422)
    try:
        person, codes = members.accept(db.session, token, _proofs(form), clock())
    except passkeys.PasskeyError:
        db.session.rollback()
        return _join_page(token, found, form, _("The passkey could not be created. Try again."), 422)
    except MemberError as error:
        if error.reason == "gone":
            return page("desk/gone.html", 404)
        return _join_page(token, found, form, _("An organiser already uses this address."), 422)
    if form.known:
        return back_to("sign_in")
    set_cookie(signing_in.begin(db.session, person, clock()))
    return page("desk/codes.html", codes=codes, name=person.name, joined=True)


def _proofs(form: Any) -> Proofs:
    names: dict[str, Any] = {"name": form.name.data or "", "email": form.email.data or ""}
    if form.known:
        return Proofs()
    if form.passkey.data:
        challenge = keys.opened(form.challenge.data or "", clock())
        passkeys.spend(db.session, challenge, clock())
        return Proofs(passkey=passkeys.made(keys.site(), challenge, form.passkey.data), **names)
    return Proofs(form.password.data, form.totp_secret, **names)


@door("/join/<token>/passkey", Open.ANYBODY, methods=["POST"])
def join_passkey(token: str) -> ResponseReturnValue:
    """What the browser needs to make a passkey for an invitation."""
    found = _invitation(token)
    if found is None:
        abort(404)
    name, email = (
        found.name or request.form.get("name", "")[:120],
        found.email or request.form.get("email", "")[:254],
    )
    challenge, sealed = keys.sealed(clock())
    options = passkeys.offer(
        keys.site(), name or email or "Campaign", email or name or "Campaign", challenge, []
    )
    return {"options": json.loads(options), "challenge": sealed}


# the first page behind the door


def _reads(slug: str) -> bool:
    member = members.membership(db.session, g.desk.here.person, slug)
    return bool(member and may(member.role, May.READ))


@door("/", Open.SIGNED_IN)
def home() -> ResponseReturnValue:
    """The campaigns of this person; the one itself if there is only one."""
    slugs = members.campaigns_of(db.session, g.desk.here.person)
    # A clerk's work begins with paper.
    first = {slug: "attention" if _reads(slug) else "paper" for slug in slugs}
    if len(slugs) == 1:
        return redirect(at(first[slugs[0]], slug=slugs[0]))
    return page(
        "desk/home.html", campaigns=[(slug, doors.campaign_name(slug)) for slug in slugs], first=first
    )
