"""Passwords: hashed with argon2id, rated by the guesses that they would take, never sent anywhere."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from campaign.people import common

SHORTEST, LONGEST = 12, 128

#: Guesses, as a power of ten, that a password must withstand: more than an offline attacker
#: can make against a slow hash in years (zxcvbn's own bound for "safely unguessable" is 10).
GUESSES = 10.0

#: zxcvbn's time grows with the length; further characters can only make a password stronger.
_JUDGED = 72

#: OWASP's password storage cheat sheet: argon2id with 19 MiB, 2 passes, 1 lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

#: Each hash takes 19 MiB, so a process makes only a few at once and the others wait.
_AT_ONCE = threading.BoundedSemaphore(4)


def problem(password: str, words: Iterable[str] = ()) -> str:
    """Why a password is refused: 'short', 'long' or 'guessable'; '' if it is accepted.

    `words` are words of the site and the person, which an attacker would try first.
    """
    if len(password) < SHORTEST:
        return "short"
    if len(password) > LONGEST:
        return "long"
    if common.common(password):
        return "guessable"
    # Only where somebody chooses a password: its lists of words take 13 MB.
    from zxcvbn import zxcvbn

    parts = [part for word in words for part in word.replace("@", " ").replace("-", " ").split()]
    # A Russian word is rated as written and as its Latin keys: zxcvbn knows those from leaked lists.
    spellings = dict.fromkeys((password[:_JUDGED], common.as_typed(password[:_JUDGED])))
    judgements = (
        zxcvbn(spelling, user_inputs=[*words, *parts], max_length=_JUDGED) for spelling in spellings
    )
    return "guessable" if any(judgement["guesses_log10"] < GUESSES for judgement in judgements) else ""


def hashed(password: str) -> str:
    """The password's hash, with its parameters and salt."""
    with _AT_ONCE:
        return _HASHER.hash(password)


@lru_cache(maxsize=1)
def _of_nobody() -> str:
    """A hash to compare with if there is none, so that the time does not reveal who is unknown."""
    return _HASHER.hash("nobody has this password")


def matches(stored: str, password: str) -> bool:
    """Whether the password has this hash; for '' (no password, unknown person) False, after the same time."""
    with _AT_ONCE:
        try:
            is_match = _HASHER.verify(stored or _of_nobody(), password[:LONGEST])
        except (VerifyMismatchError, InvalidHashError):
            return False
    return bool(is_match and stored)


def outdated(stored: str) -> bool:
    """Whether the hash has weaker parameters than today's: then hash again at sign-in."""
    return _HASHER.check_needs_rehash(stored)
