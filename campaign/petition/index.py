"""The blind index: a mailbox becomes one of 2^24 slots under a key, slowly and without a way back.

argon2id over an HMAC of the canonical mailbox (RFC 9106: 19 MiB, 2 passes, as OWASP asks), cut to
24 bits: one who has disk and key and tries all mailboxes of a country finds mostly false hits. It
blurs lists; it does not protect one named suspect while key and table exist.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
from dataclasses import dataclass

from argon2.low_level import Type, hash_secret_raw

#: At most so many at once in a process: each takes 19 MiB.
_AT_ONCE = threading.BoundedSemaphore(4)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one look into the index costs: KiB of memory, passes, and how many bits are kept (≤ 24)."""

    memory: int = 19 * 1024
    passes: int = 2
    bits: int = 24


COST = Cost()


def slot(mailbox: str, key: bytes, cost: Cost = COST) -> int:
    """The slot of a canonical mailbox."""
    named = hmac.new(key, mailbox.encode(), hashlib.sha256).digest()
    salt = hashlib.sha256(b"campaign/index/1" + key).digest()[:16]
    with _AT_ONCE:
        found = hash_secret_raw(named, salt, cost.passes, cost.memory, 1, 16, Type.ID)
    return int.from_bytes(found[:3]) >> (24 - cost.bits)
