"""Writing and reading editions. A publication is one transaction: all of it or none."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.editions.models import Campaign, Edition, EditionVersion, Version

#: The author of what was loaded from a folder.
FROM_DISK = "files"


def publish(session: Session, slug: str, files: Mapping[str, str], author: str, note: str = "") -> int | None:
    """Publish the files as the campaign's next edition and give its number.

    Texts that have not changed keep their version. None, and nothing written, if the
    newest edition holds exactly these files.
    """
    session.rollback()  # what was read before belongs to another transaction
    session.connection(execution_options={"writes": True})
    campaign = session.scalars(select(Campaign).where(Campaign.slug == slug).with_for_update()).one_or_none()
    if campaign is None:
        campaign = Campaign(slug=slug)
        session.add(campaign)
        session.flush()
    number = _newest_number(session, campaign.id)
    held = {v.path: v for v in _versions(session, campaign.id, number)}
    if {path: version.text for path, version in held.items()} == dict(files):
        session.rollback()
        return None
    versions = []
    for path, text in files.items():
        version = held.get(path)
        if version is None or version.text != text:
            version = Version(campaign_id=campaign.id, path=path, text=text, author=author, note=note)
            session.add(version)
        versions.append(version)
    edition = Edition(campaign_id=campaign.id, number=number + 1, author=author, note=note)
    session.add(edition)
    session.flush()
    session.add_all(EditionVersion(edition_id=edition.id, version_id=v.id) for v in versions)
    session.commit()
    return number + 1


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


def author_of(session: Session, slug: str, number: int) -> str:
    """Who published an edition, or '' if there is none."""
    query = select(Edition.author).join(Campaign).where(Campaign.slug == slug, Edition.number == number)
    return session.scalars(query).one_or_none() or ""


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
