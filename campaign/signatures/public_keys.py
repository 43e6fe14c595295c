"""The public half of a campaign's key as a line of text, and the fingerprint by which people compare it."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from campaign.signatures.sealing import PublicKey

_PUBLIC = re.compile(r"campaign-public-1 ([a-z0-9-]{1,80}) ([0-9]{1,5}) ([0-9a-f]{64})")


class KeyFileError(ValueError):
    """A key, key file, passphrase or share that can't be used: the reason in one sentence."""


def public_line(key: PublicKey) -> str:
    """The public half as a line, for the server."""
    return f"campaign-public-1 {key.slug} {key.epoch} {key.raw.hex()}"


def read_public_line(line: str) -> PublicKey:
    """The public half in a line. Raises KeyFileError."""
    match = _PUBLIC.fullmatch(line.strip())
    if match is None:
        raise KeyFileError("This is not a campaign’s public key: a line that begins with campaign-public-1.")
    return PublicKey(match[1], int(match[2]), bytes.fromhex(match[3]))


def read_public(text: str) -> tuple[PublicKey, str]:
    """The public half in a .pub file, and the line with the proof by the key before it, or ''.

    Raises KeyFileError. Whether the proof holds is a question for `key_proofs`.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) not in {1, 2} or (len(lines) == 2 and not lines[1].startswith("campaign-proof-1 ")):
        raise KeyFileError(
            "A .pub file has one line that begins with campaign-public-1, and one with a proof."
        )
    return read_public_line(lines[0]), lines[1] if len(lines) == 2 else ""


@lru_cache(maxsize=256)
def fingerprint(key: PublicKey) -> str:
    """A short name of a public key that people can compare: 8 groups of 4 digits of its hash."""
    digest = hashlib.sha256(public_line(key).encode()).hexdigest()[:32]
    return " ".join(digest[start : start + 4] for start in range(0, 32, 4))
