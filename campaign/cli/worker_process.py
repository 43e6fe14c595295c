"""The mail worker as a process next to the server. It ends when the server does, however that ends."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from typing import NoReturn

from flask import Flask

from campaign.cli.mail import worked  # here, so that the copy need not
from campaign.serving.forking import ForkedProcess, Lifeline

#: What `ps` and `top` show.
NAME = "campaign-mail"

#: Seconds that the worker has to finish an e-mail after its server has gone.
_PATIENCE = 10


def forked(app: Flask, lifeline: Lifeline, listener: socket.socket) -> int:
    """Begin to work with `app` in a separate process; its number.

    It closes its copy of the server's `listener`, which must not stay open when the server has stopped.
    """

    def begin(parent: int) -> None:
        listener.close()
        work(app, parent)

    return ForkedProcess(NAME, begin, lifeline).pid


def work(app: Flask | None, parent: int) -> NoReturn:
    """Work until `parent` can be read to its end, or until a signal. `app`: what this process has already."""
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
