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


@dataclass(slots=True)
class Job:
    """One confirmation that waits for its transaction. `name_id`: the id of the name to show.

    `erase_on` is the day that the signer was promised, in ISO's form; None if there is none.
    """

    campaign: int
    link: Confirmation
    today: date
    name_id: int
    erase_on: str | None = None
    outcome: Outcome = Outcome.NOTHING
    fault: BaseException | None = None
    done: threading.Event = field(default_factory=threading.Event)

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
    """The confirmations that wait, in their order. A job is taken once, while others are added."""

    def __init__(self) -> None:
        self._jobs: list[Job] = []
        self._lock = threading.Lock()

    def add(self, job: Job) -> None:
        with self._lock:
            self._jobs.append(job)

    def take(self, most: int | None = None) -> list[Job]:
        with self._lock:
            taken, self._jobs = self._jobs[:most], self._jobs[len(self._jobs[:most]) :]
            return taken

    def take_back(self, job: Job) -> bool:
        """Whether nobody had taken it yet."""
        with self._lock:
            before = len(self._jobs)
            self._jobs = [other for other in self._jobs if other is not job]
            return len(self._jobs) < before
