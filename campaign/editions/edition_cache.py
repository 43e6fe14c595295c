"""The published packs in memory. Pages read from here and never from the content tables."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from campaign import clock
from campaign.editions import store
from campaign.pack.check import check
from campaign.pack.files import parse
from campaign.pack.findings import PackError
from campaign.pack.model import Pack
from campaign.refreshing import Refresher


@dataclass(frozen=True, slots=True)
class LoadedEdition:
    """An edition of one campaign, and when it was published (UTC)."""

    number: int
    pack: Pack
    at: datetime

    @property
    def day(self) -> date:
        """The day on which it was published, in the campaign's time zone."""
        return self.at.astimezone(self.pack.time_zone).date()


class EditionCache:
    """Holds the newest edition of every campaign, and checks regularly for a newer one."""

    #: Seconds between two checks; a new edition is seen by every process within a second.
    EVERY = 0.5

    #: Old editions that are kept in memory.
    OLD = 4

    def __init__(
        self,
        session: Callable[[], Session],
        clock: Callable[[], float] = time.monotonic,
        newest: Mapping[str, LoadedEdition] = MappingProxyType({}),
    ) -> None:
        """`newest`: the newest editions as another cache had them, to be shared with it."""
        self._session = session
        self._newest = dict(newest)
        self._ended = store.Ended()
        self._old: dict[tuple[str, int], LoadedEdition] = {}
        self._refresher = Refresher(self._load_readable, self.EVERY, clock)

    def load(self) -> None:
        """Read all that is new. Raises PackError for a pack that can't be read.

        Each was checked when it was published. An error that only later versions of the checker find
        keeps no site from starting: the desk shows it.
        """
        with self._session() as session:
            numbers = store.newest(session)
            for slug, number in numbers.items():
                loaded_edition = self._newest.get(slug)
                if loaded_edition is None or loaded_edition.number != number:
                    self._newest[slug] = _loaded_edition(session, slug, number)
            self._ended = store.ended(session)
        if self._newest.keys() != numbers.keys():
            # In its place: other threads may be going through the one before.
            self._newest = {slug: self._newest[slug] for slug in numbers}
        self._refresher.filled()

    def newest(self) -> dict[str, LoadedEdition]:
        """The newest edition of each campaign, by slug; from memory while the database does not answer."""
        self._refresher.look()
        return self._newest

    @property
    def in_memory(self) -> dict[str, LoadedEdition]:
        """The newest editions as they were last read, by slug; never looks for newer ones."""
        return self._newest

    def _load_readable(self) -> None:
        # Publishing checks every pack; if a broken one got in all the same, the edition before it stays.
        with contextlib.suppress(PackError):
            self.load()

    def ended(self) -> store.Ended:
        """The campaigns that are archived, and those that were removed."""
        self.newest()
        return self._ended

    def __getitem__(self, slug: str) -> LoadedEdition:
        return self.newest()[slug]

    def edition(self, slug: str, number: int) -> LoadedEdition:
        """An edition of any age; the last few that were asked for are kept.

        Raises LookupError for one that does not exist or that can't be read any more.
        """
        newest = self.newest().get(slug)
        if newest is None or not 1 <= number <= newest.number:
            raise LookupError(f"There is no edition {number} of {slug}.")
        if number == newest.number:
            return newest
        key = (slug, number)
        if key not in self._old:
            with self._session() as session:
                try:
                    loaded_edition = _loaded_edition(session, slug, number)
                except PackError as error:
                    raise LookupError(f"Edition {number} of {slug} can't be read.") from error
            while len(self._old) >= self.OLD:
                self._old.pop(next(iter(self._old)), None)
            self._old[key] = loaded_edition
        return self._old[key]

    def erase_on(self, slug: str, number: int) -> date | None:
        """The day on which an edition promises to erase; the newest edition's if it can't be read."""
        try:
            return self.edition(slug, number).pack.terms.erase_on
        except LookupError:
            newest = self.newest().get(slug)
            return newest.pack.terms.erase_on if newest else None

    def time_zones(self) -> dict[str, ZoneInfo]:
        """The time zone of each campaign, by slug."""
        return {slug: edition.pack.time_zone for slug, edition in self.newest().items()}

    def today(self, slug: str) -> date:
        """The day in a campaign's time zone; in UTC before its first edition."""
        edition = self.newest().get(slug)
        return clock.today(edition.pack.time_zone if edition else None)

    def all_editions(self, slug: str) -> list[store.EditionSummary]:
        """What is known of every edition of a campaign, the newest first."""
        with self._session() as session:
            return store.editions(session, slug)


def _loaded_edition(session: Session, slug: str, number: int) -> LoadedEdition:
    summary = store.edition(session, slug, number)
    if summary is None:
        raise LookupError(f"There is no edition {number} of {slug}.")
    return LoadedEdition(number, parse(store.files_of(session, slug, number)), summary.at)


def day_in_campaign(session: Session, slug: str) -> date:
    """The day in a campaign's time zone, for commands, which hold no editions in memory."""
    files = store.files_of(session, slug, store.newest(session).get(slug, 0))
    return clock.today(parse(files).time_zone if files else None)


def sound_pack(files: dict[str, str]) -> Pack:
    """The pack, if the checker finds no error in it. Raises PackError with its findings."""
    found = check(files, clock.today)
    errors = [one for one in found if one.level == "error"]
    if errors:
        raise PackError(errors)
    return parse(files)
