"""A signed form token instead of a cookie: it shows that the form is ours and recent."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext as _
from wtforms.csrf.core import CSRF, CSRFTokenField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from campaign import clock
from campaign.services import service
from campaign.settings import Settings
from campaign.web.signing import Purpose, SignatureError, TooOldError, sign, unsign

#: Seconds. Nobody fills in a form faster; a form that was open for longer has to be sent again.
YOUNGEST, OLDEST = 2, 12 * 3600


class TokenError(ValueError):
    """An invalid token: “old”, “strange” or “young”."""


def secret() -> bytes:
    """The secret that form tokens are signed with."""
    secret: bytes = service(Settings).secrets["form"]
    return secret


def make(secret: bytes, purpose: str) -> str:
    """A token for a form with this purpose; each is unique, so that it can be used up."""
    return sign(secret, Purpose.FORM, purpose)


#: The placeholder in a cached page for each visitor's own token.
TOKEN_HERE = "form-token-of-this-visit"  # noqa: S105  it is a placeholder, no secret


def fill(html: bytes, purpose: str) -> bytes:
    """A cached page with a token of its own for each visitor."""
    return html.replace(TOKEN_HERE.encode(), make(secret(), purpose).encode())


@dataclass(frozen=True, slots=True)
class ReadToken:
    """A form's valid token: seconds since it was made, and the bytes by which it can be used up."""

    age: float
    nonce: bytes


def read(secret: bytes, purpose: str, token: str, youngest: float = YOUNGEST) -> ReadToken:
    """A form's token that is old enough, and not too old. Raises TokenError."""
    try:
        signed = unsign(secret, Purpose.FORM, token, OLDEST)
    except TooOldError:
        raise TokenError("old") from None
    except SignatureError:
        raise TokenError("strange") from None
    if signed.value != purpose:
        raise TokenError("strange")
    seconds = clock.seconds() - signed.at
    if seconds < youngest:
        raise TokenError("young")
    return ReadToken(seconds, signed.nonce)


def form_problem(purpose: str, youngest: float = YOUNGEST) -> str:
    """'' if the sent form has a valid token for this purpose, and was not sent too soon; else the message.

    `youngest` is 0 where the address itself proves that a person was meant: in a link from an e-mail.
    """
    try:
        read(secret(), purpose, request.form.get("form_token", ""), youngest)
    except TokenError as error:
        return message([str(error)])
    return ""


def message(problems: Collection[str]) -> str:
    """The message about a form's invalid token; '' if it is valid."""
    if "young" in problems:
        return str(_("That was very quick. Nothing is lost: press the button again."))
    if problems:
        return str(_("This page has been open for a long time. Nothing is lost: press the button again."))
    return ""


class FormToken(CSRF):
    """CSRF protection for WTForms, with the time and the form's purpose signed into the token.

    The form's meta needs `token_secret` (bytes) and `token_purpose`; `token_youngest`
    is 0 where the form only draws a preview.
    """

    def setup_form(self, form: BaseForm) -> list[tuple[str, Any]]:
        self.meta = form.meta
        fields: list[tuple[str, Any]] = super().setup_form(form)
        return fields

    def generate_csrf_token(self, csrf_token_field: CSRFTokenField) -> str:
        return make(self.meta.token_secret, self.meta.token_purpose)

    def validate_csrf_token(self, form: BaseForm, field: Any) -> None:
        field.age, field.nonce = 0.0, b""
        try:
            token = read(self.meta.token_secret, self.meta.token_purpose, field.data or "", 0)
        except TokenError as error:
            raise StopValidation(str(error)) from None
        field.age, field.nonce = token.age, token.nonce
        # A valid token is reused, so that the next step need not wait again.
        field.current_token = field.data
        if field.age < self.meta.token_youngest:
            raise StopValidation("young")


class TokenMeta:
    """The meta of a form that is protected by a signed token: no session, no cookie."""

    csrf = True
    csrf_class = FormToken
    csrf_field_name = "form_token"
    token_secret = b""
    token_purpose = ""
    token_youngest = YOUNGEST
