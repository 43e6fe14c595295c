"""What public pages read from the database, kept for the time when it does not answer.

A photograph or a manifest that was shown a moment ago is shown on. Only what visitors get anyway is kept,
and only as much as costs little memory. Whether the database answers again is tried in a thread of its own,
so that no visitor waits for that.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from campaign.database import is_away
from campaign.services import service
from campaign.waiting import Reach

T = TypeVar("T")

#: How many answers a process keeps, and how many bytes of pictures.
MOST, MOST_BYTES = 200, 8 * 1024 * 1024


class KeptReads:
    """The newest answers by key, those that were not asked for longest going first."""

    def __init__(self, probe: Callable[[], bool], clock: Callable[[], float] = time.monotonic) -> None:
        """`probe` asks the database anything; whether it answered."""
        self._reach = Reach(probe, clock)
        self._values: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, key: Hashable, read: Callable[[], T]) -> T:
        """What `read` gives; while the database is away, what it gave last for this key.

        Raises the database's error if it never gave anything.
        """
        if self._reach.is_away:
            kept: T = self._last(key, PoolTimeoutError("the database does not answer"))
            return kept
        try:
            value = read()
        except Exception as error:
            if not is_away(error):
                raise
            self._reach.lost()
            kept = self._last(key, error)
            return kept
        self._keep(key, value)
        return value

    def _last(self, key: Hashable, error: Exception) -> Any:
        with self._lock:
            if key not in self._values:
                raise error
            return self._values[key]

    def _keep(self, key: Hashable, value: object) -> None:
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > MOST or self._bytes() > MOST_BYTES:
                self._values.popitem(last=False)

    def _bytes(self) -> int:
        return sum(_size(value) for value in self._values.values())


def _size(value: object) -> int:
    """The bytes of pictures, alone or by name."""
    if isinstance(value, dict):
        return sum(map(_size, value.values()))
    return len(value) if isinstance(value, bytes) else 0


def kept(key: Hashable, read: Callable[[], T]) -> T:
    """What `read` gives, or gave last while the database is away."""
    return service(KeptReads).read(key, read)
