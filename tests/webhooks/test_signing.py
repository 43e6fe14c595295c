"""The signature of a message to a webhook."""

from __future__ import annotations

import base64
import hashlib
import hmac

from campaign.webhooks import signing


def test_a_message_is_signed_as_standard_webhooks_says() -> None:
    """The signed content is id.timestamp.body; the secret is base64 after whsec_."""
    key = signing.key_of(b"s" * 32, b"salt")
    headers = signing.headers(key, "msg_1", 1_700_000_000, b'{"type":"x"}')
    secret = base64.b64decode(signing.written(key).removeprefix("whsec_"), validate=True)
    expected = hmac.new(secret, b'msg_1.1700000000.{"type":"x"}', hashlib.sha256).digest()
    assert headers == {
        "webhook-id": "msg_1",
        "webhook-timestamp": "1700000000",
        "webhook-signature": f"v1,{base64.b64encode(expected).decode()}",
    }
    assert 24 <= len(secret) <= 64
    assert signing.key_of(b"s" * 32, b"other") != key
