"""What can be used once: a token's random bytes, remembered until the token has expired.

Counting by the random bytes and not by the token's text means that no other spelling works again.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, Date, bindparam, text

from campaign import clock

#: Days for which something is remembered. No token that can be used once is valid for so long.
REMEMBERED = 2


@dataclass(frozen=True, slots=True)
class SingleUse:
    """Something that can be used once, and the day until which it is remembered."""

    key: bytes
    until: date


def once(secret: bytes, nonce: bytes, days: int = REMEMBERED) -> SingleUse:
    """A token's random bytes, to be used once. Only a keyed hash is stored, which does not reveal them.

    Proofs of work, pages and all else look alike, and only the day is known on which they were used.
    """
    until = clock.today() + timedelta(days=days)
    return SingleUse(hmac.digest(secret, b"campaign/once/" + nonce, "sha256")[:16], until)


def spend(connection: Connection, used: SingleUse) -> bool:
    """Use it up in the caller's transaction; False if it was used before."""
    row = connection.execute(_SPEND, {"key": used.key, "until": used.until}).first()
    return row is not None


def forget(connection: Connection, today: date) -> None:
    """Delete what has expired. `today` is the day in UTC."""
    connection.execute(_FORGET, {"today": today})


_SPEND = text(
    "INSERT INTO spent (key, until) VALUES (:key, :until) ON CONFLICT (key) DO NOTHING RETURNING key"
).bindparams(bindparam("until", type_=Date))
_FORGET = text("DELETE FROM spent WHERE until < :today").bindparams(bindparam("today", type_=Date))
