"""Values that a browser stores for us and returns: signed, with the time, for one purpose each.

A token is one base64url string: 5 bytes of time, 9 random bytes, the value as JSON, and 20 bytes of
HMAC-SHA256 over all that. It is signed but not encrypted: anyone who has a token can read its value.

Each token has exactly one spelling. Base64 leaves bits unused and decoders skip characters, so a
token that is not spelled as we would spell it is refused. Single use is counted by the random bytes.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import re
import secrets
from dataclasses import dataclass
from enum import Enum
from typing import Any

from campaign import clock
from campaign.untrusted import json_value


class Purpose(Enum):
    """The purpose of a token. A token works only for its purpose, since its key is derived from this name."""

    FORM = "form-token"
    SIGN_IN = "active"
    DESK_FORM = "csrf"
    DEVICE = "device"
    PASSKEY = "challenge"
    DOCTOR = "doctor"
    PROOF_OF_WORK = "proof of work"
    TOTP_SECRET = "totp"  # noqa: S105  a name, no secret


class SignatureError(ValueError):
    """A token that is not ours, or not for this purpose."""


class TooOldError(SignatureError):
    """A token that has expired."""


@dataclass(frozen=True, slots=True)
class SignedValue:
    """A signed value, the time (seconds since 1970), and the random bytes that no other token has."""

    value: Any
    at: int
    nonce: bytes


#: Bytes of the time, of the random part, and of the signature.
_TIME, _NONCE, _MAC = 5, 9, 20

#: Characters of the longest token; a browser's cookie has room for 4,096.
LONGEST = 4_000

_SPELLING = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


def sign(secret: bytes, purpose: Purpose, value: Any) -> str:
    """A token for a value that JSON can represent."""
    front = int(clock.seconds()).to_bytes(_TIME) + secrets.token_bytes(_NONCE)
    body = front + json.dumps(value, separators=(",", ":")).encode()
    return spelled(body + _mac(secret, purpose, body))


def unsign(secret: bytes, purpose: Purpose, token: str, max_age: int | None = None) -> SignedValue:
    """The value of a token at most `max_age` seconds old. Raises SignatureError or TooOldError."""
    raw = read_spelled(token, LONGEST)
    body, mac = raw[:-_MAC], raw[-_MAC:]
    if len(body) <= _TIME + _NONCE or not hmac.compare_digest(mac, _mac(secret, purpose, body)):
        raise SignatureError("not ours")
    at = int.from_bytes(body[:_TIME])
    age = int(clock.seconds()) - at
    if max_age is not None and not 0 <= age <= max_age:
        raise TooOldError("too old")
    return SignedValue(json_value(body[_TIME + _NONCE :].decode(), LONGEST), at, body[_TIME : _TIME + _NONCE])


def spelled(raw: bytes) -> str:
    """Bytes in base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def read_spelled(token: str, longest: int) -> bytes:
    """The bytes of a token. Raises SignatureError for any spelling but the one that `spelled` gives."""
    if len(token) > longest or not _SPELLING.fullmatch(token):
        raise SignatureError("not a token")
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except binascii.Error:
        raise SignatureError("cut off") from None
    if spelled(raw) != token:  # unused bits may not vary
        raise SignatureError("another spelling")
    return raw


def _mac(secret: bytes, purpose: Purpose, body: bytes) -> bytes:
    key = hmac.digest(secret, b"campaign/token/2/" + purpose.value.encode(), "sha256")
    return hmac.digest(key, body, "sha256")[:_MAC]
