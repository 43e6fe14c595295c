"""The mail worker as a process next to the server."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def running() -> Iterator[None]:
    """The mail worker as a separate process, restarted if it fails, and ended with the server."""
    stopped = threading.Event()
    processes: list[subprocess.Popen[bytes]] = []

    def watch() -> None:
        while not stopped.is_set():
            processes[:] = [subprocess.Popen([sys.executable, "-m", "campaign", "mail", "work"])]
            processes[0].wait()
            stopped.wait(2)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        for process in processes:
            process.terminate()
            process.wait(timeout=10)
