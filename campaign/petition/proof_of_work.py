"""Our own proof of work: half a second of the visitor's machine instead of a third party's puzzle.

ALTCHA's protocol 2 with PBKDF2 (5,000 rounds, one zero byte to find). Bound to a campaign's form,
valid for 20 minutes and for one signature. Without JavaScript, a wait replaces it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime

import altcha
from sqlalchemy import Connection, DateTime, bindparam, text

from campaign import clock
from campaign.untrusted import UnreadableError, json_value, parsing

ROUNDS, PREFIX = 5_000, "00"
GOOD_FOR = 20 * 60  # seconds

#: Characters of an answer: it has some 700.
MAX_ANSWER = 2_000

#: Seconds for which a page must have been open without JavaScript.
WAIT = 30

#: Seconds. A form's token can be used once instead of a proof, after the wait.
TOKEN_LIFE = 12 * 3600


@dataclass(frozen=True, slots=True)
class SingleUse:
    """Something that can be used once, until a time (seconds since 1970)."""

    key: bytes
    until: float


def challenge(secret: bytes, purpose: str) -> str:
    """A new challenge as JSON, for the page's script."""
    new_challenge = altcha.create_challenge(
        "PBKDF2/SHA-256",
        ROUNDS,
        key_prefix=PREFIX,
        expires_at=int(clock.seconds()) + GOOD_FOR,
        data={"for": purpose},
        hmac_secret=_key(secret),
    )
    return json.dumps(new_challenge.to_dict())


def proved(answer: str, secret: bytes, purpose: str) -> SingleUse | None:
    """What the answer uses up if it solves a challenge of this purpose; else None."""
    if not answer or len(answer) > MAX_ANSWER:
        return None
    try:
        parameters = _verified(answer, secret, purpose)
    except UnreadableError:
        return None
    if parameters is None or not isinstance(expires := parameters.expires_at, int):
        return None
    return once(secret, f"proof {parameters.nonce} {parameters.salt}", expires)


def _verified(answer: str, secret: bytes, purpose: str) -> altcha.ChallengeParameters | None:
    """The parameters of a challenge of ours that was solved. Raises UnreadableError for no answer at all."""
    with parsing():
        body = base64.b64decode(answer, validate=True).decode()
    values = json_value(body, MAX_ANSWER, depth=4)
    with parsing():
        payload = altcha.Payload.from_dict(values)
        parameters = payload.challenge.parameters
        ours = (parameters.cost, parameters.key_prefix) == (ROUNDS, PREFIX)
        if not ours or (parameters.data or {}).get("for") != purpose:
            return None
        return parameters if altcha.verify_solution(payload, _key(secret)).verified else None


def once(secret: bytes, name: str, until: float) -> SingleUse:
    """A name that can be used once. Only a keyed hash of it is stored, which does not reveal the name."""
    return SingleUse(hmac.new(secret, name.encode(), hashlib.sha256).digest()[:16], until)


def spend(connection: Connection, used: SingleUse) -> bool:
    """Use it up in the caller's transaction; False if it was used before."""
    until = datetime.fromtimestamp(used.until + 3600, UTC).replace(minute=0, second=0, microsecond=0)
    row = connection.execute(_SPEND, {"key": used.key, "until": until}).first()
    return row is not None


def forget(connection: Connection, now: datetime) -> None:
    """Delete what has expired."""
    connection.execute(_FORGET, {"now": now})


_SPEND = text(
    "INSERT INTO spent (key, until) VALUES (:key, :until) ON CONFLICT (key) DO NOTHING RETURNING key"
).bindparams(bindparam("until", type_=DateTime(timezone=True)))
_FORGET = text("DELETE FROM spent WHERE until < :now").bindparams(
    bindparam("now", type_=DateTime(timezone=True))
)


def _key(secret: bytes) -> bytes:
    return hmac.new(secret, b"campaign/proof/1", hashlib.sha256).digest()
