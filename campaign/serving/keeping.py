"""Keeping processes alive: one that ends is started again, after pauses that grow while it keeps ending."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Sequence
from typing import Protocol

log = logging.getLogger("campaign.serving")

#: Seconds before a process that ended is started again: the first time in a row, the second, and so on.
PAUSES = (0.2, 1, 2, 5, 10, 30, 60)

#: Seconds after which a process counts as healthy, and the pauses begin again.
HEALTHY = 60.0

#: Seconds that a process has to end by itself before it is killed.
PATIENCE = 15.0


class Process(Protocol):
    """What is kept alive: a `ForkedProcess`, or a `subprocess.Popen`."""

    def wait(self) -> int:
        """Wait until it has ended; its exit code, or minus the signal."""
        ...

    def terminate(self) -> None:
        """Ask it to end."""
        ...

    def kill(self) -> None:
        """End it at once."""
        ...


class KeptProcess:
    """A process that is started again whenever it ends, until `stop`.

    `start` starts it. `name` names it in the log. `pauses` and `healthy` are seconds.
    """

    def __init__(
        self,
        name: str,
        start: Callable[[], Process],
        pauses: Sequence[float] = PAUSES,
        healthy: float = HEALTHY,
    ) -> None:
        self._name, self._start = name, start
        self._pauses, self._healthy = pauses, healthy
        self._stopped, self._lock = threading.Event(), threading.Lock()
        self._process: Process | None = None
        self._thread = threading.Thread(target=self._keep, name=name, daemon=True)
        self._thread.start()

    def _keep(self) -> None:
        in_a_row = 0
        while True:
            with self._lock:
                if self._stopped.is_set():
                    return
                process = self._process = self._started()
            begun = time.monotonic()
            end = reason(process.wait()) if process else "it could not be started"
            if self._stopped.is_set():
                return
            in_a_row = 1 if time.monotonic() - begun >= self._healthy else in_a_row + 1
            pause = self._pauses[min(in_a_row, len(self._pauses)) - 1]
            message = f"{self._name} ended ({end}), {in_a_row} in a row: it starts again in {pause:g} s"
            log.error(message, extra={"cause": message})
            self._stopped.wait(pause)

    def _started(self) -> Process | None:
        try:
            return self._start()
        except OSError:  # no memory, or no process is allowed any more: that passes
            return None

    def terminate(self) -> None:
        """Ask the process to end, and start no other."""
        with self._lock:
            self._stopped.set()
            if self._process is not None:
                self._process.terminate()

    def stop(self) -> None:
        """End the process; kill it if it does not end by itself."""
        self.terminate()
        process = self._process
        if process is None:
            return
        self._thread.join(PATIENCE)
        if self._thread.is_alive():
            process.kill()
            self._thread.join(PATIENCE)


def reason(code: int) -> str:
    """Why a process ended, from its exit code: 'SIGSEGV' or 'exit code 1'."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
