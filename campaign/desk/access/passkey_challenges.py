"""Challenges for passkeys as signed tokens, and the site that the passkeys belong to."""

from __future__ import annotations

import base64
from urllib.parse import urlsplit

from flask import request

from campaign.people.passkeys import GOOD_FOR, PasskeyError, Site, new_challenge
from campaign.services import service
from campaign.settings import Settings
from campaign.web.signing import Purpose, SignatureError, TooOldError, sign, unsign


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


def sealed() -> tuple[bytes, str]:
    """A new challenge, and the token by which it comes back."""
    challenge = new_challenge()
    text = base64.b64encode(challenge).decode()
    return challenge, sign(service(Settings).secrets["desk"], Purpose.PASSKEY, text)


def opened(token: str) -> bytes:
    """The challenge of a token. Raises PasskeyError for one that is not ours, or too old."""
    secret, most = service(Settings).secrets["desk"], int(GOOD_FOR.total_seconds())
    try:
        return base64.b64decode(unsign(secret, Purpose.PASSKEY, token, most).value)
    except TooOldError:
        raise PasskeyError("too old") from None
    except SignatureError:
        raise PasskeyError("not ours") from None
