"""Counting events of the last seconds, minutes or hours, in this process or in Redis.

A sliding window of two counts: those of the current window, and of the one before, weighted by how
much of it is still in the last `seconds`. Two numbers a key, whatever the rate.

A clock that is wrong and put right opens no budget and bars nobody: this process counts the seconds that
pass, and Redis counts by its own clock, whatever those of the machines say. If that one jumps back, windows
begin again with the counts they have; if it jumps ahead, the counts are forgotten, as it forgets all that has
an end.
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
        #: By their length: when they began, and the counts of the current and of the previous one.
        self._windows: dict[int, tuple[float, dict[str, int], dict[str, int]]] = {}

    def add(self, key: str, seconds: int, amount: int) -> Window:
        now = clock.steady()
        with self._lock:
            began, current, previous = self._windows.get(seconds, (now, {}, {}))
            if now - began >= 2 * seconds:
                began, current, previous = now, {}, {}
            elif now - began >= seconds:
                began, current, previous = began + seconds, {}, current
            if amount:
                current[key] = current.get(key, 0) + amount
            self._windows[seconds] = (began, current, previous)
            return Window(seconds, now - began, current.get(key, 0), previous.get(key, 0))

    def clear(self) -> None:
        """Forget every count."""
        with self._lock:
            self._windows.clear()


#: The same in Redis, at once and by its clock: how far the current window has come, and both counts.
_ADD = """
local time = redis.call('TIME')
local now, seconds, amount = time[1] + time[2] / 1000000, tonumber(ARGV[1]), tonumber(ARGV[2])
local kept = redis.call('HMGET', KEYS[1], 'began', 'current', 'previous')
local began, current, previous = tonumber(kept[1]) or now, tonumber(kept[2]) or 0, tonumber(kept[3]) or 0
if now < began then
  began = now
elseif now - began >= 2 * seconds then
  began, current, previous = now, 0, 0
elseif now - began >= seconds then
  began, current, previous = began + seconds, 0, current
end
if amount ~= 0 then
  current = current + amount
  redis.call('HSET', KEYS[1], 'began', string.format('%.6f', began), 'current', current, 'previous', previous)
  redis.call('EXPIRE', KEYS[1], 2 * seconds)
end
return {string.format('%.6f', now - began), current, previous}
"""


class RedisCounter:
    """Counts in Redis, for several processes or machines; in this process while Redis does not answer."""

    def __init__(self, url: str) -> None:
        redis = connect(url)
        self._error, self._store = redis.error, redis.store
        self._add = self._store.register_script(_ADD)
        self._memory, self._outage = MemoryCounter(), Outage()

    def add(self, key: str, seconds: int, amount: int) -> Window:
        if self._outage.lasts:
            return self._memory.add(key, seconds, amount)
        try:
            elapsed, current, previous = self._add(keys=[self.name(key, seconds)], args=[seconds, amount])
        except self._error:
            self._outage.begin()
            message = "budgets are counted in this process: Redis does not answer"
            log.error(message, extra={"route": "-", "cause": "Redis"})
            return self._memory.add(key, seconds, amount)
        return Window(seconds, float(elapsed), int(current), int(previous))

    @staticmethod
    def name(key: str, seconds: int) -> str:
        """What Redis calls the window of a key."""
        return f"campaign:budget:{seconds}:{key}"
