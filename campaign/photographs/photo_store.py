"""Photographs in the database: saved when they arrive, found by name, deleted once no text names them.

A text names a photograph by its hash, so an edition shows exactly the picture that was published
with it. A face is more than a text, though: where neither the newest edition, a planned one nor the
draft names a photograph any more, its bytes are erased the following night, for old editions, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from campaign.editions import drafts, planned, store
from campaign.editions.models import Campaign
from campaign.messages import Message
from campaign.pack.findings import Finding, PackError
from campaign.pack.photographs import named, place
from campaign.photographs.models import PhotographRow
from campaign.photographs.sanitise import Photograph, PhotographError, taken_over

#: Photographs that one pack may bring: each costs a process for a fraction of a second.
MOST_AT_ONCE = 30


@dataclass(frozen=True, slots=True)
class PhotoSizes:
    """Width and height in pixels, of the large picture and of the small one."""

    width: int
    height: int
    small_width: int
    small_height: int


def add(session: Session, campaign: int, photograph: Photograph) -> None:
    """Put a photograph into the running transaction, unless it is there."""
    if session.get(PhotographRow, (campaign, photograph.name)) is not None:
        return
    (width, height), (small_width, small_height) = photograph.large_size, photograph.small_size
    session.add(
        PhotographRow(
            campaign_id=campaign,
            name=photograph.name,
            width=width,
            height=height,
            small_width=small_width,
            small_height=small_height,
            large=photograph.large,
            small=photograph.small,
        )
    )
    session.flush()


def add_all(session: Session, campaign: int, photographs: Iterable[Photograph]) -> None:
    """Save photographs, in the transaction of the save that names them."""
    for photograph in photographs:
        add(session, campaign, photograph)


def sizes(session: Session, slug: str, names: Iterable[str]) -> dict[str, PhotoSizes]:
    """Those of the named photographs that are there."""
    wanted = list(names)
    if not wanted:
        return {}
    rows = session.scalars(_of(slug).where(PhotographRow.name.in_(wanted)))
    return {row.name: PhotoSizes(row.width, row.height, row.small_width, row.small_height) for row in rows}


def picture(session: Session, slug: str, name: str, small: bool = False) -> bytes | None:
    """The JPEG of a photograph; None if it is not there."""
    row = session.scalars(_of(slug).where(PhotographRow.name == name)).one_or_none()
    return None if row is None else row.small if small else row.large


def pictures(session: Session, slug: str, names: Iterable[str]) -> dict[str, bytes]:
    """The large pictures of those of the named photographs that are there."""
    wanted = list(names)
    if not wanted:
        return {}
    rows = session.scalars(_of(slug).where(PhotographRow.name.in_(wanted)).order_by(PhotographRow.name))
    return {row.name: row.large for row in rows}


def of_files(session: Session, slug: str, files: Mapping[str, str]) -> dict[str, bytes]:
    """The large pictures that a pack's files name, if they are stored: to be exported with it."""
    return pictures(session, slug, named(files))


def missing(session: Session, slug: str, files: Mapping[str, str]) -> set[str]:
    """Names of photographs that the files name and that are not there."""
    wanted = named(files)
    return wanted - set(sizes(session, slug, wanted))


def brought(
    session: Session, slug: str, files: Mapping[str, str], given: Mapping[str, bytes]
) -> list[Photograph]:
    """Photographs that came with a pack, that it names and that are not stored yet; each is checked.

    Raises PackError that names those that are not as a desk saved them.
    """
    wanted = sorted(missing(session, slug, files) & set(given))
    if len(wanted) > MOST_AT_ONCE:
        too_many = Message("More than %(most)s photographs are new.", most=MOST_AT_ONCE)
        raise PackError([Finding("photos", 1, "error", too_many)])
    photographs, findings = [], []
    for name in wanted:
        try:
            photographs.append(taken_over(given[name], name))
        except PhotographError as error:
            findings.append(Finding(place(name, given[name]), 1, "error", error.message))
    if findings:
        raise PackError(findings)
    return photographs


def forget(session: Session, slug: str) -> list[str]:
    """Erase what neither the newest edition, a planned one nor the draft names; the names.

    The caller commits.
    """
    campaign = session.scalars(select(Campaign.id).where(Campaign.slug == slug)).one_or_none()
    if campaign is None:
        return []
    newest = store.files_of(session, slug, store.newest(session).get(slug, 0))
    names = named(newest) | named(drafts.draft(session, slug).files)
    if coming := planned.waiting(session, slug):
        names |= named(drafts.draft(session, slug, coming.mark).files)
    query = delete(PhotographRow).where(
        PhotographRow.campaign_id == campaign, PhotographRow.name.not_in(names)
    )
    return list(session.scalars(query.returning(PhotographRow.name)))


def _of(slug: str) -> Select[PhotographRow]:
    return (
        select(PhotographRow)
        .join(Campaign, Campaign.id == PhotographRow.campaign_id)
        .where(Campaign.slug == slug)
    )
