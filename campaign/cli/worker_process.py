"""The mail worker as a process next to the server."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from campaign.serving.keeping import KeptProcess


@contextmanager
def running() -> Iterator[None]:
    """The mail worker as a separate process, restarted if it fails, and ended with the server."""
    command = [sys.executable, "-m", "campaign", "mail", "work"]
    process = KeptProcess("mail worker", lambda: subprocess.Popen(command))  # noqa: S603
    try:
        yield
    finally:
        process.stop()
