"""The address at which somebody says why they sign: short-lived, and good for nothing else.

A token is kind (1 byte) and AES-SIV of the record, the country and the minute, by the key of withdrawal
links. It stays in the browser's history, and people pass on the address of the page after signing. So it can
neither withdraw nor show anything, and opens the form for an hour; the withdrawal link makes another.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from campaign.petition.links import LONGEST, LinkError
from campaign.petition.server_keys import KeysMissingError, ServerKeys
from campaign.web.signing import SignatureError, read_spelled, spelled

#: The first byte, after those of links.py and organisation_links.py.
_KIND = 4

_BODY = struct.Struct(">Q2sI")

#: Minutes for which a token opens the form, and for which it takes what was typed there.
OPENS, TAKES = 60, 13 * 60


class LateError(LinkError):
    """A token that is too old."""


@dataclass(frozen=True, slots=True)
class ReasonLink:
    """What a token carries: the record, its country, and when it was made, in minutes since 1970."""

    record: int
    country: str
    minute: int


def token(server_keys: ServerKeys, link: ReasonLink) -> str:
    """The token of an address."""
    front = bytes((_KIND,))
    body = _BODY.pack(link.record, link.country.encode(), link.minute)
    return spelled(
        front + AESSIV(server_keys.withdraw_key()).encrypt(body, [front, server_keys.slug.encode()])
    )


def read(server_keys: ServerKeys, token: str, now: int, minutes: int) -> ReasonLink:
    """What a token carries that is `minutes` old at most. Raises LinkError, or LateError."""
    try:
        raw = read_spelled(token, LONGEST)
        key = server_keys.withdraw_key() if raw[:1] == bytes((_KIND,)) else b""
        if not key:
            raise LinkError("not the address of a reason")
        body = AESSIV(key).decrypt(raw[1:], [raw[:1], server_keys.slug.encode()])
    except (SignatureError, KeysMissingError, InvalidTag, ValueError) as error:
        raise LinkError("altered, cut off, or of a key that is gone") from error
    record, country, minute = _BODY.unpack(body)
    if not 0 <= now - minute <= minutes:
        raise LateError("too old")
    return ReasonLink(record, country.decode(), minute)
