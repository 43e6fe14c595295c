"""The daily manifest: the totals of the list of signatures, which reveal nothing about a single one.

The sum of SHA-256 over all records, modulo 2^256, does not depend on their order, and a
withdrawal subtracts. Trustees get it by e-mail and compare it with the list they receive later, so
that a host can neither add nor remove records unnoticed. Signed with Ed25519 (RFC 8032).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from campaign.untrusted import json_value

_MODULUS = 1 << 256

#: Characters of a manifest: it has some 300.
MAX_BODY = 10_000


@dataclass(frozen=True, slots=True)
class Totals:
    """A list of signatures in a few numbers. `sum` is in hexadecimal.

    `key` is the fingerprint of the key of `epoch`, `proposed` that of a key that is to follow; both ''
    in manifests from before they were there. `erased`: counted records that went on their promised day.
    `log_size` and `log_root` (hexadecimal) are those of the public log's newest checkpoint.
    `people` is the number that the public pages gave, `method` how what waits was estimated.
    """

    campaign: str
    day: str
    records: int
    sum: str
    gone: int
    epoch: int
    key: str = ""
    proposed: str = ""
    erased: int = 0
    people: int = 0
    method: str = ""
    log_size: int = 0
    log_root: str = ""


@dataclass(slots=True)
class Sum:
    """Adds records up, in any order."""

    records: int = 0
    value: int = 0

    def add(self, record: int, sealed: bytes) -> None:
        """Add one record."""
        self.records += 1
        self.value = (self.value + digest(record, sealed)) % _MODULUS

    @property
    def hex(self) -> str:
        return f"{self.value:064x}"


def digest(record: int, sealed: bytes) -> int:
    """What one record adds."""
    return int.from_bytes(digest_bytes(record, sealed))


def digest_bytes(record: int, sealed: bytes) -> bytes:
    """The same as 32 bytes."""
    return hashlib.sha256(record.to_bytes(8) + sealed).digest()


def signed(totals: Totals, seed: bytes) -> str:
    """The manifest as JSON, with its signature."""
    signature = Ed25519PrivateKey.from_private_bytes(seed[:32]).sign(_signed_bytes(asdict(totals)))
    return json.dumps({**asdict(totals), "signature": signature.hex()}, sort_keys=True)


def genuine(body: str, public: bytes) -> bool:
    """Whether a manifest was signed by the server with this public key.

    A server never checks its own: this is for trustees, who get them by e-mail, and for servers that collect
    to the same key.
    """
    try:
        values = json_value(body, MAX_BODY)
        signature = bytes.fromhex(values.pop("signature"))
        Ed25519PublicKey.from_public_bytes(public).verify(signature, _signed_bytes(values))
    except (InvalidSignature, ValueError, KeyError, TypeError, AttributeError):
        return False
    return True


def public_key(seed: bytes) -> bytes:
    """The public half of the server's signing key."""
    return Ed25519PrivateKey.from_private_bytes(seed[:32]).public_key().public_bytes_raw()


def _signed_bytes(values: dict[str, object]) -> bytes:
    return b"campaign/manifest/1" + json.dumps(values, sort_keys=True, ensure_ascii=False).encode()
