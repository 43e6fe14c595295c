"""A browser that signed in before may always try again, whatever an attacker does under the same name.

Its cookie has a random number, and for each name a keyed hash of both: nobody can read from it who
signed in, and it signs nobody in. It is set only at the desk, after a sign-in.
"""

from __future__ import annotations

import hmac
import secrets

from flask import Response, g, request

from campaign.services import service
from campaign.settings import Settings
from campaign.web.signing import Purpose, SignatureError, sign, unsign

#: Seconds for which a browser is known, and how many people share one.
LASTS, MOST_NAMES = 180 * 86_400, 8


def cookie_name() -> str:
    """The cookie's name: bound to the host by browsers wherever there is TLS."""
    return "__Host-device" if service(Settings).over_tls else "device"


def known(name: str) -> str:
    """The browser's random number if somebody signed in there under this name; else ''."""
    number, marks = _read()
    return number if number and _mark(number, name) in marks else ""


def remember(name: str) -> None:
    """The browser is known under this name from the answer on."""
    number, marks = _read()
    number = number or secrets.token_urlsafe(16)
    mark = _mark(number, name)
    g.device = [number, *[other for other in marks if other != mark][1 - MOST_NAMES :], mark]


def set_cookie(response: Response) -> None:
    """Set the cookie, if somebody just signed in."""
    value = g.get("device")
    if value is None:
        return
    response.set_cookie(
        cookie_name(),
        sign(_secret(), Purpose.DEVICE, value),
        max_age=LASTS,
        secure=service(Settings).over_tls,
        httponly=True,
        samesite="Lax",
    )


def _read() -> tuple[str, list[str]]:
    token = request.cookies.get(cookie_name(), "")
    try:
        number, *marks = unsign(_secret(), Purpose.DEVICE, token, LASTS).value
    except SignatureError:
        return "", []
    return number, marks


def _mark(number: str, name: str) -> str:
    return hmac.digest(_secret(), f"campaign/device/{number}/{name}".encode(), "sha256").hex()[:32]


def _secret() -> bytes:
    secret: bytes = service(Settings).secrets["desk"]
    return secret
