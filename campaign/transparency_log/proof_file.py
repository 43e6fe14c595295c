"""Files that prove that an entry is in a log, without a network (C2SP, tlog-proof)."""

from __future__ import annotations

from dataclasses import dataclass

from campaign.transparency_log import checkpoints, notes
from campaign.transparency_log.checkpoints import Trusted, hashes_as_lines, read_hashes
from campaign.transparency_log.merkle import check_inclusion, leaf_hash
from campaign.transparency_log.notes import Note, NoteError, spelled, unspelled
from campaign.transparency_log.policies import Policy
from campaign.untrusted import whole_number

HEAD = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class ProofFile:
    """A proof: the entry's index, the hashes from its neighbour up, the checkpoint, and what goes with it."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: Note
    extra: bytes = b""

    @property
    def text(self) -> str:
        """The file."""
        extra = f"extra {spelled(self.extra)}\n" if self.extra else ""
        proof = hashes_as_lines(self.hashes)
        return f"{HEAD}\n{extra}index {self.index}\n{proof}\n{self.checkpoint.whole}"

    def check(self, entry: bytes, policy: Policy) -> Trusted:
        """The checkpoint, if the entry is in its tree and it keeps to the policy.

        Raises NoteError, ProofError.
        """
        trusted = checkpoints.trusted(self.checkpoint, policy)
        checkpoint = trusted.checkpoint
        check_inclusion(leaf_hash(entry), self.index, checkpoint.size, self.hashes, checkpoint.root)
        return trusted


def read(text: str) -> ProofFile:
    """The proof in a file. Raises NoteError."""
    above, _gap, note = text.partition("\n\n")
    lines = above.split("\n")
    if lines.pop(0) != HEAD:
        raise NoteError("this is not a file with a proof of a transparency log")
    extra = unspelled(lines.pop(0)[6:]) if lines and lines[0].startswith("extra ") else b""
    index = whole_number(lines.pop(0)[6:]) if lines and lines[0].startswith("index ") else None
    if index is None:
        raise NoteError("the proof does not say which entry it is of")
    proof = ProofFile(index, tuple(read_hashes(lines)), notes.read(note), extra)
    if proof.text != text:
        raise NoteError("the proof is not in its only spelling")
    return proof
