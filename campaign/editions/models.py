"""Tables of the content: every version of every file, and which versions an edition holds."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, DateTime, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from campaign import clock
from campaign.database import Base


class Campaign(Base):
    """One campaign, known by the slug of its pack.

    `archived`: since that day it can only be read. `removed`: since that day its pages are gone for good.
    """

    __tablename__ = "campaign"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    archived: Mapped[date | None] = mapped_column(Date)
    removed: Mapped[date | None] = mapped_column(Date)


class Version(Base):
    """One text of one file; never changed, only followed by another.

    `removed` says that the file was removed from the pack; its text is then ''.
    """

    __tablename__ = "version"
    __table_args__ = (Index("ix_version_campaign_path", "campaign_id", "path", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    path: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=clock.now)
    note: Mapped[str] = mapped_column(Text, default="")
    removed: Mapped[bool] = mapped_column(default=False)


class Edition(Base):
    """A published set of versions, numbered from 1 in its campaign."""

    __tablename__ = "edition"
    __table_args__ = (UniqueConstraint("campaign_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    number: Mapped[int]
    author: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=clock.now)
    note: Mapped[str] = mapped_column(Text, default="")


class EditionVersion(Base):
    """That an edition holds a version."""

    __tablename__ = "edition_version"
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"), primary_key=True)


class Review(Base):
    """The state of a text in one language: draft, awaiting or reviewed; who set it, on which day.

    `item` names a document ('demands/inquiry') or a record ('facts.yaml#evictions'). `source`
    is the text that the translation was made from, so that a later change of it can be shown;
    `source_language` is its language, '' in older rows for the campaign's first one. `digest` is the
    hash of the text that was reviewed.
    """

    __tablename__ = "review"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    item: Mapped[str] = mapped_column(String(200), primary_key=True)
    language: Mapped[str] = mapped_column(String(35), primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    who: Mapped[str] = mapped_column(String(200))
    day: Mapped[date] = mapped_column(Date)
    source: Mapped[str] = mapped_column(Text, default="")
    source_language: Mapped[str] = mapped_column(String(35), default="", server_default="")
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), default=b"")


class PublicationRequest(Base):
    """That somebody asks for the draft, as it was at `mark`, to be published by somebody else."""

    __tablename__ = "publication_asked"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    mark: Mapped[int]
    person_id: Mapped[int]
    who: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=clock.now)
    note: Mapped[str] = mapped_column(Text, default="")


class PlannedPublication(Base):
    """That the draft, as it was at `mark`, is to be published at a time, as the edition after `after`.

    `person_id` and `who` chose that at `chosen`. `failed` says why nothing was published at that time, and
    is '' before it (`planned.Failure`).
    """

    __tablename__ = "planned_publication"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    mark: Mapped[int]
    after: Mapped[int]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    person_id: Mapped[int]
    who: Mapped[str] = mapped_column(String(200))
    chosen: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    note: Mapped[str] = mapped_column(Text, default="")
    failed: Mapped[str] = mapped_column(String(16), default="")


class DraftComment(Base):
    """What somebody at the desk says of the draft of an edition, as it was at `mark`, in plain text.

    `verdict` is '', “changes” or “approved”. Deleted with its author's membership, and after a year.
    """

    __tablename__ = "draft_comment"
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    person_id: Mapped[int]
    who: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    edition: Mapped[int]
    mark: Mapped[int]
    verdict: Mapped[str] = mapped_column(String(16), default="")
    text: Mapped[str] = mapped_column(Text, default="")


class KeptForm(Base):
    """What one person typed into a form and has not saved: names and values as JSON, and when it was kept."""

    __tablename__ = "kept_form"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    form: Mapped[str] = mapped_column(String(300), primary_key=True)
    fields: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
