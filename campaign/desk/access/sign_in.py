"""The ways in and out: signing in, joining by invitation, proving oneself again, signing out."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms import Form

from campaign import clock
from campaign.database import answers, db
from campaign.desk.access import attempts, device, passkey_challenges
from campaign.desk.access.forms import ProveForm, SignInForm
from campaign.desk.access.kept_form import kept_form, longer_texts
from campaign.desk.access.recovery_mail import tell_of_recovery
from campaign.desk.access.session import set_cookie, settings
from campaign.desk.access.visit import Desk
from campaign.desk.fields import posted
from campaign.desk.pages import Audience, Pages, at, back_to, campaign_name, page
from campaign.languages.data import for_desk
from campaign.people import daily_mail, members, passkeys, signing_in
from campaign.people.models import Person
from campaign.people.roles import Permission, may
from campaign.people.signing_in import Credentials
from campaign.web import tokens
from campaign.web.addresses import own_path

pages = Pages()


def purpose_form(kind: type[Form], purpose: str, **values: Any) -> Any:
    """A form of somebody who is not signed in, guarded by a signed token."""
    meta = {"token_secret": settings().secrets["desk"], "token_purpose": purpose}
    return kind(request.form if request.method == "POST" else None, meta=meta, **values)


# signing in


@pages.page("/sign-in", Audience.ANYBODY)
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
    typed = longer_texts(form.kept.data or "")
    return page(
        "desk/access/sign-in.html",
        status,
        form=form,
        message=message,
        typed=typed,
        possible=passkey_challenges.possible(),
    )


@pages.page("/sign-in", Audience.ANYBODY, methods=["POST"])
def sign_in_post() -> ResponseReturnValue:
    """Both factors at once, so that no answer tells which of them was wrong."""
    form = purpose_form(SignInForm, "sign-in")
    passkey = bool(form.passkey.data)
    name = signing_in.as_kept((form.email.data or "")[:254])
    answers(db.engine)  # a try that the database can't judge is none, and a proxy may repeat it elsewhere
    if wait := attempts.with_passkey() if passkey else attempts.to_sign_in(name):
        return _too_many(form, wait)
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
    token = signing_in.begin(db.session, person, clock.now())
    device.remember(person.email)
    if factor == "recovery":
        tell_of_recovery(person)
    daily_mail.note_language(db.session, person, for_desk([g.address["language"]]))
    set_cookie(token)
    current = signing_in.find(db.session, token, clock.now(), clock.now())
    if current is None:
        abort(500)
    g.desk = Desk(current)
    path, pairs = kept_form(form.kept.data or "")
    if path:
        return page("desk/access/again.html", action=path, kept=pairs)
    return redirect(own_path(form.next.data or "") or at("home"), 303)


def _by_password(form: SignInForm) -> tuple[Person | None, str]:
    given = Credentials(form.email.data or "", form.password.data or "", form.code.data or "")
    return signing_in.by_password(db.session, given, clock.now(), attempts)


def _by_passkey(form: SignInForm) -> tuple[Person | None, str]:
    try:
        challenge = passkey_challenges.opened(form.challenge.data or "")
        return passkeys.who(
            db.session, passkey_challenges.site(), challenge, form.passkey.data or "", clock.now()
        ), "passkey"
    except passkeys.PasskeyError:
        return None, ""


def _too_many(form: SignInForm, wait: int) -> Response:
    message = ngettext(
        "Too many attempts. Wait %(num)s minute, then try again.",
        "Too many attempts. Wait %(num)s minutes, then try again.",
        -(-wait // 60),
    )
    answer = sign_in_page(message, form=form, status=429)
    answer.headers["Retry-After"] = str(wait)
    return answer


def _said_by_token(form: Any) -> str:
    """What to say of a form's token, or of its fields."""
    message = tokens.message(form["form_token"].errors)
    return message or str(_("Something is missing. Check the marked fields."))


@pages.page("/passkey/ask", Audience.ANYBODY, methods=["POST"])
def ask_passkey() -> ResponseReturnValue:
    """What the browser needs to sign with a passkey."""
    if attempts.with_passkey():
        abort(429)
    challenge, token = passkey_challenges.sealed()
    return {"options": passkeys.ask(passkey_challenges.site(), challenge), "challenge": token}


@pages.page("/sign-out", Audience.SIGNED_IN, methods=["POST"])
def sign_out() -> ResponseReturnValue:
    """End this sign-in."""
    signing_in.end(db.session, g.desk.sign_in.digest, g.desk.sign_in.person)
    set_cookie("")
    return back_to("sign_in")


# proving oneself again


@pages.page("/prove", Audience.SIGNED_IN)
def prove() -> ResponseReturnValue:
    """Ask for a factor before something that needs one."""
    next_ = own_path(request.args.get("next", ""))
    return page("desk/access/prove.html", kept=[("next", next_)], action=at("prove_post"), problem="")


@pages.page("/prove", Audience.SIGNED_IN, fresh=True, methods=["POST"])
def prove_post() -> ResponseReturnValue:
    """Back to where the factor was needed; the access check has asked for it."""
    return redirect(own_path(posted(ProveForm).next.data) or at("home"), 303)


# the first page after signing in


def _reads(slug: str) -> bool:
    member = members.membership(db.session, g.desk.sign_in.person, slug)
    return bool(member and may(member.role, Permission.READ))


@pages.page("/", Audience.SIGNED_IN)
def home() -> ResponseReturnValue:
    """The campaigns of this person; the one itself if there is only one, unless they come for the list."""
    slugs = members.campaigns_of(db.session, g.desk.sign_in.person)
    # A clerk's work begins with paper.
    first = {slug: "attention" if _reads(slug) else "paper" for slug in slugs}
    if len(slugs) == 1 and request.args.get("list") != "yes":
        return redirect(at(first[slugs[0]], slug=slugs[0]))
    return page(
        "desk/access/home.html",
        campaigns=[(slug, campaign_name(slug)) for slug in slugs],
        first=first,
        may_start=members.owns_a_campaign(db.session, g.desk.sign_in.person),
    )
