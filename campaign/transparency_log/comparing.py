"""Comparing what two people saw of one log: the same, one the beginning of the other, or proof of a fork.

What was seen is a checkpoint, a receipt, which ends with one, or a mark: the size and the beginning of the
root, as they are on pictures and in feeds. A mark is not signed: it can raise the alarm, but proves nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from campaign.transparency_log import checkpoints, notes, proof_file
from campaign.transparency_log.checkpoints import MARK_DIGITS
from campaign.transparency_log.merkle import root
from campaign.transparency_log.notes import Note, NoteError
from campaign.transparency_log.policies import Policy
from campaign.transparency_log.sources import Source
from campaign.transparency_log.tiles import TileNodes
from campaign.untrusted import whole_number

_MARK = re.compile(rf"([0-9]{{1,19}})-([0-9a-f]{{{MARK_DIGITS}}})")


class Comparison(StrEnum):
    """What two sights of a log say of each other."""

    SAME = "same"
    GREW = "grew"
    FORK = "fork"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody saw. `note` is signed by the log; without it there is a mark, and nobody signed it."""

    size: int
    root: str
    note: Note | None = None


def read(text: str, policy: Policy) -> Sight:
    """A checkpoint or a receipt that the log signed, or a mark. Raises NoteError."""
    if mark := _MARK.fullmatch(text.strip()):
        return Sight(whole_number(mark[1]) or 0, mark[2])
    is_receipt = text.startswith(f"{proof_file.HEAD}\n")
    note = proof_file.read(text).checkpoint if is_receipt else notes.read(text)
    checkpoint = checkpoints.read(note)
    log = policy.log(checkpoint.origin)
    if log is None or log.name not in note.signers([log]):
        raise NoteError("the log of the policy has not signed this, so it proves nothing against the log")
    return Sight(checkpoint.size, checkpoint.root.hex(), note)


def compare(one: Sight, other: Sight, copy: Source | None = None) -> Comparison:
    """What two sights say. Raises NoteError, SourceError.

    Of two sizes, `copy` has the tiles of the longer log, by which the root of its beginning is computed; they
    prove something, because the signed root of the longer one is computed from them first.
    """
    if one.note and other.note and _origin(one) != _origin(other):
        raise NoteError(f"these are two logs, {_origin(one)} and {_origin(other)}")
    old, new = sorted((one, other), key=lambda sight: sight.size)
    if old.size == new.size:
        return _judged(old, new, old.root, new.root)
    if copy is None:
        raise NoteError("their sizes differ: name the log's address or a copy of it, to compare them")
    nodes = TileNodes(new.size, copy.tile)
    if not root(nodes, new.size).hex().startswith(new.root):
        raise NoteError(f"the copy is not the log of {new.size} entries, so it can't say how that one began")
    return _judged(old, new, old.root, root(nodes, old.size).hex(), grew=True)


def _judged(old: Sight, new: Sight, first: str, second: str, grew: bool = False) -> Comparison:
    if first.startswith(second) or second.startswith(first):
        return Comparison.GREW if grew else Comparison.SAME
    return Comparison.FORK if old.note and new.note else Comparison.ALARM


def _origin(sight: Sight) -> str:
    return checkpoints.read(sight.note).origin if sight.note else ""


def proof_of_fork(one: Sight, other: Sight) -> str:
    """Both checkpoints, for the people who are to judge."""
    return "\n".join(sight.note.whole for sight in (one, other) if sight.note)
