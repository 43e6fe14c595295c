"""One server for a data folder: a second one would send links to, and count in, the wrong database.

When the main process is killed, its web processes and its mail worker end a moment later. Until then they
answer for the old data, even where the folder was moved away and another one restored in its place. So
each of them keeps the lock's file open: a new server starts when the last of them has ended.
"""

from __future__ import annotations

import fcntl
import os
import socket
import time
from pathlib import Path

from campaign.setting_values import SettingsError
from campaign.settings import Settings
from campaign.untrusted import whole_number

#: Seconds for which a new server waits for the one before to end: longer than requests in work may take.
PATIENCE = 20.0


def path_of(settings: Settings) -> Path:
    """The lock's file. Several machines may share a folder, but not with SQLite."""
    machine = "" if settings.database_file else f"-{socket.gethostname()}"
    return settings.data / f"server{machine}.lock"


def locked(settings: Settings, patience: float = PATIENCE) -> int:
    """The lock as an open file, for this process and those that it starts. Raises SettingsError."""
    path = path_of(settings)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    end = time.monotonic() + patience
    while not _take(handle):
        if time.monotonic() >= end or _main_process_lives(handle):
            os.close(handle)
            raise SettingsError(f"Another server uses {settings.data}: stop it first.")
        time.sleep(0.1)
    os.truncate(handle, 0)
    os.pwrite(handle, str(os.getpid()).encode(), 0)
    return handle


def _main_process_lives(handle: int) -> bool:
    """Whether the process that took the lock lives; if not, the others that it started will soon end."""
    number = whole_number(os.pread(handle, 20, 0).decode("ascii", "replace"), 19)
    try:
        if number:
            os.kill(number, 0)
            return True
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return False


def is_locked(settings: Settings) -> bool:
    """Whether a server uses this data folder now."""
    try:
        handle = os.open(path_of(settings), os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        return not _take(handle)
    finally:
        os.close(handle)


def _take(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
