"""The published packs in memory. Pages read from here and never from the content tables."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from campaign.editions import store
from campaign.pack.check import check
from campaign.pack.files import parse
from campaign.pack.findings import PackError
from campaign.pack.model import Pack


@dataclass(frozen=True, slots=True)
class Shelf:
    """The newest edition of one campaign."""

    number: int
    pack: Pack


class Library:
    """Holds the newest edition of every campaign, and looks now and then for a newer one."""

    #: Seconds between two looks; a new edition is seen by every process within a second.
    EVERY = 0.5

    def __init__(self, session: Callable[[], Session], clock: Callable[[], float] = time.monotonic) -> None:
        self._session, self._clock = session, clock
        self._shelves: dict[str, Shelf] = {}
        self._looked = float("-inf")
        self._lock = threading.Lock()

    def load(self, strict: bool = False) -> None:
        """Read all that is new. Raises PackError for a pack that can't be read.

        With `strict` an error of the checker stops it, too: so the site starts. A worker
        reads what was checked then, or when it was published.
        """
        make = sound_pack if strict else parse
        with self._session() as session:
            for slug, number in store.newest(session).items():
                shelf = self._shelves.get(slug)
                if shelf is None or shelf.number != number:
                    files = store.files_of(session, slug, number)
                    self._shelves[slug] = Shelf(number, make(files))
        self._looked = self._clock()

    def shelves(self) -> dict[str, Shelf]:
        """The newest edition of each campaign, by slug."""
        if self._clock() - self._looked > self.EVERY and self._lock.acquire(blocking=False):
            try:
                self.load()
            except PackError:
                # Publishing checks every pack; if a broken one got in all the same, the
                # edition before it stays on show.
                self._looked = self._clock()
            finally:
                self._lock.release()
        return self._shelves

    def __getitem__(self, slug: str) -> Shelf:
        return self.shelves()[slug]


def sound_pack(files: dict[str, str]) -> Pack:
    """The pack, if the checker finds no error in it. Raises PackError with its findings."""
    errors = [finding for finding in check(files, date.today()) if finding.level == "error"]
    if errors:
        raise PackError(errors)
    return parse(files)
