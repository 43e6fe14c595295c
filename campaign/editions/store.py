"""Writing and reading editions. A publication is one transaction: all of it or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.database import in_utc
from campaign.editions.models import Campaign, Edition, EditionVersion, Version

#: The author of what was loaded from a folder.
FROM_DISK = "files"


@dataclass(frozen=True, slots=True)
class Authorship:
    """Who does something, and why."""

    author: str
    note: str = ""


#: What is written in the same transaction: it gets the campaign and the number of the edition, or of files.
Also = Callable[[Campaign, int], None]


def together(*parts: Also) -> Also:
    """Several things that are written in the same transaction, in turn."""

    def write(campaign: Campaign, number: int) -> None:
        for part in parts:
            part(campaign, number)

    return write


def publish(
    session: Session, slug: str, files: Mapping[str, str], by: Authorship, also: Also | None = None
) -> int | None:
    """Publish the files as the campaign's next edition and give its number.

    Texts that have not changed keep their version; what the draft has beside the files is
    taken out of it. None, and nothing written, if the newest edition holds exactly these files.
    """
    campaign = locked(session, slug, make=True)
    held = {v.path: v for v in _versions(session, campaign.id, _newest_number(session, campaign.id))}
    if {path: one.text for path, one in held.items()} == dict(files):
        session.rollback()
        return None
    versions = []
    for path, text in files.items():
        known = held.get(path)
        if known is None or known.text != text:
            known = version(campaign, path, text, by.author, by.note)
            session.add(known)
        versions.append(known)
    session.add_all(version(campaign, path, None, by.author, by.note) for path in held.keys() - files.keys())
    session.flush()
    return bind(session, campaign, [one.id for one in versions], by, also)


def bind(
    session: Session, campaign: Campaign, ids: list[int], by: Authorship, also: Also | None = None
) -> int | None:
    """Make versions the campaign's next edition and commit; None if they are the newest edition's."""
    number = _newest_number(session, campaign.id)
    if {one.id for one in _versions(session, campaign.id, number)} == set(ids):
        session.rollback()
        return None
    row = Edition(campaign_id=campaign.id, number=number + 1, author=by.author, note=by.note)
    session.add(row)
    session.flush()
    session.add_all(EditionVersion(edition_id=row.id, version_id=one) for one in ids)
    if also is not None:
        also(campaign, number + 1)
    session.commit()
    return number + 1


def locked(session: Session, slug: str, make: bool = False) -> Campaign:
    """The campaign, with the lock under which its files are written; begins a transaction.

    Raises LookupError for a campaign that there is not, unless it is to be made.
    """
    session.rollback()  # what was read before belongs to another transaction
    session.connection(execution_options={"writes": True})
    campaign = session.scalars(select(Campaign).where(Campaign.slug == slug).with_for_update()).one_or_none()
    if campaign is None and not make:
        session.rollback()
        raise LookupError(f"There is no campaign {slug}.")
    if campaign is None:
        campaign = Campaign(slug=slug)
        session.add(campaign)
        session.flush()
    return campaign


def version(campaign: Campaign, path: str, text: str | None, author: str, note: str) -> Version:
    """A version that is not saved yet; without a text it takes the file out."""
    return Version(
        campaign_id=campaign.id, path=path, text=text or "", author=author, note=note, removed=text is None
    )


@dataclass(frozen=True, slots=True)
class EditionSummary:
    """What is known of an edition beside its files; `at` is UTC."""

    number: int
    at: datetime
    author: str
    note: str


def editions(session: Session, slug: str) -> list[EditionSummary]:
    """Every edition of a campaign, the newest first."""
    query = select(Edition).join(Campaign).where(Campaign.slug == slug).order_by(Edition.number.desc())
    return [_published(one) for one in session.scalars(query)]


def edition(session: Session, slug: str, number: int) -> EditionSummary | None:
    """What is known of one edition; None if there is no such edition."""
    query = select(Edition).join(Campaign).where(Campaign.slug == slug, Edition.number == number)
    found = session.scalars(query).one_or_none()
    return _published(found) if found else None


def _published(row: Edition) -> EditionSummary:
    return EditionSummary(row.number, in_utc(row.at), row.author, row.note)


def slugs(session: Session) -> list[str]:
    """Every campaign that there is, published or not."""
    return list(session.scalars(select(Campaign.slug).order_by(Campaign.slug)))


def newest(session: Session) -> dict[str, int]:
    """The number of the newest edition of each campaign, by slug."""
    rows = session.execute(
        select(Campaign.slug, func.max(Edition.number))
        .join(Edition, Edition.campaign_id == Campaign.id)
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
