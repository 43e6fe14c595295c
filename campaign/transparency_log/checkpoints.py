"""Checkpoints (C2SP, tlog-checkpoint): a log's name, size and root as a signed note."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from campaign.transparency_log import notes
from campaign.transparency_log.merkle import HASH_BYTES
from campaign.transparency_log.notes import Note, NoteError, Signer, spelled, unspelled
from campaign.transparency_log.policies import Policy
from campaign.untrusted import whole_number

#: Digits of the root in a mark: 64 bits, which nobody can meet by chance or by trying.
MARK_DIGITS = 16

_SIZE = re.compile("0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: `origin` is its name for ever, `root` 32 bytes."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text of the note."""
        return f"{self.origin}\n{self.size}\n{spelled(self.root)}\n"

    @property
    def mark(self) -> str:
        """Size and beginning of the root, short enough for a picture or a headline."""
        return f"{self.size}-{self.root.hex()[:MARK_DIGITS]}"

    def signed(self, signer: Signer) -> Note:
        """The note."""
        return notes.signed(self.text, signer)


@dataclass(frozen=True, slots=True)
class Trusted:
    """A checkpoint that the log signed, and who witnessed it when (seconds since 1970)."""

    checkpoint: Checkpoint
    witnessed: dict[str, int]


def read(note: Note) -> Checkpoint:
    """The checkpoint of a note; who signed it is another question. Raises NoteError."""
    lines = note.text.split("\n")
    # Lines after the third are allowed, but nobody can check what they say: our logs have none.
    if len(lines) != 4 or not lines[0] or not _SIZE.fullmatch(lines[1]):
        raise NoteError("the note is not a checkpoint")
    size, root = whole_number(lines[1]), unspelled(lines[2])
    if size is None or len(root) != HASH_BYTES:
        raise NoteError("the note is not a checkpoint")
    return Checkpoint(lines[0], size, root)


def trusted(note: Note, policy: Policy) -> Trusted:
    """The checkpoint of a note if it keeps to the policy. Raises NoteError."""
    checkpoint = read(note)
    log = policy.log(checkpoint.origin)
    if log is None:
        raise NoteError(f"the policy has no log “{checkpoint.origin}”")
    if log.name not in note.signers([log]):
        raise NoteError("the log has not signed this checkpoint")
    witnessed = note.signers(policy.witnesses.values())
    if not policy.kept_by(witnessed):
        needed, of = policy.rule
        raise NoteError(f"of the witnesses {len(witnessed)} signed; the policy asks for {needed} of {of}")
    return Trusted(checkpoint, witnessed)


def hashes_as_lines(hashes: Sequence[bytes]) -> str:
    """Hashes as proofs have them: one a line, in base64."""
    return "".join(f"{spelled(digest)}\n" for digest in hashes)


def read_hashes(lines: Sequence[str]) -> list[bytes]:
    """The hashes of a proof. Raises NoteError."""
    hashes = [unspelled(line) for line in lines]
    if len(hashes) > 63 or any(len(digest) != HASH_BYTES for digest in hashes):
        raise NoteError("the proof has lines that are not hashes")
    return hashes
