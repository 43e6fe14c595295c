"""Counting a letter, and the sums of what was counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.counts import tallying
from campaign.counts.models import LetterTally
from campaign.database import transaction
from campaign.editions.models import Campaign

#: The channels by which a letter can be sent.
WAYS = ("post", "email", "form")


@dataclass(frozen=True, slots=True)
class LetterSums:
    """Letters sent, by addressee, most first."""

    total: int = 0
    by_addressee: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Posting:
    """A letter that was sent: to which office, from which country ('' if not given), by which channel."""

    addressee: str
    country: str
    way: str


def count_letter(session: Session, slug: str, posting: Posting, day: date) -> None:
    """Count one more letter. Raises ValueError for a channel that is not one of WAYS."""
    if posting.way not in WAYS:
        raise ValueError(posting.way)
    with transaction(session) as connection:
        campaign = session.scalars(select(Campaign.id).where(Campaign.slug == slug)).one()
        tallying.add(connection, LetterTally, {"campaign_id": campaign, "day": day, **asdict(posting)})


def letters_sent(session: Session) -> dict[str, LetterSums]:
    """The sums of each campaign that has any, by slug."""
    total = func.sum(LetterTally.count)
    rows = session.execute(
        select(Campaign.slug, LetterTally.addressee, total)
        .join(LetterTally, LetterTally.campaign_id == Campaign.id)
        .group_by(Campaign.slug, LetterTally.addressee)
        .order_by(Campaign.slug, total.desc(), LetterTally.addressee)
    ).all()
    counts_by_slug: dict[str, dict[str, int]] = {}
    for slug, addressee, count in rows:
        counts_by_slug.setdefault(slug, {})[addressee] = int(count)
    return {slug: LetterSums(sum(counts.values()), counts) for slug, counts in counts_by_slug.items()}


def by_day(session: Session, slug: str, today: date) -> dict[date, int]:
    """The letters of a campaign by day, of the last year."""
    return dict(_sums(session, slug, LetterTally.day, LetterTally.day >= today - timedelta(days=365)))


def by_country(session: Session, slug: str, last: date) -> dict[str, int]:
    """The letters of a campaign by country up to a day; '' holds those without a country, or at risk."""
    return dict(_sums(session, slug, LetterTally.country, LetterTally.day <= last))


def _sums(session: Session, slug: str, column: Any, *conditions: Any) -> list[tuple[Any, int]]:
    query = (
        select(column, func.sum(LetterTally.count))
        .join(Campaign, Campaign.id == LetterTally.campaign_id)
        .where(Campaign.slug == slug, *conditions)
        .group_by(column)
    )
    return [(value, int(count)) for value, count in session.execute(query)]
