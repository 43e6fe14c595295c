"""Files that are on disk whole, or not there at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole(path: Path, private: bool = False) -> Iterator[Path]:
    """Where to write what gets its name once it is finished and on disk; nothing stays of what was not.

    With `private` the file is its owner's alone from the beginning.
    """
    aside = path.with_name(f".{path.name}.part")
    aside.unlink(missing_ok=True)
    try:
        if private:
            write_private(aside, b"")
        yield aside
        _sync(aside)
        aside.replace(path)
        sync_folder(path.parent)
    finally:
        aside.unlink(missing_ok=True)


def write_whole(path: Path, body: bytes) -> None:
    """Write a file, in the place of an older one."""
    with whole(path) as aside:
        aside.write_bytes(body)


def write_private(path: Path, body: bytes) -> None:
    """Write a file that is new and its owner's alone. Raises FileExistsError: nothing is overwritten."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """A file's name is on disk when its folder is."""
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
