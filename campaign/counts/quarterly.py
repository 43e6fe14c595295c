"""Numbers that change with the quarter of an hour, or the day, and not sooner, however often they are read.

The worker takes them once for every process on every machine (`publish`): two processes that each summed up
when their first visitor came would show two numbers in turn. Without a worker, each process takes its own.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign import clock
from campaign.counts.models import PublicCountRow
from campaign.database import transaction
from campaign.refreshing import Refresher
from campaign.untrusted import json_value

QUARTER = 15 * 60  # seconds

#: Seconds between two looks for the numbers of a new quarter.
LOOK = 10.0

#: Characters of all numbers of one kind.
_MOST = 16 * 1024 * 1024

_PUBLISH = text(
    "INSERT INTO public_count (kind, quarter, body) VALUES (:kind, :quarter, :body)"
    " ON CONFLICT (kind) DO UPDATE SET quarter = excluded.quarter, body = excluded.body"
    " WHERE public_count.quarter <> excluded.quarter"
)

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
        #: The quarter that the numbers are of, and the numbers: replaced together.
        self._taken: tuple[int, Mapping[str, T]] = (-1, {})
        self._refresher, self._again_at = Refresher(self._take, every=0), float("-inf")

    def version(self) -> int:
        """A number that changes when the sums may have: their quarter of an hour, counted from 1970.

        While the database does not answer, it is that of the newest sums in memory.
        """
        return self._newest()[0]

    def newest(self, slug: str) -> tuple[datetime, T | None]:
        """When the quarter began (UTC), and what was read for a campaign; None if nothing was."""
        quarter, numbers = self._newest()
        return self._start_of(quarter), numbers.get(slug)

    def _newest(self) -> tuple[int, Mapping[str, T]]:
        if self._taken[0] != int(self._clock() // self.every) and time.monotonic() >= self._again_at:
            self._refresher.look()
        return self._taken

    def _take(self) -> None:
        """What the worker published of this quarter; of the last one, if it is about to; or our own sums."""
        quarter = int(self._clock() // self.every)
        with self._session() as session:
            row = session.get(PublicCountRow, self.kind)
            if row is not None and row.quarter in {quarter, quarter - 1}:
                values = json_value(row.body, _MOST)
                self._taken = (row.quarter, {slug: self.decode(value) for slug, value in values.items()})
                if row.quarter < quarter:
                    self._again_at = time.monotonic() + LOOK
            else:
                self._taken = (quarter, self._read(session, self._start_of(quarter)))

    def publish(self) -> bool:
        """Take the numbers of this quarter for all processes, unless another one has; whether it was done."""
        quarter = int(self._clock() // self.every)
        with self._session() as session:
            row = session.get(PublicCountRow, self.kind)
            if row is not None and row.quarter == quarter:
                return False
            numbers = self._read(session, self._start_of(quarter))
        body = json.dumps({slug: self.encode(number) for slug, number in numbers.items()})
        with self._session() as session, transaction(session) as connection:
            connection.execute(_PUBLISH, {"kind": self.kind, "quarter": quarter, "body": body})
        return True

    #: What the numbers are called in the database.
    kind = ""

    #: Seconds for which they stay: a quarter of an hour, or a day (UTC).
    every = QUARTER

    def encode(self, number: T) -> Any:
        """A number as JSON has it."""
        raise NotImplementedError

    def decode(self, value: Any) -> T:
        """The number that `encode` made this of."""
        raise NotImplementedError

    def _start_of(self, quarter: int) -> datetime:
        return datetime.fromtimestamp(quarter * self.every, UTC)
