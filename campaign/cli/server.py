"""The web server: its listening socket, its processes, and whether its port is free."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import partial

from campaign.serving.bounds import Bounds
from campaign.serving.keeping import KeptProcess
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


def run(  # noqa: PLR0913, PLR0917
    address: tuple[str, int],
    workers: int,
    threads: int,
    target: str = "campaign.application:serve_app",
    bounds: Bounds | None = None,
    lock: int | None = None,
) -> None:
    """Serve with so many processes until a signal to stop; a process that ends is started again.

    `target` names the factory of the application. `lock` is an open file that the processes keep open.
    All processes accept from one socket, which stays open while one of them starts again: a visitor then
    waits and is not refused. When the server stops, it closes at once: a proxy then asks another machine.
    """
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopped.set())
    with _listener(*address) as listener:
        start = _starter(listener, threads, target, bounds or Bounds(), lock)
        processes = [
            KeptProcess(f"web process {number + 1}", partial(start, number)) for number in range(workers)
        ]
        stopped.wait()
        for process in processes:
            process.terminate()
        listener.close()  # or who came now would wait for nobody, and be cut off at the end
        stopping = [threading.Thread(target=process.stop) for process in processes]
        for thread in stopping:
            thread.start()
        for thread in stopping:
            thread.join()


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _listener(host: str, port: int) -> socket.socket:
    listener = socket.socket(_family(host), socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
    listener.bind((host, port))
    listener.listen(QUEUE)
    return listener


def _starter(
    listener: socket.socket, threads: int, target: str, bounds: Bounds, lock: int | None
) -> Callable[[int], subprocess.Popen[bytes]]:
    """What starts a web process. Its standard input ends when this process does, and then it ends, too."""
    options = {"listener": listener.fileno(), "threads": threads, "target": target, "bounds": asdict(bounds)}
    kept = [listener.fileno(), *([] if lock is None else [lock])]

    def start(number: int) -> subprocess.Popen[bytes]:
        words = [sys.executable, "-m", "campaign.cli.web_process", json.dumps({**options, "number": number})]
        return subprocess.Popen(words, stdin=subprocess.PIPE, pass_fds=kept)  # noqa: S603

    return start
