"""Processes that are copies of this one: they start at once, and share the memory of what it has imported.

A copy runs one function and ends. It notices when this process ends, however that happens: it reads from a
pipe whose other end only this process holds.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

#: Signals that end a server. A copy must not answer them with this process's handlers.
ENDING = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


class Lifeline:
    """A pipe that ends when the process that made it does. Nothing is ever written to it.

    Processes read it to its `end`; `held` is the other one, which only the main process has.
    """

    def __init__(self) -> None:
        self.end, self.held = os.pipe()

    def let_go(self) -> None:
        """In a copy: leave the other end to the process that made it."""
        os.close(self.held)


class ChildProcess:
    """A process that this one has started, by its number; what `subprocess.Popen` is for a command."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._lock = threading.Lock()
        self._ended = False

    def wait(self) -> int:
        """Wait until it has ended; its exit code, or the signal that ended it as a negative number.

        Only one thread may wait.
        """
        os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        with self._lock:  # its number may belong to another process from here on
            self._ended = True
            _pid, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status)

    def terminate(self) -> None:
        """Ask it to end."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self._send(signal.SIGKILL)

    def _send(self, number: signal.Signals) -> None:
        with self._lock:
            if not self._ended:
                os.kill(self.pid, number)


class ForkedProcess(ChildProcess):
    """A copy of this process that runs `work` and ends.

    `work` gets a file that can be read to its end when this process has ended. Its name, of at most 15
    bytes, is shown by `ps` and `top`. Raises OSError if the system has no room for another process.
    """

    def __init__(self, name: str, work: Callable[[int], object], lifeline: Lifeline) -> None:
        # A signal that arrives in between waits until the copy has handlers of its own.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        try:
            pid = os.fork()
            if pid == 0:
                _run(name, work, lifeline)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        super().__init__(pid)


def _run(name: str, work: Callable[[int], object], lifeline: Lifeline) -> NoReturn:
    """Do the work of a copy, and never go on with what this process was doing."""
    code = 1
    try:
        lifeline.let_go()
        for number in ENDING:
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
        name_process(name)
        work(lifeline.end)
        code = 0
    except SystemExit as asked:
        code = asked.code if isinstance(asked.code, int) else int(asked.code is not None)
    except BaseException:  # what Python itself does with it: print it, and end with 1
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def name_process(name: str) -> None:
    """Show this name in `ps` and `top`, where the system allows it (Linux)."""
    file = Path("/proc/self/comm")
    if file.exists():
        file.write_text(name)
