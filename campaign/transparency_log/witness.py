"""A witness (C2SP, tlog-witness): it signs a checkpoint only if the log grew from the last one it signed.

Its state is one file for each log, the last checkpoint with its own signature. The file is on the disk before
anybody gets the signature, and only one request at a time reads and writes it.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from campaign.transparency_log import checkpoints, notes
from campaign.transparency_log.checkpoints import Checkpoint, hashes_as_lines, read_hashes
from campaign.transparency_log.merkle import EMPTY_ROOT, MOST_HASHES, ProofError, check_consistency
from campaign.transparency_log.notes import KeyKind, Note, NoteError, Signer
from campaign.transparency_log.policies import Policy
from campaign.untrusted import whole_number
from campaign.whole_files import write_whole

#: The type of the answer that says which size the witness signed last.
SIZE_TYPE = "text/x.tlog.size"

#: The most bytes of a request.
MOST_BYTES = notes.MOST_BYTES + 64 * MOST_HASHES


@dataclass(frozen=True, slots=True)
class Answer:
    """What a witness answers: the status of HTTP, the body, its type."""

    status: int
    body: str = ""
    kind: str = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Request:
    """A checkpoint to sign, and the proof that it grew from the one of size `old`."""

    old: int
    proof: tuple[bytes, ...]
    note: Note

    @property
    def text(self) -> str:
        """The request as it is sent, or saved as a file."""
        return f"old {self.old}\n{hashes_as_lines(self.proof)}\n{self.note.whole}"


def read_request(body: bytes) -> Request:
    """A request from its bytes. Raises NoteError."""
    if len(body) > MOST_BYTES:
        raise NoteError("the request is too long")
    try:
        above, gap, below = body.decode().partition("\n\n")
    except UnicodeDecodeError as error:
        raise NoteError("the request is not a text") from error
    first, *lines = above.split("\n")
    old = whole_number(first[4:]) if first.startswith("old ") else None
    if not gap or old is None or first != f"old {old}":
        raise NoteError("the request does not begin with an old size")
    return Request(old, tuple(read_hashes(lines)), notes.read(below))


class Witness:
    """One witness. `policy` names the logs that it knows; `now` gives seconds since 1970."""

    def __init__(self, folder: Path, signer: Signer, policy: Policy, now: Callable[[], float]) -> None:
        if signer.kind is not KeyKind.COSIGNATURE:
            raise NoteError("a witness has a key of type 4")
        self._folder, self._signer, self._policy, self._now = folder, signer, policy, now

    def add_checkpoint(self, body: bytes) -> Answer:
        """What `POST …/add-checkpoint` answers. Raises OSError if the state can't be written: then nothing
        is signed.
        """
        try:
            request = read_request(body)
            checkpoint = checkpoints.read(request.note)
        except NoteError as error:
            return Answer(400, f"{error}\n")
        log = self._policy.log(checkpoint.origin)
        if log is None:
            return Answer(404, "this witness does not know the log\n")
        try:
            if not request.note.signers([log]):
                return Answer(403, "the log has not signed the checkpoint\n")
        except NoteError as error:
            return Answer(403, f"{error}\n")
        if request.old > checkpoint.size:
            return Answer(400, "the old size is larger than the new one\n")
        with self._locked(checkpoint.origin):
            return self._sign(request, checkpoint)

    def _sign(self, request: Request, checkpoint: Checkpoint) -> Answer:
        """Check the growth and sign, while nobody else does."""
        last = self.last(checkpoint.origin)
        known = checkpoints.read(last) if last else Checkpoint(checkpoint.origin, 0, EMPTY_ROOT)
        if request.old != known.size:
            return Answer(409, f"{known.size}\n", SIZE_TYPE)
        try:
            check_consistency(
                (known.size, known.root), (checkpoint.size, checkpoint.root), list(request.proof)
            )
        except ProofError as error:
            return Answer(422, f"{error}\n")
        line = self._signer.sign(checkpoint.text, int(self._now()))
        kept = Note(request.note.text, self._of_log(request.note)).adding(notes.read_lines(line))
        write_whole(self._path(checkpoint.origin), kept.whole.encode())
        return Answer(200, line)

    def _of_log(self, note: Note) -> tuple[notes.SignatureLine, ...]:
        log = self._policy.log(checkpoints.read(note).origin)
        return tuple(
            line for line in note.signatures if log and (line.name, line.key_id) == (log.name, log.id)
        )

    def last(self, origin: str) -> Note | None:
        """The last checkpoint of a log that it signed; None for none. Raises NoteError for a damaged file."""
        path = self._path(origin)
        return notes.read(path.read_text(encoding="utf-8")) if path.exists() else None

    def served(self, digest: str) -> Answer:
        """What `GET …/<SHA-256 of the origin>/checkpoint` answers."""
        for log in self._policy.logs:
            if sha256(log.name.encode()).hexdigest() == digest and (last := self.last(log.name)):
                return Answer(200, last.whole)
        return Answer(404, "this witness has signed no checkpoint of such a log\n")

    def _path(self, origin: str) -> Path:
        return self._folder / f"{sha256(origin.encode()).hexdigest()}.checkpoint"

    @contextmanager
    def _locked(self, origin: str) -> Iterator[None]:
        """One request at a time for a log, in all threads and processes of this machine."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._path(origin).with_suffix(".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
