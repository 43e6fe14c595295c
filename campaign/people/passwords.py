"""Passwords: hashed with argon2id, judged by how many guesses they take, never sent anywhere."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from zxcvbn import zxcvbn

from campaign.people import common

SHORTEST, LONGEST = 12, 128

#: Guesses, as a power of ten, that a password has to withstand: more than an offline attacker
#: on a slow hash makes in years (zxcvbn's own bound for "safely unguessable" is 10).
GUESSES = 10.0

#: zxcvbn's time grows with the length; what comes after these can only make a password stronger.
_JUDGED = 72

#: OWASP's password storage cheat sheet: argon2id with 19 MiB, 2 passes, 1 lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

#: Hashing takes 19 MiB each: so many at once in a process, the rest wait.
_AT_ONCE = threading.BoundedSemaphore(4)


def problem(password: str, words: Iterable[str] = ()) -> str:
    """Why a password can't be taken: 'short', 'long' or 'guessable'; '' for one that can.

    `words` are the site's and the person's own, which an attacker would try first.
    """
    if len(password) < SHORTEST:
        return "short"
    if len(password) > LONGEST:
        return "long"
    if common.common(password):
        return "guessable"
    parts = [part for word in words for part in word.replace("@", " ").replace("-", " ").split()]
    # A Russian word is judged as it stands and as its keys are: zxcvbn knows the second from leaked lists.
    typed = dict.fromkeys((password[:_JUDGED], common.as_typed(password[:_JUDGED])))
    weak = (zxcvbn(one, user_inputs=[*words, *parts], max_length=_JUDGED) for one in typed)
    return "guessable" if any(one["guesses_log10"] < GUESSES for one in weak) else ""


def hashed(password: str) -> str:
    """The password's hash, with its parameters and salt."""
    with _AT_ONCE:
        return _HASHER.hash(password)


@lru_cache(maxsize=1)
def _of_nobody() -> str:
    """A hash to compare with where there is none, so that nobody takes as long as somebody."""
    return _HASHER.hash("nobody has this password")


def matches(kept: str, password: str) -> bool:
    """Whether the password is the one that was hashed; '' (no password, nobody) takes as long and is no."""
    with _AT_ONCE:
        try:
            found = _HASHER.verify(kept or _of_nobody(), password[:LONGEST])
        except (VerifyMismatchError, InvalidHashError):
            return False
    return bool(found and kept)


def outdated(kept: str) -> bool:
    """Whether the hash was made with weaker parameters than today's: then hash anew at sign-in."""
    return _HASHER.check_needs_rehash(kept)
