"""Keys of new things, made from their names: nobody has to think of one."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Collection

#: Maximum characters of a key that is made here.
LONGEST = 40


def key_from(words: str) -> str:
    """The key that a name in Latin letters makes, such as “clean-river”; '' for other scripts."""
    plain = unicodedata.normalize("NFKD", words[: 4 * LONGEST]).encode("ascii", "ignore").decode().lower()
    parts = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    key = "-".join(parts)
    return key if len(key) <= LONGEST else key[: LONGEST + 1].rpartition("-")[0] or key[:LONGEST]


def free_key(words: str, otherwise: str, taken: Collection[str]) -> str:
    """A key that nothing has: from the name, or from `otherwise`, with a number if need be."""
    key = key_from(words) or key_from(otherwise) or "new"
    numbered = (f"{key}-{number}" for number in itertools.count(2))
    return next(name for name in itertools.chain([key], numbered) if name not in taken)
