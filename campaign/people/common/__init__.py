"""The commonest passwords that are long enough to be taken, as digests; from where, README.md says."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).with_name("passwords.bin")

#: Bytes of a digest: among 44,000, one password in six thousand million is refused without a reason.
SIZE = 6

#: Letters of a Russian keyboard, which a Kazakh one has in the same places, and the English ones there.
_CYRILLIC = "йцукенгшщзхъфывапролджэячсмитьбюё"
_LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_KEYS = str.maketrans(_CYRILLIC, _LATIN)


def digest(password: str) -> bytes:
    """What the list holds of a password, whatever its capitals."""
    return hashlib.sha256(password.casefold().encode()).digest()[:SIZE]


def as_typed(password: str) -> str:
    """A Russian word as the same fingers write it with the keyboard set to English, and small.

    So is written half of what Russian speakers take for a password, and so it stands in lists.
    """
    return password.casefold().translate(_KEYS)


@lru_cache(maxsize=1)
def _known() -> frozenset[bytes]:
    data = FILE.read_bytes()
    return frozenset(data[n : n + SIZE] for n in range(0, len(data), SIZE))


def common(password: str) -> bool:
    """Whether a password is among the commonest, typed on either keyboard."""
    return not {digest(password), digest(as_typed(password))}.isdisjoint(_known())
