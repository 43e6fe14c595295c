"""Our own proof of work: the visitor's device computes for a second, instead of a third party's puzzle.

A task is a signed token. It is solved by a number with which PBKDF2 (5,000 rounds, as the password;
the task is the salt) begins with a small enough number. The first step takes 256 tries on average, each
further one twice as many. A task is for one campaign's form, for 20 minutes and for one signature.
Without JavaScript, a wait replaces it.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass

from campaign.web.budgets import STEPS
from campaign.web.signing import Purpose, SignatureError, sign, unsign
from campaign.web.single_use import SingleUse, once

ROUNDS = 5_000

#: Tries that a task of step 0 takes on average.
TRIES = 256

GOOD_FOR = 20 * 60  # seconds

#: Seconds for which a page must have been open without JavaScript, by step.
WAITS = (30, 2 * 60, 8 * 60)
WAIT = WAITS[0]

_SOLUTION = re.compile(r"([A-Za-z0-9_-]{1,400})\.(0|[1-9][0-9]{0,8})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Proof:
    """A solved task: what it uses up, and its step."""

    used: SingleUse
    step: int


def challenge(secret: bytes, purpose: str, step: int = 0) -> str:
    """A new task as JSON, for the page's script. `step`: from 0 to STEPS."""
    task = sign(secret, Purpose.PROOF_OF_WORK, [purpose, step])
    return json.dumps({"task": task, "rounds": ROUNDS, "tries": tries(step), "seconds": GOOD_FOR})


def tries(step: int) -> int:
    """How many tries a task takes on average."""
    return int(TRIES << min(step, STEPS))


def solves(task: str, number: int, step: int) -> bool:
    """Whether the number solves the task."""
    derived = hashlib.pbkdf2_hmac("sha256", number.to_bytes(4), task.encode(), ROUNDS, 4)
    return int.from_bytes(derived) < 2**32 // tries(step)


def proved(answer: str, secret: bytes, purpose: str) -> Proof | None:
    """What the answer uses up if it solves a task of this purpose; else None."""
    match = _SOLUTION.fullmatch(answer)
    if match is None:
        return None
    try:
        task = unsign(secret, Purpose.PROOF_OF_WORK, match[1], GOOD_FOR)
    except SignatureError:
        return None
    wanted, step = task.value
    if wanted != purpose or not solves(match[1], int(match[2]), step):
        return None
    return Proof(once(secret, task.nonce), step)
