"""A proof that the holders of the campaign’s key chose the next one: a signature by the old key.

The keys are X25519 keys, made for sealing. XEdDSA (Signal, revision 1, 2016, https://signal.org/docs/specifications/xeddsa/)
signs with such a key; the signature is an ordinary Ed25519 one (RFC 8032) under a public key that
follows from the X25519 one, so that `cryptography` verifies it. Only signing needs arithmetic of our
own, and it runs on a trustee's computer: Python's numbers take different times for different keys,
which only a program on that same computer could measure.
"""

from __future__ import annotations

import hashlib
import re
import secrets

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from campaign.signatures.public_keys import KeyFileError, public_line
from campaign.signatures.sealing import PrivateKey, PublicKey

_PRIME = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _PRIME) % _PRIME

#: The base point of Ed25519 (RFC 8032, 5.1), in extended coordinates.
_BASE_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202
_BASE_Y = 4 * pow(5, -1, _PRIME) % _PRIME
_BASE = (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % _PRIME)

_PREFIX = b"\xfe" + b"\xff" * 31
_LINE = re.compile(r"campaign-proof-1 ([0-9a-f]{128})")

_Point = tuple[int, int, int, int]


def prove(old: PrivateKey, new: PublicKey) -> str:
    """The proof as a line, for the .pub file of the new key."""
    return f"campaign-proof-1 {_signed(old.raw, _words(new)).hex()}"


def proves(line: str, old: PublicKey, new: PublicKey) -> bool:
    """Whether the line is a proof by the old key that this is the next one."""
    match = _LINE.fullmatch(line.strip())
    if match is None or new.slug != old.slug or new.epoch != old.epoch + 1:
        return False
    try:
        _verifying_key(old.raw).verify(bytes.fromhex(match[1]), _words(new))
    except (InvalidSignature, ValueError):
        return False
    return True


def check(line: str, old: PublicKey, new: PublicKey) -> None:
    """Raises KeyFileError for a line that is there and proves nothing."""
    if line and not proves(line, old, new):
        raise KeyFileError("The proof is not one by the key of the epoch before.")


def _words(new: PublicKey) -> bytes:
    return b"campaign/next-key/1\n" + public_line(new).encode()


def _signed(raw: bytes, message: bytes) -> bytes:
    clamped = int.from_bytes(bytes([raw[0] & 248, *raw[1:31], raw[31] & 127 | 64]), "little")
    point = _packed(_times(clamped, _BASE))
    scalar = (-clamped if point[31] & 128 else clamped) % _ORDER
    public = point[:31] + bytes([point[31] & 127])
    body = scalar.to_bytes(32, "little")
    nonce = _hashed(_PREFIX + body + message + secrets.token_bytes(64))
    commitment = _packed(_times(nonce, _BASE))
    answer = (nonce + _hashed(commitment + public + message) * scalar) % _ORDER
    return commitment + answer.to_bytes(32, "little")


def _verifying_key(raw: bytes) -> Ed25519PublicKey:
    """The Ed25519 key that belongs to an X25519 key: y = (u − 1) / (u + 1). Raises ValueError."""
    u = int.from_bytes(raw, "little") & ((1 << 255) - 1)
    if u >= _PRIME or (u + 1) % _PRIME == 0:
        raise ValueError("not a key")
    y = (u - 1) * pow(u + 1, -1, _PRIME) % _PRIME
    return Ed25519PublicKey.from_public_bytes(y.to_bytes(32, "little"))


def _hashed(body: bytes) -> int:
    return int.from_bytes(hashlib.sha512(body).digest(), "little") % _ORDER


def _sum(one: _Point, other: _Point) -> _Point:
    """Addition of points (RFC 8032, 5.1.4)."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % _PRIME
    b = (one[1] + one[0]) * (other[1] + other[0]) % _PRIME
    c = 2 * one[3] * other[3] * _D % _PRIME
    d = 2 * one[2] * other[2] % _PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % _PRIME, g * h % _PRIME, f * g % _PRIME, e * h % _PRIME)


def _times(number: int, point: _Point) -> _Point:
    total = (0, 1, 1, 0)
    for bit in bin(number)[2:]:
        total = _sum(total, total)
        if bit == "1":
            total = _sum(total, point)
    return total


def _packed(point: _Point) -> bytes:
    """A point in 32 bytes: y, and the last bit of x as the highest one (RFC 8032, 5.1.2)."""
    inverse = pow(point[2], -1, _PRIME)
    x, y = point[0] * inverse % _PRIME, point[1] * inverse % _PRIME
    return (y | (x & 1) << 255).to_bytes(32, "little")
