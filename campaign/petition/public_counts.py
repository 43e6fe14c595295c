"""What the public sees of the count: late on purpose, and coarse where it could name somebody.

The total is taken every quarter of an hour, countries once a day, up to the day before. A country
is named from five signatures up, and 'elsewhere' always holds at least two, so that nobody finds
one by subtracting. A live “+1” of a small country beside an operator's record of who opened the
page would be a name.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.counts.quarterly import QuarterHourly
from campaign.editions.models import Campaign
from campaign.petition.models import PublicName, SignatureTally

#: A country with fewer signatures is part of 'elsewhere', and so many countries at least are.
NAMED_FROM, TOGETHER = 5, 2

#: Names that a page shows at once.
MOST_NAMES = 200


@dataclass(frozen=True, slots=True)
class SignatureCount:
    """What had been counted `at` a time (UTC). Countries and days are those before that day.

    `countries` are the named ones, most first; `elsewhere` is the rest; `days` are the new
    signatures of each day with any.
    """

    at: datetime
    total: int = 0
    countries: Mapping[str, int] = field(default_factory=dict)
    elsewhere: int = 0
    others: int = 0
    days: Mapping[date, int] = field(default_factory=dict)

    @property
    def many(self) -> int:
        """From how many countries, as far as it is told."""
        return len(self.countries) + self.others


class PublicCounts(QuarterHourly[SignatureCount]):
    """The newest numbers of every campaign, in memory."""

    def __init__(self, session: Callable[[], Session], clock: Callable[[], float] = time.time) -> None:
        super().__init__(session, count, clock)
        self._names: tuple[float, dict[str, list[tuple[str, str]]]] = (float("-inf"), {})

    def of(self, slug: str) -> SignatureCount:
        """What had been counted for a campaign when its last quarter of an hour began."""
        at, counted = self.newest(slug)
        return counted or SignatureCount(at)

    def names(self, slug: str) -> list[tuple[str, str]]:
        """Names that may be shown, with their countries, by name; at most half a minute old."""
        if self._clock() - self._names[0] > 30:
            with self._lock, self._session() as session:
                self._names = (self._clock(), shown_names(session))
        return self._names[1].get(slug, [])


def count(session: Session, at: datetime) -> dict[str, SignatureCount]:
    """The sums of the ledger, for each campaign that has any."""
    tally = SignatureTally
    totals = _sums(session)
    days = _sums(session, tally.day)
    before = _sums(session, tally.country, tally.day < at.date())
    found = {}
    for slug, total in totals.items():
        named, elsewhere, others = apart({k: v for k, v in before.get(slug, {}).items() if v > 0})
        by_day = {day: new for day, new in sorted(days.get(slug, {}).items()) if day < at.date()}
        found[slug] = SignatureCount(at, max(total[""], 0), named, elsewhere, others, by_day)
    return found


def apart(countries: Mapping[str, int]) -> tuple[dict[str, int], int, int]:
    """The countries that may be named, most first; the sum of the others, and how many those are."""
    order = sorted(countries.items(), key=lambda one: (-one[1], one[0]))
    named = [one for one in order if one[1] >= NAMED_FROM and one[0]]
    rest = [one for one in order if one not in named]
    while named and rest and len(rest) < TOGETHER:
        rest.insert(0, named.pop())
    return dict(named), sum(number for _, number in rest), len(rest)


def shown_names(session: Session) -> dict[str, list[tuple[str, str]]]:
    """Names that an organiser let through, by campaign."""
    rows = session.execute(
        select(Campaign.slug, PublicName.name, PublicName.country)
        .join(PublicName, PublicName.campaign_id == Campaign.id)
        .where(PublicName.shown)
        .order_by(PublicName.name)
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for slug, name, country in rows:
        found.setdefault(slug, []).append((name, country))
    return found


def _sums(session: Session, *by: Any) -> dict[str, dict[Any, int]]:
    """Sums of the ledger by campaign, and by a column if one is given, under a condition if one is."""
    column: Any
    column, conditions = (by[0], by[1:]) if by else (None, ())
    total = func.sum(SignatureTally.count)
    columns: list[Any] = [Campaign.slug, total] if column is None else [Campaign.slug, total, column]
    query = select(*columns).join(Campaign, Campaign.id == SignatureTally.campaign_id)
    query = query.where(*conditions).group_by(Campaign.slug, *([] if column is None else [column]))
    found: dict[str, dict[Any, int]] = {}
    for slug, number, *key in session.execute(query):
        found.setdefault(slug, {})[key[0] if key else ""] = int(number)
    return found
