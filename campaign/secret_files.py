"""Keys as files: written once and completely, readable only by their owner, and destroyed permanently."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from campaign.whole_files import make_folder, sync_folder, write_private


def make(path: Path, size: int) -> bytes:
    """A new secret of `size` random bytes, completely on disk or not at all; it is never printed.

    If several callers or processes do this at once, all get the secret of the first. Missing
    folders are created with access only for the owner.
    """
    make_folder(path.parent)
    # Written to a temporary file and linked into place, so that no reader gets half of it.
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        write_private(temporary, secrets.token_bytes(size))
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)
    return path.read_bytes()


def destroy(path: Path) -> bool:
    """Overwrite and remove a file; returns whether it existed. An SSD may keep old blocks: encrypt it."""
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
