"""Opening a key file on the command line: an age identity, or a passphrase that is asked for."""

from __future__ import annotations

import getpass
import os
from pathlib import Path

from campaign.signatures.public_keys import KeyFileError
from campaign.signatures.sealing import PrivateKey
from campaign.trustees import key_files

#: Characters that a passphrase has at least: scrypt makes each guess cost about a second.
SHORTEST = 12


def read_key(path: Path, identity: Path | None) -> PrivateKey:
    """The key in a file, opened with an identity or a passphrase that is asked for. Raises KeyFileError."""
    body = path.read_bytes()
    if identity:
        lines = identity.read_text(encoding="utf-8").splitlines()
        secret = [line.strip() for line in lines if line.startswith("AGE-SECRET-KEY-")]
        if not secret:
            raise KeyFileError(f"{identity} has no age identity in it.")
        return key_files.unlocked(body, identities=secret)
    return key_files.unlocked(body, passphrase=_asked("Passphrase: "))


def new_passphrase() -> str:
    """A passphrase, asked twice. Raises KeyFileError."""
    first = _asked(f"New passphrase ({SHORTEST} characters or more): ")
    if len(first) < SHORTEST:
        raise KeyFileError(f"A passphrase has {SHORTEST} characters or more: five words that nobody guesses.")
    if "CAMPAIGN_PASSPHRASE" not in os.environ and _asked("Again: ") != first:
        raise KeyFileError("The two passphrases differ.")
    return first


def _asked(question: str) -> str:
    """From the keyboard, unseen; CAMPAIGN_PASSPHRASE stands in for it in scripts."""
    return os.environ.get("CAMPAIGN_PASSPHRASE") or getpass.getpass(question)
