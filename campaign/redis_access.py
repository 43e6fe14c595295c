"""How every part of the site reaches Redis: nobody waits for long, and nothing is tried twice."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

log = logging.getLogger("campaign.redis")

#: Seconds that Redis has to answer, and for which it is not asked again if it did not.
PATIENCE, PAUSE = 1.0, 5.0


class Outage:
    """Whether a server that did not answer a moment ago is left alone, so that nobody waits for it."""

    def __init__(self, pause: float = PAUSE, clock: Callable[[], float] = time.monotonic) -> None:
        self._pause, self._clock = pause, clock
        self._until = float("-inf")

    @property
    def lasts(self) -> bool:
        return self._clock() < self._until

    def begin(self) -> None:
        """It did not answer just now."""
        self._until = self._clock() + self._pause


@dataclass(frozen=True, slots=True)
class Redis:
    """Redis at an address: its connections, its client, and what it raises."""

    pool: Any
    store: Any
    error: type[Exception]


def connect(url: str, patience: float = PATIENCE) -> Redis:
    """Redis at an address, which is reached when it is first needed.

    An answer has `patience` seconds; redis-py would try three times more.
    """
    # Only for several processes: it would add 80 ms to every other start.
    import redis

    retry = redis.retry.Retry(redis.backoff.NoBackoff(), 0)
    timeouts = {"socket_timeout": patience, "socket_connect_timeout": PATIENCE}
    pool = redis.ConnectionPool.from_url(url, retry=retry, **timeouts)
    return Redis(pool, redis.Redis(connection_pool=pool), redis.RedisError)


def in_memory_only(store: Any) -> bool:
    """Whether Redis writes nothing to a disk, as far as it tells."""
    settings = store.config_get("save", "appendonly")
    return not settings.get("save") and settings.get("appendonly") == "no"


class SharedVolatile:
    """Keys that several machines share and no disk ever has: in Redis, if it keeps all in memory only."""

    def __init__(self, url: str) -> None:
        self._url, self._outage = url, Outage()

    def __call__(self, name: str, size: int, seconds: int) -> bytes | None:
        """The key of this name, made by the first that asks; None if Redis is away, or writes to a disk."""
        if self._outage.lasts:
            return None
        redis = connect(self._url)
        store = redis.store
        try:
            if not in_memory_only(store):
                log.warning("Redis writes to a disk: keys for countries at risk stay apart on each machine")
                return None
            store.set(f"campaign:{name}", secrets.token_bytes(size), ex=seconds, nx=True)
            found = store.get(f"campaign:{name}")
        except redis.error:
            self._outage.begin()
            return None
        return found if isinstance(found, bytes) else None
