"""Receipts: the proof that a signature, or its withdrawal, is in the log (a C2SP tlog-proof)."""

from __future__ import annotations

from dataclasses import dataclass

from campaign.transparency_log import entries, proof_file
from campaign.transparency_log.checkpoints import Trusted
from campaign.transparency_log.entries import DIGEST_BYTES, SALT_BYTES, Entry, EntryError, EntryKind
from campaign.transparency_log.notes import NoteError
from campaign.transparency_log.policies import Policy
from campaign.transparency_log.proof_file import ProofFile

#: Characters of a receipt: with two witnesses and a million entries it has some 1,600.
MOST = 110_000


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt that was checked: what it is of, at which index, and in which checkpoint."""

    entry: Entry
    index: int
    trusted: Trusted


def extra_of_signature(salt: bytes, digest: bytes) -> bytes:
    """What opens the commitment of a signature."""
    return salt + digest


def entry_bytes(proof: ProofFile) -> bytes:
    """The entry that a receipt is of. Raises NoteError."""
    extra = proof.extra
    if len(extra) == SALT_BYTES + DIGEST_BYTES:
        return entries.signature(extra[:SALT_BYTES], extra[SALT_BYTES:])
    try:
        if entries.read(extra).kind in {EntryKind.WITHDRAWN, EntryKind.EXCLUDED}:
            return extra
    except EntryError:
        pass
    raise NoteError("the receipt does not say what it is of")


def check(text: str, policy: Policy) -> Receipt:
    """What a receipt proves. Raises NoteError, ProofError."""
    if len(text) > MOST:
        raise NoteError("the receipt is too long")
    proof = proof_file.read(text)
    data = entry_bytes(proof)
    trusted = proof.check(data, policy)
    return Receipt(entries.read(data), proof.index, trusted)
