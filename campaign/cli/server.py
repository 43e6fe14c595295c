"""The web server: its listening socket, its processes, and whether its port is free."""

from __future__ import annotations

import socket
import time
from functools import partial
from typing import NoReturn

from campaign.cli import again
from campaign.cli.web_process import NAME, Serving, serve
from campaign.serving.forking import ForkedProcess, Lifeline
from campaign.serving.supervising import Child, Plan, become
from campaign.serving.worker import QUEUE

#: Bytes of an answer that wait in the kernel for a slow reader. With a small number, the server sees
#: whether somebody reads.
_SEND_BUFFER = 128 * 1024


def becomes_free(host: str, port: int, patience: float) -> bool:
    """Whether the port is free, or becomes so in so many seconds: a server that was killed ends by and by."""
    end = time.monotonic() + patience
    while is_taken(host, port):
        if time.monotonic() >= end:
            return False
        time.sleep(0.1)
    return True


def is_taken(host: str, port: int) -> bool:
    """Whether another program listens on this port already."""
    with socket.socket(_family(host), socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def run(serving: Serving, workers: int, lifeline: Lifeline, beside: tuple[Child, ...] = ()) -> NoReturn:
    """Serve with so many processes until a signal to stop; a process that ends is started again.

    `beside` are other processes of the server, which end after these.

    All processes accept from one socket, which stays open while one of them starts again: a visitor then
    waits and is not refused. When the server stops, it closes at once: a proxy then asks another machine.
    """
    listener, parent = serving.listener.fileno(), lifeline.end

    def web(number: int) -> Child:
        process = ForkedProcess(NAME, partial(serve, serving, number), lifeline)
        return Child(f"web process {number + 1}", process.pid, again.web(number, listener, parent))

    plan = Plan(
        serving=tuple(web(number) for number in range(workers)),
        beside=beside,
        files=(parent, *serving.files),
        held=lifeline.held,
        listener=listener,
        log=serving.log,
    )
    become(plan)


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def listener(host: str, port: int) -> socket.socket:
    """A socket where connections wait for a process. Raises OSError for an address that is taken."""
    made = socket.socket(_family(host), socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
    made.bind((host, port))
    made.listen(QUEUE)
    return made
