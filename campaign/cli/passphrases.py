"""Opening a key file on the command line, with an age identity or a typed passphrase."""

from __future__ import annotations

import getpass
import os
from pathlib import Path

from campaign.signatures.public_keys import KeyFileError
from campaign.signatures.sealing import PrivateKey
from campaign.trustees import key_files

#: Minimum characters of a passphrase: scrypt makes each guess take about a second.
SHORTEST = 12


def read_key(path: Path, identity: Path | None) -> PrivateKey:
    """The key in a file, opened with an identity or a typed passphrase. Raises KeyFileError."""
    body = path.read_bytes()
    if identity:
        lines = identity.read_text(encoding="utf-8").splitlines()
        secret = [line.strip() for line in lines if line.startswith("AGE-SECRET-KEY-")]
        if not secret:
            raise KeyFileError(f"{identity} has no age identity in it.")
        return key_files.unlocked(body, identities=secret)
    return key_files.unlocked(body, passphrase=_ask("Passphrase: "))


def new_passphrase() -> str:
    """A new passphrase, typed twice. Raises KeyFileError."""
    passphrase = _ask(f"New passphrase ({SHORTEST} characters or more): ")
    if len(passphrase) < SHORTEST:
        raise KeyFileError(f"A passphrase has {SHORTEST} characters or more: five words that nobody guesses.")
    if "CAMPAIGN_PASSPHRASE" not in os.environ and _ask("Again: ") != passphrase:
        raise KeyFileError("The two passphrases differ.")
    return passphrase


def _ask(question: str) -> str:
    """Read from the keyboard without showing it; scripts set CAMPAIGN_PASSPHRASE instead."""
    return os.environ.get("CAMPAIGN_PASSPHRASE") or getpass.getpass(question)
