"""Keys as files: made once and whole, readable by their owner alone, and destroyed for good."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from campaign.whole_files import sync_folder, write_private


def make(path: Path, size: int) -> bytes:
    """A new secret of `size` random bytes, whole on disk or not there at all; it is never printed.

    Whoever comes second, another process too, gets what the first one made. Folders that are
    missing are made for the owner alone.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Written aside and linked into place, so that nobody ever reads half of it.
    aside = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        write_private(aside, secrets.token_bytes(size))
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink(missing_ok=True)
    sync_folder(path.parent)
    return path.read_bytes()


def private(path: Path) -> bool:
    """Whether only the owner can read the file."""
    return not stat.S_IMODE(path.stat().st_mode) & 0o077


def destroy(path: Path) -> bool:
    """Overwrite and remove; whether it was there. An SSD may keep an old block: encrypt the disk, too."""
    try:
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        return False
    sync_folder(path.parent)
    return True
