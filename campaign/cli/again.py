"""python -m campaign.cli.again: a process of a server that has ended, started again by the main process.

It has the server's open files: where connections wait (`listener`), and what it can read to its end when the
main process has ended (`parent`).
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Sequence

from campaign.cli import web_process, worker_process
from campaign.cli.web_process import Serving
from campaign.memory import one_heap
from campaign.serving.forking import name_process
from campaign.settings import AT_ONCE


def web(number: int, listener: int, parent: int) -> tuple[str, ...]:
    """The arguments of Python for the web process with this number."""
    return ("-m", __name__, web_process.NAME, str(number), str(listener), str(parent))


def mail(listener: int, parent: int) -> tuple[str, ...]:
    """The arguments of Python for the mail worker."""
    return ("-m", __name__, worker_process.NAME, "0", str(listener), str(parent))


def main(words: Sequence[str]) -> None:
    """Do the work of the process that the arguments name."""
    name, (number, listener, parent) = words[0], map(int, words[1:])
    name_process(name)
    one_heap()
    if name == worker_process.NAME:
        os.close(listener)
        worker_process.work(None, parent)
    else:
        web_process.serve(Serving(socket.socket(fileno=listener), AT_ONCE), number, parent)


if __name__ == "__main__":
    main(sys.argv[1:])
