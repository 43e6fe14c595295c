"""The blind index: an e-mail address becomes one of 2^24 slots under a key, slowly and irreversibly.

argon2id over an HMAC of the canonical address (RFC 9106: 19 MiB, 2 passes, as OWASP recommends), cut to
24 bits: a person who has the disk and the key and tries all addresses of a country gets mostly false
hits. It blurs lists; it does not protect one named suspect while key and table exist.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
from dataclasses import dataclass

from argon2.low_level import Type, hash_secret_raw

#: The most hashes at once in a process: each takes 19 MiB.
_AT_ONCE = threading.BoundedSemaphore(4)


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of one look-up in the index: KiB of memory, passes, and how many bits are kept (≤ 24)."""

    memory: int = 19 * 1024
    passes: int = 2
    bits: int = 24


COST = Cost()


def slot(address: str, key: bytes, cost: Cost = COST) -> int:
    """The slot of a canonical e-mail address."""
    keyed_hash = hmac.new(key, address.encode(), hashlib.sha256).digest()
    salt = hashlib.sha256(b"campaign/index/1" + key).digest()[:16]
    with _AT_ONCE:
        slow_hash = hash_secret_raw(keyed_hash, salt, cost.passes, cost.memory, 1, 16, Type.ID)
    return int.from_bytes(slow_hash[:3]) >> (24 - cost.bits)
