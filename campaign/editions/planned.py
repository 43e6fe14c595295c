"""Editions that are to be published at a time: the draft as it was looked at, whatever is saved later.

One for each campaign. Nothing of it is public before its time: until then it is a row, and the versions
of the draft that it names. The worker publishes it (`desk/publishing/due.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign import clock
from campaign.database import in_utc
from campaign.editions import store
from campaign.editions.models import Campaign, PlannedPublication

#: The latest time that can be chosen, from now.
LONGEST = timedelta(days=366)


class Failure(StrEnum):
    """Why nothing was published at the time. The values are in the database."""

    ERRORS = "errors"
    OTHER_EDITION = "other edition"
    PERSON = "person"
    ARCHIVED = "archived"


class TimeError(ValueError):
    """A time that can't be chosen: “past”, “far” or, where the clocks go forward, “gap”."""


class PlannedError(ValueError):
    """An edition is planned already."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be published when (UTC): the draft at a mark, and what is new in it."""

    mark: int
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Planner:
    """Who chose it."""

    person: int
    name: str


def instant(typed: datetime, zone: tzinfo) -> datetime:
    """The time (UTC) at which the clocks of a time zone show what was typed.

    Where they show it twice, the second time: nothing is public too early. Raises TimeError.
    """
    found = typed.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) != typed:
        raise TimeError("gap")
    now = clock.now()
    if found <= now:
        raise TimeError("past")
    if found - now > LONGEST:
        raise TimeError("far")
    return found


def comes_twice(at: datetime, zone: tzinfo) -> bool:
    """Whether the clocks of a time zone show what they show at this time twice on that day."""
    local = at.astimezone(zone)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def of_campaign(session: Session, slug: str) -> PlannedPublication | None:
    """What is planned, or what failed at its time and nobody has put away."""
    query = (
        select(PlannedPublication)
        .join(Campaign, Campaign.id == PlannedPublication.campaign_id)
        .where(Campaign.slug == slug)
    )
    return session.scalars(query).one_or_none()


def waiting(session: Session, slug: str) -> PlannedPublication | None:
    """What is planned and waits for its time."""
    row = of_campaign(session, slug)
    return row if row and not row.failed else None


def plan(session: Session, slug: str, what: Plan, by: Planner) -> int:
    """Plan an edition, in place of one that failed; its number. Commits. Raises PlannedError if one waits."""
    with store.writing(session, slug) as campaign:
        if waiting(session, slug):
            raise PlannedError(slug)
        put_away(session, campaign)
        row = PlannedPublication(
            campaign_id=campaign.id, mark=what.mark, after=store.newest(session).get(slug, 0), at=what.at,
            person_id=by.person, who=by.name, chosen=clock.now(), note=what.note, failed="",
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row.after + 1


def put_away(session: Session, campaign: Campaign) -> bool:
    """Forget what is planned, or failed; whether there was anything. The caller commits."""
    row = session.get(PlannedPublication, campaign.id, populate_existing=True)
    if row is None:
        return False
    session.delete(row)
    session.flush()
    return True


def due(session: Session, now: datetime) -> list[str]:
    """The slugs of the campaigns that have an edition whose time has come."""
    query = (
        select(Campaign.slug, PlannedPublication.at)
        .join(Campaign, Campaign.id == PlannedPublication.campaign_id)
        .where(PlannedPublication.failed == "", Campaign.removed.is_(None))
        .order_by(Campaign.slug)
    )
    return [slug for slug, at in session.execute(query) if in_utc(at) <= now]
