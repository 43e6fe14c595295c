"""The two links in the one e-mail: what they carry, encrypted and authenticated.

A link is the address of a page and a token in base64url. Confirmation: kind (1 byte), number of
the key (1 byte), AES-SIV (RFC 5297, 16 bytes of tag, no nonce to get wrong) of a header and the
sealed record. Withdrawal: kind, AES-SIV of 16 bytes. Each key is a file: see server_keys.py.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from campaign.languages.data import with_old_number
from campaign.petition.server_keys import KeysMissingError, ServerKeys
from campaign.web.signing import SignatureError, read_spelled, spelled

#: The most characters of a link, including its address: some mail programs cut longer ones.
LONGEST = 900

CONFIRM, WITHDRAW = 1, 2
_HEAD = struct.Struct(">IQ3s2sBBHB")
_OUT = struct.Struct(">Q3s2sBH")
_RISK, _NAME, _PARTNER = 1, 2, 4

#: Bytes of the name that is to be shown: its length is one byte.
_LONGEST_NAME = 255

#: The lowest bit of a withdrawal link's flags. In links of earlier versions the others are the number
#: of the language, from 1; now its code is at the end.
_SHOWN = 1

#: Added to the length of the language's code; lower values are a language's number in earlier links.
_CODE = 128


class LinkError(ValueError):
    """A token that can't be read: cut off, altered, or for another campaign."""


class TooLongError(ValueError):
    """A link that ordinary mail programs would cut."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a confirmation link carries. Times are minutes since 1970; `shown` is the name to show or '',
    `partner` the word of the partner that led to the form, or ''.
    """

    expires: int
    record: int
    slot: int
    country: str
    language: str
    edition: int
    sealed: bytes
    at_risk: bool = False
    shown: str = ""
    partner: str = ""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What a withdrawal link carries. `day` is the day of the form, counted from 1970.

    `language` is '' in links that were made before they carried it.
    """

    record: int
    slot: int
    country: str
    day: int
    shown: bool = False
    language: str = ""


def confirmation_token(server_keys: ServerKeys, link: Confirmation) -> str:
    """The token of a confirmation link. Raises TooLongError for a name that has no room in it."""
    name = link.shown.encode()
    if len(name) > _LONGEST_NAME:
        raise TooLongError(str(len(name)))
    partner = link.partner.encode()
    flags = (_RISK if link.at_risk else 0) | (_NAME if name else 0) | (_PARTNER if partner else 0)
    head = _HEAD.pack(
        link.expires, link.record, link.slot.to_bytes(3), link.country.encode(),
        _CODE + len(link.language), flags, link.edition, len(name),
    )  # fmt: skip
    head += link.language.encode() + (bytes((len(partner),)) + partner if partner else b"")
    number, key = server_keys.newest()
    front = bytes((CONFIRM, number))
    return spelled(front + AESSIV(key).encrypt(head + name + link.sealed, [front, server_keys.slug.encode()]))


def open_confirmation(server_keys: ServerKeys, token: str) -> Confirmation:
    """What a confirmation link carries. Raises LinkError."""
    raw = _bytes(token)
    key = server_keys.link_key(raw[1]) if len(raw) > 2 and raw[0] == CONFIRM else None
    if key is None:
        raise LinkError("not a confirming link, or of a key that is gone")
    try:
        body = AESSIV(key).decrypt(raw[2:], [raw[:2], server_keys.slug.encode()])
    except (InvalidTag, ValueError) as error:
        raise LinkError("altered or cut off") from error
    expires, record, slot, country, code, flags, edition, size = _HEAD.unpack_from(body)
    rest = body[_HEAD.size :]
    language = with_old_number(code) if code < _CODE else rest[: code - _CODE].decode()
    rest = rest[max(code - _CODE, 0) :]
    partner = b""
    if flags & _PARTNER:
        partner, rest = rest[1 : 1 + rest[0]], rest[1 + rest[0] :]
    return Confirmation(
        expires, record, int.from_bytes(slot), country.decode(), language, edition,
        rest[size:], bool(flags & _RISK), rest[:size].decode(), partner.decode(),
    )  # fmt: skip


def withdrawal_token(server_keys: ServerKeys, link: Withdrawal) -> str:
    """The token of a withdrawal link."""
    flags = _SHOWN if link.shown else 0
    body = _OUT.pack(link.record, link.slot.to_bytes(3), link.country.encode(), flags, link.day)
    body += link.language.encode()
    front = bytes((WITHDRAW,))
    return spelled(
        front + AESSIV(server_keys.withdraw_key()).encrypt(body, [front, server_keys.slug.encode()])
    )


def open_withdrawal(server_keys: ServerKeys, token: str) -> Withdrawal:
    """What a withdrawal link carries. Raises LinkError."""
    raw = _bytes(token)
    try:
        key = server_keys.withdraw_key() if raw[:1] == bytes((WITHDRAW,)) else b""
    except KeysMissingError as error:
        raise LinkError("of a key that is lost") from error
    if not key:
        raise LinkError("not a withdrawing link")
    try:
        body = AESSIV(key).decrypt(raw[1:], [raw[:1], server_keys.slug.encode()])
    except (InvalidTag, ValueError) as error:
        raise LinkError("altered or cut off") from error
    record, slot, country, flags, day = _OUT.unpack_from(body)
    language = body[_OUT.size :].decode() or with_old_number((flags >> 1) - 1)
    return Withdrawal(record, int.from_bytes(slot), country.decode(), day, bool(flags & _SHOWN), language)


def _bytes(token: str) -> bytes:
    """The bytes of a token, which has one spelling only. Raises LinkError."""
    try:
        return read_spelled(token, LONGEST)
    except SignatureError as error:
        raise LinkError(str(error)) from error
