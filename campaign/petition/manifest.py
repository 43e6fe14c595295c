"""The day's manifest: what the list of signatures amounts to, without saying anything of one of them.

The sum of SHA-256 over all records, modulo 2^256, does not depend on their order, and a
withdrawal subtracts. Trustees get it by mail and compare it with what they are given later, so
that a host can neither add nor take away unnoticed. Signed with Ed25519 (RFC 8032).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import Connection, select, text
from sqlalchemy.orm import Session

from campaign.petition.models import Manifest

_MODULUS = 1 << 256


@dataclass(frozen=True, slots=True)
class Amount:
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


def amount(connection: Connection, slug: str, campaign: int, day: date) -> Amount:
    """What the list amounts to now, by reading all of it once."""
    total = Sum()
    for record, sealed in records(connection, campaign):
        total.add(record, sealed)
    gone = connection.execute(
        text("SELECT count(*) FROM gone WHERE campaign_id = :campaign"), {"campaign": campaign}
    ).scalar_one()
    epoch = connection.execute(
        text("SELECT max(epoch) FROM campaign_key WHERE campaign_id = :campaign"), {"campaign": campaign}
    ).scalar_one()
    return Amount(slug, day.isoformat(), total.records, total.hex, int(gone), int(epoch or 0))


def records(connection: Connection, campaign: int) -> Iterable[tuple[int, bytes]]:
    """Every record with its id, in the order of the ids, read as a stream."""
    query = text("SELECT id, sealed FROM signature WHERE campaign_id = :campaign ORDER BY id")
    streamed = connection.execution_options(stream_results=True, yield_per=1_000)
    for record, sealed in streamed.execute(query, {"campaign": campaign}):
        yield int(record), bytes(sealed)


def signed(found: Amount, seed: bytes) -> str:
    """The manifest as JSON, with its signature."""
    signature = Ed25519PrivateKey.from_private_bytes(seed[:32]).sign(_said(asdict(found)))
    return json.dumps({**asdict(found), "signature": signature.hex()}, sort_keys=True)


def genuine(body: str, public: bytes) -> bool:
    """Whether a manifest was signed by the server with this public key."""
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


def newest(session: Session, campaign: int) -> Amount | None:
    """The manifest of the last day that has one."""
    found = every(session, campaign)
    if not found:
        return None
    body = json.loads(found[-1].body)
    body.pop("signature")
    return Amount(**body)


def every(session: Session, campaign: int) -> list[Manifest]:
    """Every manifest of a campaign, the newest last."""
    query = select(Manifest).where(Manifest.campaign_id == campaign).order_by(Manifest.day)
    return list(session.scalars(query))


def _said(found: dict[str, object]) -> bytes:
    return b"campaign/manifest/1" + json.dumps(found, sort_keys=True, ensure_ascii=False).encode()
