"""A file of entries that only a recipient can open: a tar archive in age's format (age-encryption.org/v1).

The server has no key that opens it. To verify it all the same, it is sealed to a second key as well, which
lives in memory until the file was read through, and is then forgotten.
"""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyrage

from campaign.whole_files import whole

#: Bytes of one entry: a chunk of rows, or a scan.
MOST_BYTES = 256 * 1024 * 1024


class BackupError(ValueError):
    """A backup that can't be made or read: the reason in one sentence."""

    status = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """A name and its bytes."""

    name: str
    body: bytes

    @property
    def digest(self) -> str:
        """SHA-256 in hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()


def recipient(text: str) -> pyrage.x25519.Recipient:
    """The recipient that a line names. Raises BackupError."""
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError:
        raise BackupError(
            f"“{text}” is no recipient: it is a line that begins with age1, as age-keygen prints it."
        ) from None


def identities(path: Path) -> list[Any]:
    """The identities in a file that age-keygen wrote. Raises BackupError or OSError."""
    lines = path.read_text(encoding="utf-8").splitlines()
    found = [line.strip() for line in lines if line.startswith("AGE-SECRET-KEY-")]
    if not found:
        raise BackupError(f"{path} has no age identity in it.")
    try:
        return [pyrage.x25519.Identity.from_str(line) for line in found]
    except pyrage.IdentityError:
        raise BackupError(f"The identity in {path} can’t be read.") from None


def write(
    path: Path, to: Sequence[str], entries: Iterable[Entry], verify: Callable[[Iterator[Entry]], None]
) -> None:
    """Write the entries, all of them or no file, readable by its owner alone; then open it and `verify` it.

    Raises BackupError, OSError, or what `verify` raises.
    """
    if path.exists():
        raise FileExistsError(17, "it is there already", str(path))
    recipients = [recipient(text) for text in to]
    passing = pyrage.x25519.Identity.generate()
    with whole(path, private=True) as temporary:
        with temporary.open("wb") as out:
            _encrypt(entries, out, [*recipients, passing.to_public()])
        verify(read(temporary, [passing]))


def _encrypt(entries: Iterable[Entry], out: IO[bytes], recipients: list[Any]) -> None:
    with (
        _through(lambda source: pyrage.encrypt_io(source, out, recipients)) as sink,
        tarfile.open(mode="w|gz", fileobj=sink) as archive,
    ):
        for entry in entries:
            info = tarfile.TarInfo(entry.name)
            info.size, info.mode = len(entry.body), 0o600
            archive.addfile(info, io.BytesIO(entry.body))


def read(path: Path, keys: list[Any]) -> Iterator[Entry]:
    """The entries of a file, one after the other.

    Raises BackupError if none of the keys opens it, or if it was cut off or changed.
    """
    fault: list[BaseException] = []
    source, sink = os.pipe()

    def decrypt() -> None:
        with path.open("rb") as file, os.fdopen(sink, "wb") as out:
            try:
                pyrage.decrypt_io(file, out, keys)
            except BaseException as error:  # it is raised in the thread that reads
                fault.append(error)

    thread = threading.Thread(target=decrypt, daemon=True)
    thread.start()
    try:
        with os.fdopen(source, "rb") as stream:
            yield from _entries(stream)
    except (tarfile.TarError, EOFError, OSError) as error:
        thread.join(10)
        raise _unreadable(path, fault) from error
    thread.join()
    if fault:
        raise _unreadable(path, fault)


def _entries(stream: IO[bytes]) -> Iterator[Entry]:
    with tarfile.open(mode="r|gz", fileobj=stream) as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file is None or member.size > MOST_BYTES:
                raise BackupError(f"An entry of the backup is not one: {member.name}.")
            yield Entry(member.name, file.read())
    while stream.read(65_536):
        """What follows the archive is read, too: the end of the file is verified there."""


def _unreadable(path: Path, fault: list[BaseException]) -> BackupError:
    said = str(fault[0]) if fault else "cut off"
    if "No matching keys" in said or "matching" in said:
        return BackupError(f"{path} does not open: it was made for another key.")
    return BackupError(f"{path} does not open: it is damaged or cut off.")


@contextmanager
def _through(work: Callable[[IO[bytes]], object]) -> Iterator[IO[bytes]]:
    """A file to write to, which `work` reads in another thread. Its error is raised at the end."""
    source, sink = os.pipe()
    fault: list[BaseException] = []

    def run() -> None:
        with os.fdopen(source, "rb") as stream:
            try:
                work(stream)
            except BaseException as error:
                fault.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        with os.fdopen(sink, "wb") as out:
            yield out
    except BrokenPipeError:
        """The thread ended first: its error says why."""
    finally:
        thread.join()
    if fault:
        raise fault[0]
