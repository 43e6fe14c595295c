"""A signed form token instead of a cookie: the form came from here, and not too long ago."""

from __future__ import annotations

import time
from typing import Any

from itsdangerous import BadSignature, SignatureExpired, TimestampSigner
from wtforms.csrf.core import CSRF, CSRFTokenField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

#: Seconds. Nobody fills a form faster than this; a form left open longer is given back anew.
YOUNGEST, OLDEST = 2, 12 * 3600


class FormToken(CSRF):
    """WTForms' guard, with the time and the form's purpose signed into the token.

    The form's meta needs `token_secret` (bytes) and `token_purpose`; `token_youngest`
    is 0 where the form only draws a preview.
    """

    def setup_form(self, form: BaseForm) -> list[tuple[str, Any]]:
        self.meta = form.meta
        self.signer = TimestampSigner(form.meta.token_secret, salt="form-token")
        fields: list[tuple[str, Any]] = super().setup_form(form)
        return fields

    def generate_csrf_token(self, csrf_token_field: CSRFTokenField) -> str:
        return self.signer.sign(self.meta.token_purpose.encode()).decode()

    def validate_csrf_token(self, form: BaseForm, field: CSRFTokenField) -> None:
        try:
            purpose, signed = self.signer.unsign(field.data or "", max_age=OLDEST, return_timestamp=True)
        except SignatureExpired:
            raise StopValidation("old") from None
        except BadSignature:
            raise StopValidation("strange") from None
        if purpose.decode() != self.meta.token_purpose:
            raise StopValidation("strange")
        # A token that is still good is given back, so that the next step need not wait again.
        field.current_token = field.data
        if time.time() - signed.timestamp() < self.meta.token_youngest:
            raise StopValidation("young")


class Guarded:
    """The meta of a form that is guarded by a signed token: no session, no cookie."""

    csrf = True
    csrf_class = FormToken
    csrf_field_name = "form_token"
    token_secret = b""
    token_purpose = ""
    token_youngest = YOUNGEST
