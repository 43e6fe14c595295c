"""Counts of a petition for organisers: without the delay of the public counts, and with no personal data."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.petition.models import ExclusionList, IndexTally, SignatureTally


def by_day(session: Session, campaign: int, today: date) -> dict[date, int]:
    """New signatures on each day of the last year, minus withdrawals."""
    return _sums(session, campaign, SignatureTally.day, SignatureTally.day >= today - timedelta(days=365))


def doubtful(session: Session, campaign: int) -> int:
    """How many records are not counted because their slot was taken: trustees decide on them."""
    query = select(func.sum(IndexTally.waiting)).where(IndexTally.campaign_id == campaign)
    return int(session.scalar(query) or 0)


def open_lists(session: Session, campaign: int) -> list[ExclusionList]:
    """Exclusion lists that nobody has applied yet."""
    query = select(ExclusionList).where(ExclusionList.campaign_id == campaign, ExclusionList.done.is_(None))
    return list(session.scalars(query.order_by(ExclusionList.id)))


def _sums(session: Session, campaign: int, column: Any, *conditions: Any) -> dict[Any, int]:
    query = select(column, func.sum(SignatureTally.count)).where(
        SignatureTally.campaign_id == campaign, *conditions
    )
    return {value: int(count) for value, count in session.execute(query.group_by(column))}
