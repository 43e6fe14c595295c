"""Opening a key file on the command line, with an age identity or a typed passphrase."""

from __future__ import annotations

import getpass
import os
from collections.abc import Sequence
from pathlib import Path

from campaign.signatures.public_keys import KeyFileError
from campaign.signatures.sealing import PrivateKey
from campaign.trustees import key_files
from campaign.trustees.key_files import KeyPart

#: Minimum characters of a passphrase: scrypt makes each guess take about a second.
SHORTEST = 12


def read_keys(paths: Sequence[Path], identity: Path | None) -> list[PrivateKey]:
    """The keys in these files, and those that parts in them make together. Raises KeyFileError."""
    return key_files.whole([_read(path, identity, len(paths) > 1) for path in paths])


def read_key(paths: Sequence[Path], identity: Path | None) -> PrivateKey:
    """The one key in a file, or in the files with its parts. Raises KeyFileError."""
    first, *others = read_keys(paths, identity)
    if any(other != first for other in others):
        raise KeyFileError("These files have several keys: name one, or the parts of one.")
    return first


def _read(path: Path, identity: Path | None, several: bool) -> PrivateKey | KeyPart:
    """What is in one file; the question names the file where there are several."""
    body = path.read_bytes()
    if identity:
        lines = identity.read_text(encoding="utf-8").splitlines()
        secret = [line.strip() for line in lines if line.startswith("AGE-SECRET-KEY-")]
        if not secret:
            raise KeyFileError(f"{identity} has no age identity in it.")
        return key_files.unlocked(body, identities=secret)
    return key_files.unlocked(body, passphrase=_ask(f"Passphrase of {path}: " if several else "Passphrase: "))


def new_passphrase(of: str = "") -> str:
    """A new passphrase, typed twice, `of` a file if there are several. Raises KeyFileError."""
    passphrase = _ask(f"New passphrase{of} ({SHORTEST} characters or more): ")
    if len(passphrase) < SHORTEST:
        raise KeyFileError(f"A passphrase has {SHORTEST} characters or more: five words that nobody guesses.")
    if "CAMPAIGN_PASSPHRASE" not in os.environ and _ask("Again: ") != passphrase:
        raise KeyFileError("The two passphrases differ.")
    return passphrase


def _ask(question: str) -> str:
    """Read from the keyboard without showing it; scripts set CAMPAIGN_PASSPHRASE instead."""
    return os.environ.get("CAMPAIGN_PASSPHRASE") or getpass.getpass(question)
