"""A signed form token instead of a cookie: the form came from here, and not too long ago."""

from __future__ import annotations

import secrets
from typing import Any

from itsdangerous import BadSignature, SignatureExpired, TimestampSigner
from wtforms.csrf.core import CSRF, CSRFTokenField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from campaign import clock

#: Seconds. Nobody fills a form faster than this; a form left open longer is given back anew.
YOUNGEST, OLDEST = 2, 12 * 3600


class TokenError(ValueError):
    """A token that is not good: “old”, “strange” or “young”."""


def make(secret: bytes, purpose: str) -> str:
    """A token for a form of a purpose; no two are the same, so that one can be spent."""
    return _signer(secret).sign(f"{secrets.token_urlsafe(6)}~{purpose}".encode()).decode()


def age(secret: bytes, purpose: str, token: str, youngest: float = YOUNGEST) -> float:
    """Seconds since the token was made. Raises TokenError."""
    try:
        said, signed = _signer(secret).unsign(token, max_age=OLDEST, return_timestamp=True)
    except SignatureExpired:
        raise TokenError("old") from None
    except BadSignature:
        raise TokenError("strange") from None
    if said.decode().partition("~")[2] != purpose:
        raise TokenError("strange")
    found = clock.seconds() - signed.timestamp()
    if found < youngest:
        raise TokenError("young")
    return found


class _Signer(TimestampSigner):
    """Signs the time of our clock."""

    def get_timestamp(self) -> int:
        return int(clock.seconds())


def _signer(secret: bytes) -> TimestampSigner:
    return _Signer(secret, salt="form-token")


class FormToken(CSRF):
    """WTForms' guard, with the time and the form's purpose signed into the token.

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
        field.age = 0.0
        try:
            field.age = age(self.meta.token_secret, self.meta.token_purpose, field.data or "", 0)
        except TokenError as error:
            raise StopValidation(str(error)) from None
        # A token that is still good is given back, so that the next step need not wait again.
        field.current_token = field.data
        if field.age < self.meta.token_youngest:
            raise StopValidation("young")


class TokenMeta:
    """The meta of a form that is guarded by a signed token: no session, no cookie."""

    csrf = True
    csrf_class = FormToken
    csrf_field_name = "form_token"
    token_secret = b""
    token_purpose = ""
    token_youngest = YOUNGEST
