"""What the public pages show of the tallies: summed up every quarter of an hour, and not sooner.

A number that rises by one the moment somebody presses a button tells whoever watches the wire
who it was. So the pages lag on purpose, and say when the count was taken.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from campaign.tallies import store
from campaign.tallies.store import Sent

QUARTER = 15 * 60  # seconds


@dataclass(frozen=True, slots=True)
class Counted:
    """What had been counted at a time (UTC)."""

    at: datetime
    sent: Sent


class Board:
    """The newest sums of every campaign, in memory."""

    def __init__(self, session: Callable[[], Session], clock: Callable[[], float] = time.time) -> None:
        self._session, self._clock = session, clock
        self._quarter = -1
        self._sent: dict[str, Sent] = {}
        self._lock = threading.Lock()

    def version(self) -> int:
        """A number that changes when the sums may have: the quarter of an hour, counted from 1970."""
        quarter = int(self._clock() // QUARTER)
        if quarter != self._quarter:
            with self._lock:
                if quarter != self._quarter:
                    with self._session() as session:
                        self._sent = store.letters_sent(session)
                    self._quarter = quarter
        return self._quarter

    def of(self, slug: str) -> Counted:
        """What had been counted for a campaign when its last quarter of an hour began."""
        at = datetime.fromtimestamp(self.version() * QUARTER, UTC)
        return Counted(at, self._sent.get(slug, Sent()))
