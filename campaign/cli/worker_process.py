"""The mail worker as a process next to the server. It ends when the server does, however that ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from campaign.serving.keeping import KeptProcess

#: Seconds that the worker has to finish an e-mail after its server has gone.
_PATIENCE = 10


@contextmanager
def running(lock: int | None = None) -> Iterator[None]:
    """The mail worker as a separate process, restarted if it fails, and ended with the server.

    `lock` is an open file that it keeps open. Its standard input ends when this process does.
    """
    command = [sys.executable, "-m", "campaign.cli.worker_process"]
    kept = [] if lock is None else [lock]
    process = KeptProcess(
        "mail worker",
        lambda: subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=kept),  # noqa: S603
    )
    try:
        yield
    finally:
        process.stop()


def end_with_parent() -> None:
    """End this process when standard input ends: the server was killed and cannot tell it to."""

    def watch() -> None:
        while os.read(sys.stdin.fileno(), 1):
            pass
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(_PATIENCE)
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()


if __name__ == "__main__":
    # Only here: the server itself imports this module, and has no need of what the worker needs.
    from campaign.cli.main import main

    end_with_parent()
    sys.exit(main(["mail", "work"]))
