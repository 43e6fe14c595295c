"""Room on the disk: how much there is, whether that is too little, and errors that say there is none."""

from __future__ import annotations

import errno
import shutil
from dataclasses import dataclass
from pathlib import Path

#: Below this share, or this number of bytes, somebody has to make room: a day of signing takes megabytes,
#: and SQLite needs room for a copy of what it changes.
LEAST_SHARE, LEAST_BYTES = 0.10, 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Room:
    """Free and total bytes of the disk that a folder is on."""

    free: int
    total: int

    @property
    def share(self) -> float:
        """The free share, from 0 to 1."""
        return self.free / self.total if self.total else 0.0

    @property
    def is_short(self) -> bool:
        """Whether it is time for an alarm, while everything still works."""
        return self.share < LEAST_SHARE or self.free < min(LEAST_BYTES, self.total // 4)


def room(folder: Path) -> Room:
    """The room for a folder, or for the nearest one above it that exists. Raises OSError."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    return Room(usage.free, usage.total)


def is_temporary(error: BaseException) -> bool:
    """Whether an operator can fix it while the site runs: a disk is full, or a key is missing."""
    return isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.ENOKEY}
