"""The trustees' half of a campaign's key: a file that the age tool opens, or words on paper.

The age file contains one line that a person can read:

    campaign-key-1 <campaign> <epoch> <64 hexadecimal digits>

or one trustee's part of the key, with which nothing opens until enough parts are together:

    campaign-part-1 <campaign> <epoch> <words>

pyrage writes the format of age 1 (age-encryption.org/v1): a passphrase (scrypt) or several
trustees' recipients. The words are SLIP-39: any 2 of 3 sheets, or parts, make the key again.
The trustees' page (`page/`) reads and writes the same files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyrage
import shamir_mnemonic
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from shamir_mnemonic.share import Share

from campaign.signatures.public_keys import KeyFileError
from campaign.signatures.sealing import PrivateKey, PublicKey, SealError

_LINE = re.compile(r"campaign-key-1 ([a-z0-9-]{1,80}) (\d{1,5}) ([0-9a-f]{64})")
_PART = re.compile(r"campaign-part-1 ([a-z0-9-]{1,80}) (\d{1,5}) ([a-z ]{100,400})")

#: What `verify` seals and opens.
TEST_MESSAGE = b"This key opens the signatures."


@dataclass(frozen=True, slots=True)
class Lock:
    """Who opens the file: a passphrase, or trustees by their age recipients ('age1…')."""

    passphrase: str = ""
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeyPart:
    """One trustee's part of a key. `words` is its share of the key (SLIP-39)."""

    slug: str
    epoch: int
    words: str


def locked(key: PrivateKey | KeyPart, lock: Lock) -> bytes:
    """The file of a key, or of a part of one. Raises KeyFileError for an invalid recipient."""
    if isinstance(key, KeyPart):
        line = f"campaign-part-1 {key.slug} {key.epoch} {key.words}\n".encode()
    else:
        line = f"campaign-key-1 {key.slug} {key.epoch} {key.raw.hex()}\n".encode()
    if not lock.recipients:
        return bytes(pyrage.passphrase.encrypt(line, lock.passphrase))
    try:
        recipients = [pyrage.x25519.Recipient.from_str(recipient) for recipient in lock.recipients]
    except pyrage.RecipientError:
        raise KeyFileError("A recipient is a line that begins with age1, as age-keygen prints it.") from None
    return bytes(pyrage.encrypt(line, recipients))


def unlocked(body: bytes, passphrase: str = "", identities: Sequence[str] = ()) -> PrivateKey | KeyPart:
    """The key in a file, or the part of one.

    Raises KeyFileError for a wrong passphrase, another's file, or a damaged file.
    """
    try:
        if identities:
            line = pyrage.decrypt(
                body, [pyrage.x25519.Identity.from_str(identity) for identity in identities]
            )
        else:
            line = pyrage.passphrase.decrypt(body, passphrase)
    except pyrage.IdentityError:
        raise KeyFileError("The identity is not one: it begins with AGE-SECRET-KEY-1.") from None
    except pyrage.DecryptError:
        secret_name = "identity" if identities else "passphrase"
        raise KeyFileError(
            f"The key file does not open: the {secret_name} is another one, or the file is damaged."
        ) from None
    text = line.decode("utf-8", "replace").strip()
    if match := _PART.fullmatch(text):
        return KeyPart(match[1], int(match[2]), match[3])
    match = _LINE.fullmatch(text)
    if match is None:
        raise KeyFileError("The file opens, but there is no campaign’s key in it.")
    return PrivateKey(match[1], int(match[2]), bytes.fromhex(match[3]))


def parts(key: PrivateKey, needed: int, total: int) -> list[KeyPart]:
    """The key as parts for trustees, of which `needed` together make it again."""
    return [KeyPart(key.slug, key.epoch, share) for share in words(key, needed, total)]


def whole(pieces: Iterable[PrivateKey | KeyPart]) -> list[PrivateKey]:
    """The keys that these keys and parts make. Raises KeyFileError where a part is missing or foreign."""
    keys: list[PrivateKey] = []
    shares: dict[tuple[str, int], list[str]] = {}
    for piece in pieces:
        if isinstance(piece, PrivateKey):
            keys.append(piece)
        else:
            shares.setdefault((piece.slug, piece.epoch), []).append(piece.words)
    return keys + [from_words(slug, epoch, found) for (slug, epoch), found in shares.items()]


def words(key: PrivateKey, needed: int, total: int) -> list[str]:
    """The key as `total` shares of words for paper, of which `needed` are enough to restore it (SLIP-39)."""
    (shares,) = shamir_mnemonic.generate_mnemonics(1, [(needed, total)], key.raw)
    return list(shares)


def from_words(slug: str, epoch: int, shares: Sequence[str]) -> PrivateKey:
    """The key that shares restore. Raises KeyFileError for a mistyped, missing or foreign share."""
    try:
        # The library takes as many as are needed, and no more.
        needed = Share.from_mnemonic(shares[0]).member_threshold if shares else 0
        enough = list(dict.fromkeys(shares))[:needed]
        return PrivateKey(slug, epoch, shamir_mnemonic.combine_mnemonics(enough))
    except shamir_mnemonic.MnemonicError as error:
        raise KeyFileError(f"These words do not make the key: {str(error).rstrip('.')}.") from None


def opens(key: PrivateKey, public: PublicKey | None = None) -> bool:
    """Whether the key opens what is sealed to its public half (or to the one that the server has)."""
    target = public or key.public
    try:
        X25519PrivateKey.from_private_bytes(key.raw)
        return key.open(target.seal(TEST_MESSAGE)) == TEST_MESSAGE
    except (SealError, ValueError):
        return False
