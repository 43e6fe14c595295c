"""The day's manifest: what the list of signatures amounts to, without saying anything of one of them.

The sum of SHA-256 over all records, modulo 2^256, does not depend on their order, and a
withdrawal subtracts. Trustees get it by mail and compare it with what they are given later, so
that a host can neither add nor take away unnoticed. Signed with Ed25519 (RFC 8032).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_MODULUS = 1 << 256


@dataclass(frozen=True, slots=True)
class Totals:
    """A list of signatures in a few numbers. `sum` is in hexadecimal."""

    campaign: str
    day: str
    records: int
    sum: str
    gone: int
    epoch: int


@dataclass(slots=True)
class Sum:
    """Adds records up, in any order."""

    records: int = 0
    value: int = 0

    def add(self, record: int, sealed: bytes) -> None:
        """One record more."""
        self.records += 1
        self.value = (self.value + digest(record, sealed)) % _MODULUS

    @property
    def hex(self) -> str:
        return f"{self.value:064x}"


def digest(record: int, sealed: bytes) -> int:
    """What one record adds."""
    return int.from_bytes(hashlib.sha256(record.to_bytes(8) + sealed).digest())


def signed(found: Totals, seed: bytes) -> str:
    """The manifest as JSON, with its signature."""
    signature = Ed25519PrivateKey.from_private_bytes(seed[:32]).sign(_said(asdict(found)))
    return json.dumps({**asdict(found), "signature": signature.hex()}, sort_keys=True)


def genuine(body: str, public: bytes) -> bool:
    """Whether a manifest was signed by the server with this public key.

    The server never asks: this is the trustees' check of the manifests that they get by mail.
    """
    try:
        found = json.loads(body)
        signature = bytes.fromhex(found.pop("signature"))
        Ed25519PublicKey.from_public_bytes(public).verify(signature, _said(found))
    except (InvalidSignature, ValueError, KeyError, TypeError, AttributeError):
        return False
    return True


def public_key(seed: bytes) -> bytes:
    """The half of the server's signing key that anybody may have."""
    return Ed25519PrivateKey.from_private_bytes(seed[:32]).public_key().public_bytes_raw()


def _said(found: dict[str, object]) -> bytes:
    return b"campaign/manifest/1" + json.dumps(found, sort_keys=True, ensure_ascii=False).encode()
