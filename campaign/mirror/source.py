"""What a copy is made from: one published edition, and where the site is. Nothing else is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from campaign.editions import store
from campaign.pack.files import parse
from campaign.pack.model import Pack
from campaign.photographs import photo_store
from campaign.settings import Settings


@dataclass(frozen=True, slots=True)
class Source:
    """An edition with its texts and photographs; `settings` name the site's addresses."""

    number: int
    at: datetime
    files: Mapping[str, str]
    pack: Pack
    settings: Settings
    photographs: Mapping[str, bytes] = field(default_factory=dict)


def of_edition(session: Session, slug: str, number: int, settings: Settings) -> Source:
    """A published edition, by default the newest. Raises LookupError if there is none."""
    number = number or store.newest(session).get(slug, 0)
    summary = store.edition(session, slug, number)
    if summary is None:
        raise LookupError(f"There is no edition {number} of {slug}.")
    files = store.files_of(session, slug, number)
    pictures = photo_store.of_files(session, slug, files)
    return Source(number, summary.at, files, parse(files), settings, pictures)
