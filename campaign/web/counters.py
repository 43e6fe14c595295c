"""Counting events of the last seconds, minutes or hours, in this process or in Redis.

A sliding window of two counts: those of the current window, and of the one before, weighted by how
much of it is still in the last `seconds`. Two numbers a key, whatever the rate.
"""

from __future__ import annotations

import logging
import math
import threading
from dataclasses import dataclass
from typing import Protocol

from campaign import clock
from campaign.redis_access import Outage, connect

log = logging.getLogger("campaign.budgets")


@dataclass(frozen=True, slots=True)
class Window:
    """The counts of the current window and of the one before, and how far the current one has come."""

    seconds: int
    elapsed: float
    current: float
    previous: float

    @property
    def count(self) -> float:
        """How many there were in the last `seconds`."""
        return self.current + self.previous * (1 - self.elapsed / self.seconds)

    def room_in(self, most: float) -> int:
        """Seconds until the count has fallen below `most` by one; at least 1."""
        left = most - 1
        if self.count <= left:
            return 1
        if self.current <= left:
            wait = (1 - (left - self.current) / self.previous) * self.seconds - self.elapsed
        else:
            wait = self.seconds - self.elapsed + (1 - left / self.current) * self.seconds
        return max(1, math.ceil(wait))


class Counter(Protocol):
    """Counts what happened under a key."""

    def add(self, key: str, seconds: int, amount: int) -> Window:
        """Count `amount` more, which may be 0 or below; returns the counts with it."""


class MemoryCounter:
    """Counts in this process. What is older than two windows is dropped as a whole."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._windows: dict[int, tuple[int, dict[str, int], dict[str, int]]] = {}

    def add(self, key: str, seconds: int, amount: int) -> Window:
        now = clock.seconds()
        number = int(now // seconds)
        with self._lock:
            known, current, previous = self._windows.get(seconds, (number, {}, {}))
            if number != known:
                current, previous = {}, current if number == known + 1 else {}
            if amount:
                current[key] = current.get(key, 0) + amount
            self._windows[seconds] = (number, current, previous)
            return Window(seconds, now - number * seconds, current.get(key, 0), previous.get(key, 0))

    def clear(self) -> None:
        """Forget every count."""
        with self._lock:
            self._windows.clear()


class RedisCounter:
    """Counts in Redis, for several processes or machines; in this process while Redis does not answer."""

    def __init__(self, url: str) -> None:
        redis = connect(url)
        self._error, self._store = redis.error, redis.store
        self._memory, self._outage = MemoryCounter(), Outage()

    def add(self, key: str, seconds: int, amount: int) -> Window:
        if self._outage.lasts:
            return self._memory.add(key, seconds, amount)
        now = clock.seconds()
        number = int(now // seconds)
        names = [f"campaign:budget:{seconds}:{n}:{key}" for n in (number, number - 1)]
        try:
            with self._store.pipeline() as pipeline:
                if amount:
                    pipeline.incrby(names[0], amount)
                    pipeline.expire(names[0], 2 * seconds)
                pipeline.mget(names)
                current, previous = pipeline.execute()[-1]
        except self._error:
            self._outage.begin()
            message = "budgets are counted in this process: Redis does not answer"
            log.error(message, extra={"route": "-", "cause": "Redis"})
            return self._memory.add(key, seconds, amount)
        return Window(seconds, now - number * seconds, int(current or 0), int(previous or 0))
