"""The link of an organisation that signs on, and the sealed contact of who signs for it.

A link is kind (1 byte) and AES-SIV of the organisation's random number, by the key of withdrawal links; the
contact is AES-SIV of JSON by the same key, bound to that number. This key is not in the database, and is
destroyed on the promised day: then nobody can read either.
"""

from __future__ import annotations

import json
from dataclasses import asdict

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from campaign.coalition.organisations import Contact
from campaign.petition.links import LONGEST, LinkError
from campaign.petition.server_keys import KeysMissingError, ServerKeys
from campaign.untrusted import json_value
from campaign.web.signing import SignatureError, read_spelled, spelled

#: The first byte of a link, after those of links.py; and the name under which contacts are sealed.
LINK, _CONTACT = 3, b"contact"

#: Bytes of an organisation's number, and characters of a contact.
_NUMBER, _MOST = 8, 4_000


def token(server_keys: ServerKeys, number: int) -> str:
    """The token of an organisation's link."""
    front = bytes((LINK,))
    names = [front, server_keys.slug.encode()]
    return spelled(front + AESSIV(server_keys.withdraw_key()).encrypt(number.to_bytes(_NUMBER), names))


def read(server_keys: ServerKeys, token: str) -> int:
    """The organisation's number in a token. Raises LinkError."""
    try:
        raw = read_spelled(token, LONGEST)
        key = server_keys.withdraw_key() if raw[:1] == bytes((LINK,)) else b""
        if not key:
            raise LinkError("not an organisation's link")
        return int.from_bytes(AESSIV(key).decrypt(raw[1:], [raw[:1], server_keys.slug.encode()]))
    except (SignatureError, KeysMissingError, InvalidTag, ValueError) as error:
        raise LinkError("altered, cut off, or of a key that is gone") from error


def sealed(server_keys: ServerKeys, number: int, contact: Contact) -> bytes:
    """A contact as it is stored."""
    names = [_CONTACT, server_keys.slug.encode(), number.to_bytes(_NUMBER)]
    return AESSIV(server_keys.withdraw_key()).encrypt(json.dumps(asdict(contact)).encode(), names)


def opened(server_keys: ServerKeys, number: int, body: bytes | None) -> Contact | None:
    """A stored contact; None where there is none any more, or its key is gone."""
    try:
        key = server_keys.withdraw_key()
        if not body or not key:
            return None
        plain = AESSIV(key).decrypt(body, [_CONTACT, server_keys.slug.encode(), number.to_bytes(_NUMBER)])
    except (KeysMissingError, InvalidTag):
        return None
    return Contact(**json_value(plain.decode(), _MOST, depth=1))
