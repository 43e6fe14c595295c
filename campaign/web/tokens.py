"""A signed form token instead of a cookie: the form came from here, and not too long ago."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from typing import Any

from flask_babel import gettext as _
from wtforms.csrf.core import CSRF, CSRFTokenField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from campaign import clock
from campaign.web.signing import Purpose, SignatureError, TooOldError, sign, unsign

#: Seconds. Nobody fills a form faster than this; a form left open longer is given back anew.
YOUNGEST, OLDEST = 2, 12 * 3600


class TokenError(ValueError):
    """A token that is not good: “old”, “strange” or “young”."""


def make(secret: bytes, purpose: str) -> str:
    """A token for a form of a purpose; no two are the same, so that one can be spent."""
    return sign(secret, Purpose.FORM, [purpose, secrets.token_urlsafe(6)])


def age(secret: bytes, purpose: str, token: str, youngest: float = YOUNGEST) -> float:
    """Seconds since the token was made. Raises TokenError."""
    try:
        signed = unsign(secret, Purpose.FORM, token, OLDEST)
    except TooOldError:
        raise TokenError("old") from None
    except SignatureError:
        raise TokenError("strange") from None
    if signed.value[0] != purpose:
        raise TokenError("strange")
    since = clock.seconds() - signed.at
    if since < youngest:
        raise TokenError("young")
    return since


def message(problems: Collection[str]) -> str:
    """What to say of a form for what is wrong with its token; '' if nothing is."""
    if "young" in problems:
        return str(_("That was very quick. Nothing is lost: press the button again."))
    if problems:
        return str(_("This page has been open for a long time. Nothing is lost: press the button again."))
    return ""


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
