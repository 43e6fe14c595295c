"""Who made a directory of offices: a signed note (C2SP, signed-note; Ed25519) in a file beside it.

    directory.json
    directory.json.note     the format, the SHA-256 of the file, how many offices, and below it the signatures

Those who take over offices from others decide by the key whether to believe the file.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from campaign.messages import Message
from campaign.pack.directory import FORMAT, DirectoryError
from campaign.transparency_log import notes
from campaign.transparency_log.notes import Note, NoteError, Signer, Verifier

#: What the name of the note ends with.
SUFFIX = ".note"


def note_beside(path: Path) -> Path:
    """Where the signatures of a directory are."""
    return path.with_name(path.name + SUFFIX)


def signed(body: bytes, offices: int, signer: Signer) -> Note:
    """The note of a directory."""
    return notes.signed(_text(body, offices), signer)


def signers(body: bytes, offices: int, note: str, trusted: Iterable[Verifier]) -> list[str]:
    """Who of those who are trusted signed the directory.

    Raises DirectoryError for a note of another file, and for one that is not what it says.
    """
    try:
        opened = notes.read(note)
        if opened.text != _text(body, offices):
            raise DirectoryError(Message("The directory was changed after it was signed."))
        return list(opened.signers(trusted))
    except NoteError as error:
        raise DirectoryError(Message("The signature beside the directory is wrong.")) from error


def _text(body: bytes, offices: int) -> str:
    return f"{FORMAT}\n{sha256(body).hexdigest()}\n{offices}\n"
