"""How often letters and the petition are opened, begun and finished: sums, and nothing of anyone.

Each process counts in memory and adds its sums to the rows of the day every half a minute, so that no visitor
waits for the database. A process that is killed loses what it has not added yet. The day of a sum is that on
which it is added: a day that is over never changes, so that nobody sees one more in it.

Nothing here knows who came: there is no address, no identifier, no time but the day. A page that went on to
its next step notes that itself, in the form.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum

from sqlalchemy import Connection, Engine, select
from sqlalchemy.orm import Session

from campaign.counts import tallying
from campaign.counts.models import VisitTally
from campaign.editions.models import Campaign
from campaign.refreshing import repeat
from campaign.waiting import waiting_at_most

log = logging.getLogger("campaign.database")

#: Seconds between two times that a process adds its sums to the database.
EVERY = 30.0

#: Seconds that it waits for the database's answers.
PATIENCE = 5.0

#: A smaller sum is never shown.
SHOWN_FROM = 10


class FormKind(StrEnum):
    """Which form: that of a letter, or that to sign."""

    LETTERS = "letters"
    PETITION = "petition"


class Step(StrEnum):
    """How far somebody came: the page was opened, something was typed, a letter or signature was finished."""

    OPENED = "opened"
    BEGUN = "begun"
    FINISHED = "finished"


class VisitCounts:
    """The sums of one process since it last added them to the database."""

    def __init__(self, engine: Engine, today: Callable[[str], date]) -> None:
        """`today` gives the day of a campaign by its own clock."""
        self._engine, self._today = engine.execution_options(writes=True), today
        self._lock = threading.Lock()
        self._sums: Counter[tuple[str, FormKind, Step]] = Counter()

    def add(self, slug: str, form: FormKind, step: Step) -> None:
        """Count one more, in memory."""
        with self._lock:
            self._sums[slug, form, step] += 1

    def waiting(self) -> Mapping[tuple[str, FormKind, Step], int]:
        """What is not in the database yet."""
        with self._lock:
            return dict(self._sums)

    def write(self) -> int:
        """Add the sums to the database; how many there were. Commits.

        Raises the database's error, and tries again next time. Only if the commit itself fails, nobody knows
        what became of it, and the sums are lost: they may be too small, and never too large.
        """
        with self._lock:
            batch, self._sums = self._sums, Counter()
        if not batch:
            return 0
        unwritten = batch
        try:
            with waiting_at_most(PATIENCE), self._engine.connect() as connection:
                self._put(connection, batch)
                unwritten = Counter()
                connection.commit()
        except BaseException:
            with self._lock:
                self._sums.update(unwritten)
            raise
        return len(batch)

    def _put(self, connection: Connection, batch: Mapping[tuple[str, FormKind, Step], int]) -> None:
        """In the order of the keys, so that two processes never wait for each other."""
        query = select(Campaign.slug, Campaign.id).where(Campaign.slug.in_({slug for slug, *_ in batch}))
        campaigns: dict[str, int] = dict(connection.execute(query).all())
        for (slug, form, step), number in sorted(batch.items()):
            if slug in campaigns:
                row = {"campaign_id": campaigns[slug], "day": self._today(slug)}
                tallying.add(connection, VisitTally, {**row, "form": form.value, "step": step.value}, number)


def keep_writing(counts: VisitCounts, every: float = EVERY) -> threading.Event:
    """Write in a thread of this process until it ends, or until the returned event is set."""
    return repeat(counts.write, every, "visits", _failed)


def write_last(counts: VisitCounts) -> None:
    """Write what a process that ends still has in memory; without the database, it is lost."""
    try:
        counts.write()
    except Exception as error:
        _failed(error)


def _failed(error: Exception) -> None:
    log.warning("could not add the sums of visits: %s", type(error).__name__)


def by_day(session: Session, campaign: int, form: FormKind, last: date) -> dict[Step, dict[date, int]]:
    """The sums of each day up to the last one, as they may be shown."""
    found: dict[Step, dict[date, int]] = {step: {} for step in Step}
    query = select(VisitTally.step, VisitTally.day, VisitTally.count).where(
        VisitTally.campaign_id == campaign, VisitTally.form == form.value, VisitTally.day <= last
    )
    for step, day, count in session.execute(query):
        found[Step(step)][day] = count
    return {step: held_back(days) for step, days in found.items()}


def held_back(days: Mapping[date, int]) -> dict[date, int]:
    """The days that have ten or more; fewer are added to the day after.

    So each sum of days is one of numbers from ten up, and so is the difference of two of them: nobody finds a
    small day by comparing two periods. What is held back at the end is below ten.
    """
    shown: dict[date, int] = {}
    held = 0
    for day, count in sorted(days.items()):
        held += count
        if held >= SHOWN_FROM:
            shown[day], held = held, 0
    return shown
