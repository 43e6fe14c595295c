"""Writing and reading editions. A publication is one transaction: all of it or none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.database import in_utc, transaction
from campaign.editions import dates
from campaign.editions.models import Campaign, Edition, EditionVersion, Version
from campaign.webhooks import queue
from campaign.webhooks.queue import Event

#: The author of what was loaded from a folder.
FROM_DISK = "files"


class RemovedError(LookupError):
    """The campaign was removed: nothing of it can be read or written any more."""

    def __init__(self, slug: str, day: date) -> None:
        super().__init__(f"The campaign {slug} was removed on {day}. Choose another slug.")


@dataclass(frozen=True, slots=True)
class Authorship:
    """Who does something, and why."""

    author: str
    note: str = ""


@contextmanager
def writing(session: Session, slug: str, make: bool = False) -> Iterator[Campaign]:
    """One save of a campaign: its lock, and one transaction for all that is written in the block.

    Raises LookupError for a campaign that does not exist, unless `make` is set, and RemovedError for one
    that was removed.
    """
    with transaction(session):
        query = select(Campaign).where(Campaign.slug == slug).with_for_update()
        campaign = session.scalars(query).one_or_none()
        if campaign is None:
            if not make:
                raise LookupError(f"There is no campaign {slug}.")
            campaign = Campaign(slug=slug)
            session.add(campaign)
            session.flush()
        if campaign.removed is not None:
            raise RemovedError(slug, campaign.removed)
        yield campaign


def publish(session: Session, slug: str, files: Mapping[str, str], by: Authorship) -> int | None:
    """Publish the files as the campaign's next edition and give its number.

    Texts that have not changed keep their version; any other file is removed from
    the draft. None, and nothing written, if the newest edition holds exactly these files.
    """
    with writing(session, slug, make=True) as campaign:
        newest = _versions(session, campaign.id, _newest_number(session, campaign.id))
        rows_by_path = {row.path: row for row in newest}
        if {path: row.text for path, row in rows_by_path.items()} == dict(files):
            return None
        versions = []
        for path, text in files.items():
            row = rows_by_path.get(path)
            if row is None or row.text != text:
                row = version(campaign, path, text, by.author, by.note)
                session.add(row)
            versions.append(row)
        removed = rows_by_path.keys() - files.keys()
        session.add_all(version(campaign, path, None, by.author, by.note) for path in removed)
        session.flush()
        return bind(session, campaign, [row.id for row in versions], by)


def bind(session: Session, campaign: Campaign, ids: list[int], by: Authorship) -> int | None:
    """Make versions the campaign's next edition; None if they are the newest edition's.

    The caller holds the campaign's lock and commits (`writing`). Every publication comes through here, and
    is announced to webhooks. Raises PackError if it changes a date of the petition to one that is too near
    (`dates`).
    """
    number = _newest_number(session, campaign.id)
    newest = _versions(session, campaign.id, number)
    if {row.id for row in newest} == set(ids):
        return None
    _check_dates(session, newest, ids)
    row = Edition(campaign_id=campaign.id, number=number + 1, author=by.author, note=by.note)
    session.add(row)
    session.flush()
    session.add_all(EditionVersion(edition_id=row.id, version_id=version_id) for version_id in ids)
    queue.announce(session, campaign.id, Event.EDITION, {"campaign": campaign.slug, "edition": number + 1})
    return number + 1


def _check_dates(session: Session, newest: list[Version], ids: list[int]) -> None:
    """Raises PackError for a date that changes and is too near."""
    before = {row.path: row.text for row in newest}
    query = select(Version).where(Version.id.in_(ids), Version.path.in_((dates.TERMS, dates.CAMPAIGN)))
    dates.refuse_near(before, {row.path: row.text for row in session.scalars(query)})


def version(campaign: Campaign, path: str, text: str | None, author: str, note: str) -> Version:
    """A version that is not saved yet; without a text it removes the file."""
    return Version(
        campaign_id=campaign.id, path=path, text=text or "", author=author, note=note, removed=text is None
    )


@dataclass(frozen=True, slots=True)
class EditionSummary:
    """What is known of an edition apart from its files; `at` is UTC."""

    number: int
    at: datetime
    author: str
    note: str


def editions(session: Session, slug: str) -> list[EditionSummary]:
    """Every edition of a campaign, the newest first."""
    query = select(Edition).join(Campaign).where(Campaign.slug == slug).order_by(Edition.number.desc())
    return [_summary(row) for row in session.scalars(query)]


def edition(session: Session, slug: str, number: int) -> EditionSummary | None:
    """What is known of one edition; None if there is no such edition."""
    query = select(Edition).join(Campaign).where(Campaign.slug == slug, Edition.number == number)
    row = session.scalars(query).one_or_none()
    return _summary(row) if row else None


def _summary(row: Edition) -> EditionSummary:
    return EditionSummary(row.number, in_utc(row.at), row.author, row.note)


def slugs(session: Session) -> list[str]:
    """Every campaign, published or not; none that was removed."""
    query = select(Campaign.slug).where(Campaign.removed.is_(None))
    return list(session.scalars(query.order_by(Campaign.slug)))


def every_slug(session: Session) -> list[str]:
    """Every campaign that there is or was: no new one may have its slug."""
    return list(session.scalars(select(Campaign.slug)))


@dataclass(frozen=True, slots=True)
class Ended:
    """The campaigns that are archived, and those that were removed, with the day, by slug."""

    archived: Mapping[str, date] = field(default_factory=dict)
    removed: Mapping[str, date] = field(default_factory=dict)


def ended(session: Session) -> Ended:
    """What is archived and what was removed."""
    query = select(Campaign).where(Campaign.archived.is_not(None) | Campaign.removed.is_not(None))
    rows = list(session.scalars(query))
    return Ended(
        {row.slug: row.archived for row in rows if row.archived},
        {row.slug: row.removed for row in rows if row.removed},
    )


def newest(session: Session) -> dict[str, int]:
    """The number of the newest edition of each campaign that was not removed, by slug."""
    rows = session.execute(
        select(Campaign.slug, func.max(Edition.number))
        .join(Edition, Edition.campaign_id == Campaign.id)
        .where(Campaign.removed.is_(None))
        .group_by(Campaign.slug)
        .order_by(Campaign.slug)
    )
    return {row.slug: row[1] for row in rows}


def files_of(session: Session, slug: str, number: int) -> dict[str, str]:
    """The files of an edition, by path; empty if there is no such edition."""
    campaign = session.scalars(select(Campaign).where(Campaign.slug == slug)).one_or_none()
    if campaign is None:
        return {}
    return {version.path: version.text for version in _versions(session, campaign.id, number)}


def _newest_number(session: Session, campaign_id: int) -> int:
    query = select(func.max(Edition.number)).where(Edition.campaign_id == campaign_id)
    return session.scalars(query).one() or 0


def _versions(session: Session, campaign_id: int, number: int) -> list[Version]:
    query = (
        select(Version)
        .join(EditionVersion, EditionVersion.version_id == Version.id)
        .join(Edition, Edition.id == EditionVersion.edition_id)
        .where(Edition.campaign_id == campaign_id, Edition.number == number)
        .order_by(Version.path)
    )
    return list(session.scalars(query))
