"""What a copy is made from: one published edition, and where the site is. Nothing else is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.editions import store
from campaign.editions.models import Campaign
from campaign.pack.files import parse
from campaign.pack.model import Pack
from campaign.petition import administration
from campaign.petition.models import PetitionState
from campaign.photographs import photo_store
from campaign.settings import Settings
from campaign.signatures.sealing import PublicKey
from campaign.signatures.trial_keys import kind_of


@dataclass(frozen=True, slots=True)
class Source:
    """An edition with its texts and photographs; `settings` name the site's addresses.

    `key` is the one to which signatures are sealed; None where nothing can be signed.
    """

    number: int
    at: datetime
    files: Mapping[str, str]
    pack: Pack
    settings: Settings
    photographs: Mapping[str, bytes] = field(default_factory=dict)
    key: PublicKey | None = None


def of_edition(session: Session, slug: str, number: int, settings: Settings) -> Source:
    """A published edition, by default the newest. Raises LookupError if there is none."""
    number = number or store.newest(session).get(slug, 0)
    summary = store.edition(session, slug, number)
    if summary is None:
        raise LookupError(f"There is no edition {number} of {slug}.")
    files = store.files_of(session, slug, number)
    pictures = photo_store.of_files(session, slug, files)
    return Source(number, summary.at, files, parse(files), settings, pictures, _key(session, slug, settings))


def _key(session: Session, slug: str, settings: Settings) -> PublicKey | None:
    """The key of the petition; none after signatures were erased, and no trial key in production."""
    known = administration.keys(session, slug)
    campaign = session.scalars(select(Campaign.id).where(Campaign.slug == slug)).one()
    state = session.get(PetitionState, campaign)
    if not known or (state is not None and state.erased is not None):
        return None
    key = known[-1][0]
    return None if settings.production and kind_of(key) is not None else key
