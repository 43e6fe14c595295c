"""The counts that the public pages show: summed up every quarter of an hour, and not sooner.

A number that rises by one the moment somebody presses a button reveals who it was to anyone who
watches the network. So the pages lag on purpose, and say when the count was taken.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from campaign import clock
from campaign.counts import store
from campaign.counts.quarterly import QuarterHourly
from campaign.counts.store import LetterSums


@dataclass(frozen=True, slots=True)
class LetterCount:
    """What had been counted at a time (UTC)."""

    at: datetime
    sent: LetterSums


class LetterCounts(QuarterHourly[LetterSums]):
    """The newest sums of every campaign, in memory."""

    def __init__(self, session: Callable[[], Session], clock: Callable[[], float] = clock.seconds) -> None:
        super().__init__(session, lambda open_session, _at: store.letters_sent(open_session), clock)

    kind = "letters"

    def encode(self, number: LetterSums) -> Any:
        return [number.total, dict(number.by_addressee)]

    def decode(self, value: Any) -> LetterSums:
        return LetterSums(*value)

    def of(self, slug: str) -> LetterCount:
        """What had been counted for a campaign when its last quarter of an hour began."""
        at, sent = self.newest(slug)
        return LetterCount(at, sent or LetterSums())
