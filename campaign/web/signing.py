"""Values that a browser stores for us and returns: signed, with the time, for one purpose each.

They are signed but not encrypted: anyone who has a token can read its value.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from itsdangerous import BadData, SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from campaign import clock


class Purpose(Enum):
    """The purpose of a token. A token works only for its purpose, since its key is derived from this name."""

    FORM = "form-token"
    SIGN_IN = "active"
    DESK_FORM = "csrf"
    PASSKEY = "challenge"
    TOTP_SECRET = "totp"  # noqa: S105  a name, no secret


class SignatureError(ValueError):
    """A token that is not ours, or not for this purpose."""


class TooOldError(SignatureError):
    """A token that has expired."""


@dataclass(frozen=True, slots=True)
class SignedValue:
    """A signed value, and the time: seconds since 1970."""

    value: Any
    at: int


def sign(secret: bytes, purpose: Purpose, value: Any) -> str:
    """A token for a value that JSON can represent."""
    return str(_serializer(secret, purpose).dumps(value))


def unsign(secret: bytes, purpose: Purpose, token: str, max_age: int | None = None) -> SignedValue:
    """The value of a token at most `max_age` seconds old. Raises SignatureError or TooOldError."""
    try:
        value, at = _serializer(secret, purpose).loads(token, max_age, return_timestamp=True)
    except SignatureExpired:
        raise TooOldError("too old") from None
    except (BadData, ValueError):
        raise SignatureError("not ours") from None
    return SignedValue(value, int(at.timestamp()))


class _Signer(TimestampSigner):
    """Signs with the time of our clock."""

    def get_timestamp(self) -> int:
        return int(clock.seconds())


def _serializer(secret: bytes, purpose: Purpose) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt=purpose.value, signer=_Signer)
