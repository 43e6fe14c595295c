"""Keys to try a petition out: everybody can compute their private half, so they protect nobody.

A trial key is known by its bytes. Anyone who sees one, on a server, in a backup or in a file, knows that
what is sealed to it is practice; no setting and no column of a table says so, and none can be lost. The
server refuses such a key in production (`petition/status.py`, `cli/seeding.py`).
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from functools import lru_cache

from campaign.signatures.public_keys import KeyFileError
from campaign.signatures.sealing import PrivateKey, PublicKey


class TrialKind(StrEnum):
    """What a site with such a key is for."""

    TRIAL = "trial"
    DEMONSTRATION = "demonstration"


def trial_key(slug: str, epoch: int = 1, kind: TrialKind = TrialKind.TRIAL) -> PrivateKey:
    """The trial key of a campaign: the same on every machine."""
    return PrivateKey(slug, epoch, hashlib.sha256(f"campaign/{kind}-key/1|{slug}|{epoch}".encode()).digest())


@lru_cache(maxsize=256)
def kind_of(key: PublicKey) -> TrialKind | None:
    """Which kind of trial key this is; None for a real one."""
    return next((kind for kind in TrialKind if trial_key(key.slug, key.epoch, kind).public == key), None)


def refuse(key: PublicKey) -> None:
    """Raises KeyFileError for a trial key, where a real one is wanted."""
    if kind_of(key):
        raise KeyFileError("This is a key to try things out: everybody can open what is sealed to it.")
