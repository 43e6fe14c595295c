"""The draft: the newest version of every file, saved one by one, published as one.

Nobody's text is ever overwritten silently. Every save names the version that the text is based
on; if there is a newer one, nothing is saved and the newer text is reported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.editions import store
from campaign.editions.models import Campaign, Version
from campaign.editions.store import Authorship


@dataclass(frozen=True, slots=True)
class FileVersion:
    """One version of one file: who wrote it, when, why. `text` is None where the file was removed."""

    id: int
    path: str
    text: str | None
    author: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class Draft:
    """The newest version of every file of a campaign, by path, removed files included."""

    versions: Mapping[str, FileVersion]

    @property
    def files(self) -> dict[str, str]:
        """The texts, as `pack.files.parse` reads them."""
        return {path: version.text for path, version in self.versions.items() if version.text is not None}

    @property
    def mark(self) -> int:
        """The newest version of all: it rises with every save, so equal marks are equal drafts."""
        return max((version.id for version in self.versions.values()), default=0)


class ConflictError(ValueError):
    """Somebody saved in between. `newer` is what is there now (None: nothing was ever there)."""

    def __init__(self, path: str, newer: FileVersion | None) -> None:
        self.path, self.newer = path, newer
        self.author = newer.author if newer else "?"
        who = f"{newer.author} saved “{path}”" if newer else f"“{path}” is not there"
        super().__init__(f"{who} in the meantime.")


def draft(session: Session, slug: str, mark: int | None = None) -> Draft:
    """The draft of a campaign, now or as it was at a mark; empty if there is no such campaign."""
    newest = (
        select(func.max(Version.id))
        .join(Campaign, Campaign.id == Version.campaign_id)
        .where(Campaign.slug == slug, *([] if mark is None else [Version.id <= mark]))
        .group_by(Version.path)
    )
    rows = session.scalars(select(Version).where(Version.id.in_(newest)).order_by(Version.path))
    return Draft({row.path: _file_version(row) for row in rows})


def history(session: Session, slug: str, path: str) -> list[FileVersion]:
    """Every version of a file, the newest first."""
    query = (
        select(Version)
        .join(Campaign, Campaign.id == Version.campaign_id)
        .where(Campaign.slug == slug, Version.path == path)
        .order_by(Version.id.desc())
    )
    return [_file_version(row) for row in session.scalars(query)]


@dataclass(frozen=True, slots=True)
class Change:
    """A file as somebody wants it: its text (None removes it) and the version that it is based on.

    `base` is 0 for a file that is new to its author.
    """

    path: str
    text: str | None
    base: int


def save_all(session: Session, slug: str, changes: Sequence[Change], by: Authorship) -> int:
    """Save several files at once, all or none, and say how many have a new version.

    A text that is the same as the newest makes no version. Raises ConflictError if the base of
    one of them is not the newest.
    """
    with store.writing(session, slug) as campaign:
        saved = 0
        for change in changes:
            newest = _newest(session, campaign.id, change.path)
            if (newest.id if newest else 0) != change.base:
                raise ConflictError(change.path, newest)
            if newest is None or newest.text != change.text:
                session.add(store.version(campaign, change.path, change.text, by.author, by.note))
                saved += 1
        return saved


def text_at(session: Session, slug: str, path: str, mark: int) -> str | None:
    """What a file's text was when the draft had this mark; None where there was none."""
    query = (
        select(Version)
        .join(Campaign, Campaign.id == Version.campaign_id)
        .where(Campaign.slug == slug, Version.path == path, Version.id <= mark)
        .order_by(Version.id.desc())
        .limit(1)
    )
    row = session.scalars(query).one_or_none()
    return _file_version(row).text if row else None


def publish(session: Session, slug: str, mark: int, by: Authorship) -> int | None:
    """Publish the draft that somebody looked at, known by its mark, and give the edition's number.

    None if it is what the newest edition holds. Raises ConflictError if the draft has changed
    since. The caller checks whether the draft may be published: `edition_cache.sound_pack`.
    """
    with store.writing(session, slug) as campaign:
        current = draft(session, slug)
        if current.mark != mark:
            newer = max(current.versions.values(), key=lambda version: version.id, default=None)
            raise ConflictError(newer.path if newer else "", newer)
        return _bind(session, campaign, current, by)


def publish_earlier(session: Session, slug: str, mark: int, by: Authorship) -> int | None:
    """Publish the draft as it was at a mark, whatever was saved since, and give the edition's number.

    None if it is what the newest edition holds. The caller checks it, as for `publish`.
    """
    with store.writing(session, slug) as campaign:
        return _bind(session, campaign, draft(session, slug, mark), by)


def _bind(session: Session, campaign: Campaign, chosen: Draft, by: Authorship) -> int | None:
    ids = [version.id for version in chosen.versions.values() if version.text is not None]
    return store.bind(session, campaign, ids, by)


def become(session: Session, slug: str, files: Mapping[str, str], by: Authorship) -> int:
    """Make the draft these files, as new versions, and say how many files changed.

    Nothing is lost: what the draft held stays in the history. A new campaign is created.
    """
    with store.writing(session, slug, make=True) as campaign:
        old_files = draft(session, slug).files
        changed = [path for path in sorted({*files, *old_files}) if files.get(path) != old_files.get(path)]
        session.add_all(
            store.version(campaign, path, files.get(path), by.author, by.note) for path in changed
        )
        session.flush()
        return len(changed)


def begin(session: Session, slug: str, files: Mapping[str, str], by: Authorship) -> Campaign:
    """Make a new campaign with these files as its draft, in the caller's transaction.

    Raises IntegrityError if there is, or was, a campaign with that slug.
    """
    campaign = Campaign(slug=slug)
    session.add(campaign)
    session.flush()
    session.add_all(store.version(campaign, path, text, by.author, by.note) for path, text in files.items())
    session.flush()
    return campaign


def bring_back(session: Session, slug: str, number: int, by: Authorship) -> int:
    """Make the draft what an edition holds, and say how many files changed.

    Raises LookupError for an edition that does not exist.
    """
    edition_files = store.files_of(session, slug, number)
    if not edition_files:
        raise LookupError(f"There is no edition {number} of {slug}.")
    return become(session, slug, edition_files, by)


def _newest(session: Session, campaign: int, path: str) -> FileVersion | None:
    query = (
        select(Version)
        .where(Version.campaign_id == campaign, Version.path == path)
        .order_by(Version.id.desc())
        .limit(1)
    )
    row = session.scalars(query).one_or_none()
    return _file_version(row) if row else None


def _file_version(row: Version) -> FileVersion:
    text = None if row.removed else row.text
    return FileVersion(row.id, row.path, text, row.author, row.at, row.note)
