"""Numbers that change with the quarter of an hour and not sooner, however often they are read."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from campaign import clock

QUARTER = 15 * 60  # seconds

T = TypeVar("T")


class QuarterHourly(Generic[T]):
    """What `read` gave for each campaign when the quarter's first visitor asked; kept in memory."""

    def __init__(
        self,
        session: Callable[[], Session],
        read: Callable[[Session, datetime], Mapping[str, T]],
        clock: Callable[[], float] = clock.seconds,
    ) -> None:
        self._session, self._read, self._clock = session, read, clock
        self._quarter = -1
        self._numbers: Mapping[str, T] = {}
        self._lock = threading.Lock()

    def version(self) -> int:
        """A number that changes when the sums may have: the quarter of an hour, counted from 1970."""
        quarter = int(self._clock() // QUARTER)
        if quarter != self._quarter:
            with self._lock:
                if quarter != self._quarter:
                    with self._session() as session:
                        self._numbers = self._read(session, _start_of(quarter))
                    self._quarter = quarter
        return self._quarter

    def newest(self, slug: str) -> tuple[datetime, T | None]:
        """When the quarter began (UTC), and what was read for a campaign; None if nothing was."""
        return _start_of(self.version()), self._numbers.get(slug)


def _start_of(quarter: int) -> datetime:
    return datetime.fromtimestamp(quarter * QUARTER, UTC)
