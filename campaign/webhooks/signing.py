"""The signature of a message, as Standard Webhooks 1.0 says, and the secret behind it."""

from __future__ import annotations

import base64
import hmac

#: Bytes of a webhook's secret: the specification asks for 24 to 64.
KEY_BYTES = 32


def key_of(server_secret: bytes, salt: bytes) -> bytes:
    """The key of the webhook with this salt."""
    return hmac.digest(server_secret, b"campaign/webhook/1/" + salt, "sha256")


def written(key: bytes) -> str:
    """The key as receivers' libraries take it."""
    return f"whsec_{base64.b64encode(key).decode()}"


def headers(key: bytes, name: str, seconds: int, body: bytes) -> dict[str, str]:
    """The headers that prove a message with this name (webhook-id), tried at a time (seconds since 1970)."""
    digest = hmac.digest(key, f"{name}.{seconds}.".encode() + body, "sha256")
    return {
        "webhook-id": name,
        "webhook-timestamp": str(seconds),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
