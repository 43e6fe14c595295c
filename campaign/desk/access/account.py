"""What people change of their own: password, code generator, passkeys, sign-ins."""

from __future__ import annotations

from typing import Any

from flask import g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign import clock
from campaign.database import db, in_utc
from campaign.desk.access import passkey_challenges
from campaign.desk.access.forms import (
    DailyMailForm,
    EndSignInForm,
    GeneratorForm,
    NewPasskeyForm,
    PasswordForm,
    RemovePasskeyForm,
)
from campaign.desk.access.joining import generator, opened_secret, sealed_secret
from campaign.desk.fields import first_error, posted
from campaign.desk.pages import Audience, Pages, back_to, page
from campaign.languages.data import installed, language
from campaign.people import daily_mail, factors, members, own_account, passkeys, signing_in
from campaign.people.members import MemberError
from campaign.people.models import Person

pages = Pages()


@pages.page("/account", Audience.SIGNED_IN)
def account() -> ResponseReturnValue:
    """Everything by which somebody signs in, and where they are signed in."""
    return _page()


def _page(status: int = 200, message: str = "", **forms: Any) -> ResponseReturnValue:
    person: Person = g.desk.sign_in.person
    secret = forms.get("generator_form")
    token = secret.secret.data or "" if secret else sealed_secret(factors.new_totp())
    values = {
        "person": person,
        "passkeys": passkeys.of_person(db.session, person),
        "sign_ins": signing_in.of_person(db.session, person),
        "in_utc": in_utc,
        "possible": passkey_challenges.possible(),
        "message": message,
        "wishes": daily_mail.wishes(db.session, person),
        "mail_subjects": _mail_subjects(person),
        "desk_languages": [(code, language(code).name) for code in installed() if language(code).desk],
        "password_form": PasswordForm(),
        "generator_form": GeneratorForm(secret=token),
        **generator(opened_secret(token), person.email),
        **forms,
    }
    return page("desk/access/account.html", status, **values)


@pages.page("/account/password", Audience.SIGNED_IN, fresh=True, methods=["POST"])
def new_password() -> ResponseReturnValue:
    """Another password; other sign-ins end."""
    person: Person = g.desk.sign_in.person
    form = posted(PasswordForm)
    form.words = (person.name, person.email, *members.campaigns_of(db.session, person))
    if not form.validate():
        return _page(422, password_form=form)
    own_account.new_password(db.session, g.desk.sign_in, form.password.data or "", clock.now())
    return back_to("account", said="password")


@pages.page("/account/generator", Audience.SIGNED_IN, fresh=True, methods=["POST"])
def new_generator() -> ResponseReturnValue:
    """Another code generator, and fresh recovery codes; other sign-ins end."""
    form = posted(GeneratorForm)
    form.totp_secret, form.now = opened_secret(form.secret.data or ""), clock.now()
    if not form.validate():
        return _page(422, generator_form=form)
    codes = own_account.new_generator(db.session, g.desk.sign_in, form.totp_secret, clock.now())
    return page("desk/access/codes.html", codes=codes, name=g.desk.name, joined=False)


@pages.page("/account/codes", Audience.SIGNED_IN, fresh=True, methods=["POST"])
def new_codes() -> ResponseReturnValue:
    """Fresh recovery codes."""
    codes = own_account.new_codes(db.session, g.desk.sign_in, clock.now())
    return page("desk/access/codes.html", codes=codes, name=g.desk.name, joined=False)


@pages.page("/account/passkeys/offer", Audience.SIGNED_IN, methods=["POST"])
def offer_passkey() -> ResponseReturnValue:
    """What the browser needs to make one more passkey."""
    person: Person = g.desk.sign_in.person
    challenge, sealed = passkey_challenges.sealed()
    known = [passkey.credential for passkey in passkeys.of_person(db.session, person)]
    options = passkeys.offer(passkey_challenges.site(), person.name, person.email, challenge, known)
    return {"options": options, "challenge": sealed}


@pages.page("/account/passkeys", Audience.SIGNED_IN, fresh=True, methods=["POST"])
def add_passkey() -> ResponseReturnValue:
    """One more passkey."""
    form = posted(NewPasskeyForm)
    try:
        challenge = passkey_challenges.opened(form.challenge.data)
        made = passkeys.made(passkey_challenges.site(), challenge, form.passkey.data)
        own_account.add_passkey(db.session, g.desk.sign_in, made, form.name.data, clock.now())
    except passkeys.PasskeyError:
        db.session.rollback()
        return _page(422, message=_("The passkey could not be created. Try again."))
    return back_to("account", said="passkey")


@pages.page("/account/passkeys/remove", Audience.SIGNED_IN, fresh=True, methods=["POST"])
def remove_passkey() -> ResponseReturnValue:
    """One passkey less, but never the last way in."""
    try:
        credential = bytes.fromhex(posted(RemovePasskeyForm).credential.data)
        own_account.remove_passkey(db.session, g.desk.sign_in, credential, clock.now())
    except (ValueError, MemberError) as error:
        db.session.rollback()
        last = isinstance(error, MemberError) and error.reason == "last way in"
        message = (
            _("This is your only way to sign in. Add another first.")
            if last
            else _("There is no such passkey.")
        )
        return _page(422, message=message)
    return back_to("account", said="passkey-removed")


@pages.page("/account/e-mails", Audience.SIGNED_IN, methods=["POST"])
def choose_daily_mail() -> ResponseReturnValue:
    """What one is informed of by e-mail, and in which language."""
    form = posted(DailyMailForm)
    if not form.validate():
        return _page(422, message=first_error(form))
    person: Person = g.desk.sign_in.person
    # What was not asked, for another role would get it, stays as it was.
    others = daily_mail.wishes(db.session, person).about - set(_mail_subjects(person))
    daily_mail.wish(db.session, person, form.language.data, {*(form.about_list.data or ()), *others})
    return back_to("account", said="done")


def _mail_subjects(person: Person) -> list[daily_mail.Subject]:
    """What this person is informed of, by their roles in all campaigns."""
    slugs = members.campaigns_of(db.session, person)
    memberships = [members.membership(db.session, person, slug) for slug in slugs]
    return daily_mail.subjects_of(member.role for member in memberships if member)


@pages.page("/account/sign-ins/end", Audience.SIGNED_IN, methods=["POST"])
def end_sign_in() -> ResponseReturnValue:
    """End one of one's own sign-ins, or all but this one."""
    current = g.desk.sign_in
    which = posted(EndSignInForm).which.data
    if which == "others":
        signing_in.end_all(db.session, current.person, but=current.digest)
        db.session.commit()
    else:
        try:
            signing_in.end(db.session, bytes.fromhex(which), current.person)
        except ValueError:
            return _page(422, message=_("There is no such sign-in."))
    return back_to("account", said="ended")
