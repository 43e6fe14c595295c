"""What people at the desk say of the draft: a thread of plain texts, and what a review of it found.

A thread begins again with each edition. It is kept small: so many comments of a campaign, each for a year,
and those of somebody who leaves the campaign are deleted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, delete, select
from sqlalchemy.orm import Session

from campaign import clock
from campaign.editions import store
from campaign.editions.models import Campaign, DraftComment

#: Most characters of a comment, most comments of a campaign (the oldest give way), and days that one is kept.
MOST_CHARACTERS, MOST, DAYS = 2_000, 200, 365


class Verdict(StrEnum):
    """What a review found. The values are in the database."""

    NONE = ""
    CHANGES = "changes"
    APPROVED = "approved"


@dataclass(frozen=True, slots=True)
class Comment:
    """A text about the draft as it was at a mark, and what its author found."""

    mark: int
    text: str
    verdict: Verdict = Verdict.NONE


def add(session: Session, slug: str, person: tuple[int, str], comment: Comment) -> None:
    """Add a comment of a person (id, name). Commits."""
    with store.writing(session, slug) as campaign:
        number, name = person
        row = DraftComment(
            campaign_id=campaign.id, person_id=number, who=name, at=clock.now(),
            edition=store.newest(session).get(slug, 0) + 1, mark=comment.mark,
            verdict=comment.verdict.value, text=comment.text,
        )  # fmt: skip
        session.add(row)
        session.flush()
        newest = select(DraftComment).where(DraftComment.campaign_id == campaign.id)
        for old in session.scalars(newest.order_by(DraftComment.id.desc()).offset(MOST)).all():
            session.delete(old)


def of_edition(session: Session, slug: str, number: int) -> list[DraftComment]:
    """What was said of the draft that became an edition, or that will become it, the oldest first."""
    query = (
        select(DraftComment)
        .join(Campaign, Campaign.id == DraftComment.campaign_id)
        .where(Campaign.slug == slug, DraftComment.edition == number)
        .order_by(DraftComment.id)
    )
    return list(session.scalars(query))


def take_back(session: Session, slug: str, number: int, person: int) -> None:
    """Delete a comment of one's own. Commits. Raises LookupError for any other."""
    with store.writing(session, slug) as campaign:
        row = session.get(DraftComment, number)
        if row is None or (row.campaign_id, row.person_id) != (campaign.id, person):
            raise LookupError(number)
        session.delete(row)


def erase(session: Session, campaign: int, person: int) -> None:
    """Delete what somebody said in a campaign. The caller commits."""
    session.execute(
        delete(DraftComment).where(DraftComment.campaign_id == campaign, DraftComment.person_id == person)
    )


def forget(connection: Connection, now: datetime) -> None:
    """Delete what is old."""
    connection.execute(delete(DraftComment).where(DraftComment.at < now - timedelta(days=DAYS)))
