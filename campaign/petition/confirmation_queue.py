"""Confirmations that wait for their transaction: the jobs, and the queue that one thread takes them from."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from campaign.petition.links import Confirmation


class Outcome(StrEnum):
    """The result of pressing a button."""

    COUNTED = "counted"
    AGAIN = "again"
    WITHDRAWN = "withdrawn"
    NOTHING = "nothing"


@dataclass(slots=True, eq=False)
class Job:
    """One confirmation that waits for its transaction. `name_id`: the id of the name to show.

    `erase_on` is the day that the signer was promised, in ISO's form; None if there is none.
    `turn` ends the wait: the job is `done`, or its thread `leads`: it has to write all that wait.
    """

    campaign: int
    link: Confirmation
    today: date
    name_id: int
    erase_on: str | None = None
    outcome: Outcome = Outcome.NOTHING
    fault: BaseException | None = None
    turn: threading.Event = field(default_factory=threading.Event)
    done: bool = False
    leads: bool = False

    @property
    def place(self) -> tuple[int, date, str]:
        """Where it is counted: campaign, day and country."""
        return self.campaign, self.today, self.link.country

    @property
    def values(self) -> dict[str, Any]:
        return {
            "id": self.link.record,
            "campaign": self.campaign,
            "slot": self.link.slot,
            "erase_on": self.erase_on,
        }


class ConfirmationQueue:
    """The confirmations that wait, in their order. A job is taken once, while others are added.

    One thread at a time writes. The others sleep until their job is done, or until one of them is next.
    """

    def __init__(self) -> None:
        self._jobs: list[Job] = []
        self._has_writer = False
        self._lock = threading.Lock()

    def add(self, job: Job) -> bool:
        """Add a job; whether nobody writes, so that its thread has to."""
        with self._lock:
            self._jobs.append(job)
            job.leads, self._has_writer = not self._has_writer, True
            return job.leads

    def take(self, most: int | None = None) -> list[Job]:
        """The jobs that have waited longest."""
        with self._lock:
            taken = self._jobs[:most]
            del self._jobs[: len(taken)]
            return taken

    def take_back(self, job: Job) -> bool:
        """Whether nobody had taken it yet. The job of a thread that has to write stays."""
        with self._lock:
            if job.leads or job not in self._jobs:
                return False
            self._jobs.remove(job)
            return True

    def hand_over(self) -> None:
        """The thread that wrote is done: the one whose job has waited longest writes next."""
        with self._lock:
            self._has_writer = bool(self._jobs)
            if self._jobs:
                self._jobs[0].leads = True
                self._jobs[0].turn.set()
