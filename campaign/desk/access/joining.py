"""Joining by invitation: who was invited, as what, and how they will sign in."""

from __future__ import annotations

from typing import Any

import segno
from flask import Response, abort, g, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from campaign import clock
from campaign.database import db
from campaign.desk.access import passkey_challenges
from campaign.desk.access.forms import ROLE_NAMES, JoinForm, PasskeyNamesForm
from campaign.desk.access.session import set_cookie, settings
from campaign.desk.access.sign_in import _said_by_token, purpose_form
from campaign.desk.fields import posted
from campaign.desk.pages import Audience, Pages, campaign_name, page
from campaign.languages.data import for_desk
from campaign.people import daily_mail, factors, members, passkeys, signing_in
from campaign.people.members import MemberError, Proofs
from campaign.people.models import Invitation
from campaign.web.addresses import page_address
from campaign.web.signing import Purpose, SignatureError, sign, unsign

pages = Pages()


@pages.page("/join/<token>", Audience.ANYBODY)
def join(token: str) -> ResponseReturnValue:
    """What an invitation's link shows: for which campaign, as what, and two ways to prove oneself later."""
    invitation = _invitation(token)
    if invitation is None:
        return page("desk/access/gone.html", 404)
    return _join_page(
        token, invitation, purpose_form(JoinForm, f"join/{token}", secret=sealed_secret(factors.new_totp()))
    )


def _invitation(token: str) -> Invitation | None:
    return members.invitation(db.session, token, clock.now())


def _join_page(
    token: str, invitation: Invitation, form: Any, message: str = "", status: int = 200
) -> Response:
    secret = opened_secret(form.secret.data or "")
    known = bool(invitation.email) and members.has_way_in(db.session, invitation.email)
    values = {
        "form": form,
        "invitation": invitation,
        "campaign": campaign_name(members.slug_of(db.session, invitation)),
        "message": message,
        "token": token,
        "known": known,
        "is_signed_in": bool(g.desk) and g.desk.email == invitation.email,
        "role_names": ROLE_NAMES,
        "possible": passkey_challenges.possible(),
        **generator(secret, invitation.email or "Campaign"),
    }
    return page("desk/access/join.html", status, **values)


def generator(secret: str, email: str) -> dict[str, Any]:
    """A code generator's secret as text in groups, and as a QR code that is drawn here."""
    address = factors.totp_address(secret, email, passkey_challenges.site().name)
    code = segno.make(address, error="m").svg_inline(
        scale=4, border=4, svgclass="qr", lineclass="qr-dark", omitsize=True
    )
    groups = " ".join(secret[n : n + 4] for n in range(0, len(secret), 4))
    return {"secret": groups, "qr": Markup(code)}  # noqa: S704  drawn just now from our own text


def sealed_secret(secret: str) -> str:
    """A new code generator's secret, signed, to come back with the form that confirms it."""
    return sign(settings().secrets["desk"], Purpose.TOTP_SECRET, secret)


def opened_secret(token: str) -> str:
    """The secret that we gave; another one where the form was altered."""
    try:
        return str(unsign(settings().secrets["desk"], Purpose.TOTP_SECRET, token).value)
    except SignatureError:
        return factors.new_totp()


@pages.page("/join/<token>", Audience.ANYBODY, methods=["POST"])
def join_post(token: str) -> ResponseReturnValue:
    """Become a member."""
    invitation = _invitation(token)
    if invitation is None:
        return page("desk/access/gone.html", 404)
    form = purpose_form(JoinForm, f"join/{token}")
    form.first = not invitation.email
    form.known = bool(invitation.email) and members.has_way_in(db.session, invitation.email)
    slug = members.slug_of(db.session, invitation)
    form.words = (invitation.email, invitation.name, slug)
    form.totp_secret = opened_secret(form.secret.data or "")
    form.now = clock.now()
    if not form.validate():
        said = _said_by_token(form) if form["form_token"].errors else _("Check the marked fields.")
        return _join_page(token, invitation, form, said, 422)
    sign_in = g.desk.sign_in if g.desk else None
    try:
        person, codes = members.accept(db.session, token, _proofs(form), clock.now(), sign_in)
    except passkeys.PasskeyError:
        db.session.rollback()
        return _join_page(token, invitation, form, _("The passkey could not be created. Try again."), 422)
    except MemberError as error:
        if error.reason == "gone":
            return page("desk/access/gone.html", 404)
        return _join_page(token, invitation, form, _refusal(error), 422)
    if form.known:
        return redirect(page_address("desk.home"), 303)
    set_cookie(signing_in.begin(db.session, person, clock.now()))
    daily_mail.note_language(db.session, person, for_desk([g.address["language"]]))
    return page("desk/access/codes.html", codes=codes, name=person.name, joined=True)


def _refusal(error: MemberError) -> str:
    """Why somebody can't join, in words."""
    messages = {
        "sign in": _("Sign in with this e-mail address first, then open the link again."),
        "member already": _("You organise this campaign already. Nothing has changed."),
    }
    return str(messages.get(error.reason, _("An organiser already uses this address.")))


def _proofs(form: Any) -> Proofs:
    names: dict[str, Any] = {"name": form.name.data or "", "email": form.email.data or ""}
    if form.known:
        return Proofs()
    if form.passkey.data:
        challenge = passkey_challenges.opened(form.challenge.data or "")
        passkeys.spend(db.session, challenge, clock.now())
        return Proofs(passkey=passkeys.made(passkey_challenges.site(), challenge, form.passkey.data), **names)
    return Proofs(form.password.data, form.totp_secret, **names)


@pages.page("/join/<token>/passkey", Audience.ANYBODY, methods=["POST"])
def join_passkey(token: str) -> ResponseReturnValue:
    """What the browser needs to make a passkey for an invitation."""
    invitation = _invitation(token)
    if invitation is None:
        abort(404)
    form = posted(PasskeyNamesForm)
    name, email = invitation.name or form.name.data, invitation.email or form.email.data
    challenge, sealed = passkey_challenges.sealed()
    options = passkeys.offer(
        passkey_challenges.site(), name or email or "Campaign", email or name or "Campaign", challenge, []
    )
    return {"options": options, "challenge": sealed}
