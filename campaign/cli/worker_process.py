"""The mail worker as a process next to the server. It ends when the server does, however that ends."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from campaign.cli.mail import worked  # here, so that the copy need not
from campaign.serving.forking import ForkedProcess, Lifeline
from campaign.serving.keeping import KeptProcess

#: Seconds that the worker has to finish an e-mail after its server has gone.
_PATIENCE = 10


@contextmanager
def running(app: Flask, lifeline: Lifeline, listener: socket.socket) -> Iterator[None]:
    """The mail worker as a separate process, restarted if it fails, and ended with the server.

    It works with `app`. It closes its copy of the server's `listener`, which must not stay open when the
    server has stopped.
    """

    def work(parent: int) -> None:
        listener.close()
        _work(app, parent)

    process = KeptProcess("mail worker", lambda: ForkedProcess("campaign-mail", work, lifeline))
    try:
        yield
    finally:
        process.stop()


def _work(app: Flask, parent: int) -> None:
    os.umask(0o077)
    _end_with(parent)
    raise SystemExit(worked(app))


def _end_with(parent: int) -> None:
    """End this process when `parent` can be read to its end: the server was killed and cannot tell it to."""

    def watch() -> None:
        while os.read(parent, 1):
            pass
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(_PATIENCE)
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()
