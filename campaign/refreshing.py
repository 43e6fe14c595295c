"""Reading something again from the database every now and then, for pages that come from memory.

A caller that has an older value never fails and never waits for long because the database does not answer:
the reading happens in a thread of its own, one at a time, and the older value is used until it succeeds.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from campaign.database import is_away
from campaign.waiting import RETRY, THERE, may_wait, waited, waiting_at_most

log = logging.getLogger("campaign.database")

#: Seconds that a request waits for the database at most.
PATIENCE = THERE

#: Seconds that the first one waits, who has no older value: a sum over a million rows takes its time.
FIRST_PATIENCE = 10.0

#: Seconds that a reading in its own thread waits for answers, so that it ends where none ever comes.
LONGEST = 60.0


class _Attempt:
    """One reading: whether it is done, and what went wrong."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.error: Exception | None = None


class Refresher:
    """Calls `read` at most every `every` seconds, when somebody asks. `clock` counts seconds."""

    def __init__(
        self, read: Callable[[], None], every: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._read, self._every, self._clock = read, every, clock
        self._lock = threading.Lock()
        self._running: _Attempt | None = None
        self._next = float("-inf")
        self._is_filled = self._has_failed = False

    def filled(self) -> None:
        """The value was read elsewhere just now."""
        self._is_filled, self._has_failed = True, False
        self._next = self._clock() + self._every

    def look(self, needed: bool = False) -> None:
        """Read again if it is time; or at once if it is `needed`, because there is no value.

        Raises the error of the reading only then, or if it is not the database's.
        """
        has_failed = self._has_failed
        attempt, is_mine = self._attempt(needed)
        if attempt is None:
            return
        is_patient = needed or not self._is_filled
        if not is_patient and (has_failed or not is_mine or not may_wait()):
            return
        wait = attempt.done.wait
        if not (wait(FIRST_PATIENCE) if is_patient and may_wait() else waited(wait, PATIENCE, there=True)):
            self._has_failed = True
            if is_patient:
                raise PoolTimeoutError("the database does not answer")
        elif attempt.error is not None and (is_patient or not is_away(attempt.error)):
            raise attempt.error

    def _attempt(self, needed: bool) -> tuple[_Attempt | None, bool]:
        """The reading that is under way, and whether it was begun now; None if it is not time yet."""
        with self._lock:
            if self._running is not None:
                return self._running, False
            if not needed and self._clock() < self._next:
                return None, False
            attempt = self._running = _Attempt()
        threading.Thread(target=self._run, args=(attempt,), name="refreshing", daemon=True).start()
        return attempt, True

    def _run(self, attempt: _Attempt) -> None:
        try:
            with waiting_at_most(LONGEST):
                self._read()
            self.filled()
        except Exception as error:
            attempt.error, self._has_failed = error, True
            self._next = self._clock() + RETRY
            if is_away(error):
                log.warning("the database does not answer: pages come from memory")
        finally:
            self._running = None
            attempt.done.set()


def repeat(
    work: Callable[[], object], every: float, name: str, failed: Callable[[Exception], None]
) -> threading.Event:
    """Do it every so many seconds in a thread of this process, until it ends or the returned event is set.

    An error ends nothing: the database may be away for a while. `failed` gets it.
    """
    stopped = threading.Event()

    def run() -> None:
        while not stopped.wait(every):
            try:
                work()
            except Exception as error:
                failed(error)

    threading.Thread(target=run, name=name, daemon=True).start()
    return stopped
