"""The forms of access: signing in, joining, the account."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, HiddenField, PasswordField, StringField
from wtforms.validators import StopValidation

from campaign.desk.fields import TypedText
from campaign.desk.validators import BoundedText, needed
from campaign.languages.data import installed, language
from campaign.people import factors, passwords
from campaign.people.daily_mail import Subject
from campaign.web.fields import refuse_unlisted, valid_email
from campaign.web.tokens import TokenMeta


class _Guarded(Form):
    """A form of somebody who is not signed in."""

    Meta = TokenMeta


class SignInForm(_Guarded):
    """E-mail, password and code, or a passkey; all of it at once."""

    email = StringField(_l("E-mail"), [BoundedText(254)])
    password = PasswordField(_l("Password"), [BoundedText(1_000)])
    code = StringField(_l("Code"), [BoundedText(60)])
    passkey = HiddenField()
    challenge = HiddenField()
    next = HiddenField()
    kept = HiddenField()


class JoinForm(_Guarded):
    """How somebody who was invited will sign in. `first`: name and address are their own to give."""

    first = False
    known = False
    words: tuple[str, ...] = ()
    totp_secret = ""
    now: Any = None

    name = StringField(_l("Your name"), [BoundedText(120)])
    email = StringField(_l("E-mail"), [BoundedText(254), valid_email])
    password = PasswordField(_l("Password"))
    code = StringField(_l("Code"))
    secret = HiddenField()
    passkey = HiddenField()
    challenge = HiddenField()

    def validate_name(self, field: Field) -> None:
        if self.first:
            needed(self, field)

    def validate_email(self, field: Field) -> None:
        if self.first:
            needed(self, field)

    def validate_password(self, field: Field) -> None:
        if not self.passkey.data and not self.known:
            good_password(field.data or "", (*self.words, self.email.data or "", self.name.data or ""))

    def validate_code(self, field: Field) -> None:
        if not self.passkey.data and not self.known:
            good_code(self.totp_secret, field.data or "", self.now)


def good_password(password: str, words: tuple[str, ...]) -> None:
    """Raises StopValidation in words for a password that can't be taken."""
    problem = passwords.problem(password, tuple(word for word in words if word))
    messages = {
        "short": _("Use at least 12 characters; a few unusual words work well."),
        "long": _("Use at most 128 characters."),
        "guessable": _(
            "This is easy to guess. Use a few unusual words that have nothing to do with this site."
        ),
    }
    if problem:
        raise StopValidation(messages[problem])


def good_code(secret: str, code: str, now: Any) -> None:
    """Raises StopValidation for a code that the new generator does not show now."""
    if factors.step_of(secret, code, now) is None:
        raise StopValidation(_("That is not the code the generator is showing now."))


ROLE_NAMES = {
    "owner": _l("Owner: everything, including people"),
    "editor": _l("Editor: changes and publishes"),
    "translator": _l("Translator: some languages"),
    "clerk": _l("Clerk: types paper signatures"),
    "reader": _l("Reader: reads the desk and the draft"),
}


class PasswordForm(Form):
    """Another password."""

    words: tuple[str, ...] = ()
    password = PasswordField(_l("New password"))

    def validate_password(self, field: Field) -> None:
        good_password(field.data or "", self.words)


class GeneratorForm(Form):
    """Another code generator, confirmed by a code that it shows."""

    totp_secret = ""
    now: Any = None
    secret = HiddenField()
    code = StringField(_l("Code"))

    def validate_code(self, field: Field) -> None:
        good_code(self.totp_secret, field.data or "", self.now)


class NewPasskeyForm(Form):
    """A passkey that a browser made, and how it is called."""

    challenge = TypedText()
    passkey = TypedText()
    name = TypedText()


class RemovePasskeyForm(Form):
    """Which passkey goes, by its credential in hexadecimal digits."""

    credential = TypedText()


class SubjectsField(Field):
    """The subjects that were ticked; whatever is none is left out."""

    data: set[Subject]

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = {subject for subject in Subject if subject.value in valuelist}


class DailyMailForm(Form):
    """What somebody is informed of by e-mail, and in which language."""

    about_list = SubjectsField()
    language = TypedText(most=35)

    def validate_language(self, field: Field) -> None:
        refuse_unlisted(field.data in installed() and language(field.data).desk)


class EndSignInForm(Form):
    """Which sign-in ends: its digest in hexadecimal digits, or `others` for all but this one."""

    which = TypedText()


class PasskeyNamesForm(Form):
    """Under which name and e-mail address a browser keeps the passkey of somebody who joins."""

    name = TypedText(most=120)
    email = TypedText(most=254)


class ProveForm(Form):
    """Where somebody goes once they have proved who they are."""

    next = TypedText()
