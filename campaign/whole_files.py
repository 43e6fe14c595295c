"""Files that are completely on disk, or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole(path: Path, private: bool = False) -> Iterator[Path]:
    """A temporary path; its file gets its name when it is complete and on disk, and is removed otherwise.

    With `private` only the owner can read the file, from the beginning.
    """
    temporary = path.with_name(f".{path.name}.part")
    temporary.unlink(missing_ok=True)
    try:
        if private:
            write_private(temporary, b"")
        yield temporary
        _sync(temporary)
        temporary.replace(path)
        sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def write_whole(path: Path, body: bytes) -> None:
    """Write a file, replacing an older one."""
    with whole(path) as temporary:
        temporary.write_bytes(body)


def write_private(path: Path, body: bytes) -> None:
    """Write a new file that only its owner can read. Raises FileExistsError: nothing is overwritten."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


def make_folder(folder: Path) -> None:
    """Create a folder for its owner alone, and those above it that are missing; their names are on disk then.

    The folder above one that exists is left alone: it may be another disk's, and closed to us.
    """
    missing = [new for new in (folder, *folder.parents) if not new.exists()]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for new in reversed(missing):
        sync_folder(new.parent)


def sync_folder(folder: Path) -> None:
    """Make the names of new files durable: a name is on disk once its folder is."""
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
