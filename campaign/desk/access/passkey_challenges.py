"""Challenges for passkeys as signed tokens, and the site that the passkeys belong to."""

from __future__ import annotations

import base64
from datetime import datetime
from urllib.parse import urlsplit

from flask import request
from itsdangerous import BadSignature, URLSafeSerializer

from campaign.people.passkeys import GOOD_FOR, PasskeyError, Site, new_challenge
from campaign.services import service
from campaign.settings import Settings


def site() -> Site:
    """From the settings; on a laptop without a public address, this machine under the name localhost."""
    settings = service(Settings)
    if settings.public_url:
        host = urlsplit(settings.public_url).hostname or ""
        return Site(host, host, settings.public_url)
    return Site("localhost", "Campaign", f"http://localhost:{request.host.rpartition(':')[2]}")


def possible() -> bool:
    """Passkeys belong to a name: a browser that came by a bare number can't use them."""
    return request.host.rsplit(":", 1)[0] == site().host


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(service(Settings).secrets["desk"], salt="challenge")


def sealed(now: datetime) -> tuple[bytes, str]:
    """A new challenge, and the token by which it comes back."""
    challenge = new_challenge()
    return challenge, str(_signer().dumps([base64.b64encode(challenge).decode(), int(now.timestamp())]))


def opened(token: str, now: datetime) -> bytes:
    """The challenge of a token. Raises PasskeyError for one that is not ours, or too old."""
    try:
        text, at = _signer().loads(token)
        age = now.timestamp() - int(at)
        challenge = base64.b64decode(text)
    except (BadSignature, ValueError, TypeError):
        raise PasskeyError("not ours") from None
    if not 0 <= age + 1 <= GOOD_FOR.total_seconds() + 1:
        raise PasskeyError("too old")
    return challenge
