"""Whether a petition can be signed just now, and with which key: looked up twice a second at most."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.editions.models import Campaign
from campaign.pack.model import Terms
from campaign.petition.models import CampaignKey, PetitionState
from campaign.petition.server_keys import ServerKeys
from campaign.signatures.sealing import KEY_BYTES, KeyUnusableError, PublicKey

#: Links that went out before the end may be used so much longer.
GRACE = timedelta(days=1)


class PetitionStatus(StrEnum):
    """Open, or why not."""

    OPEN = "open"
    NOT_YET = "not yet"
    NO_KEY = "no key"
    NO_TERMS = "no terms"
    NO_MAIL = "no mail"
    PAUSED = "paused"
    CLOSED = "closed"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class PetitionRecord:
    """What the database says of one petition. `key` is None without one that can be sealed to."""

    campaign: int
    key: PublicKey | None = None
    paused: bool = False
    erased: date | None = None


class Petitions:
    """Every campaign's petition, as this process knows it."""

    EVERY = 0.5  # seconds

    def __init__(self, session: Callable[[], Session], data: Path, volatile: Path, mail: bool = True) -> None:
        self._session, self._data, self._volatile, self._mail = session, data, volatile, mail
        self._held: dict[str, PetitionRecord] = {}
        self._rings: dict[str, ServerKeys] = {}
        self._looked = float("-inf")
        self._lock = threading.Lock()

    def held(self, slug: str, fresh: bool = False) -> PetitionRecord:
        """What is known of a petition; looked up anew with `fresh`. Raises LookupError."""
        # A campaign that was published a moment ago is looked up at once.
        if fresh or slug not in self._held or time.monotonic() - self._looked > self.EVERY:
            with self._lock, self._session() as session:
                self._held = _read(session)
                self._looked = time.monotonic()
        if slug not in self._held:
            raise LookupError(f"There is no campaign {slug}.")
        return self._held[slug]

    def ring(self, slug: str) -> ServerKeys:
        """The server's keys of a petition."""
        if slug not in self._rings:
            self._rings[slug] = ServerKeys(self._data, self._volatile, slug)
        return self._rings[slug]

    def standing(self, slug: str, terms: Terms, today: date) -> PetitionStatus:
        """Whether a petition can be signed today."""
        held = self.held(slug)
        if held.erased is not None:
            return PetitionStatus.ERASED
        if terms.closes and today > terms.closes:
            return PetitionStatus.CLOSED
        if held.paused:
            return PetitionStatus.PAUSED
        if terms.erase_on is None:
            return PetitionStatus.NO_TERMS
        if held.key is None:
            return PetitionStatus.NO_KEY
        if not self._mail:
            return PetitionStatus.NO_MAIL
        return PetitionStatus.NOT_YET if terms.opens and today < terms.opens else PetitionStatus.OPEN

    def takes_links(self, slug: str, terms: Terms, today: date) -> bool:
        """Whether links that went out may still be confirmed: a pause does not stop them, the end does."""
        late = terms.closes is not None and today > terms.closes + GRACE
        return self.held(slug).erased is None and not late


def _read(session: Session) -> dict[str, PetitionRecord]:
    keys: dict[int, CampaignKey] = {}
    for row in session.scalars(select(CampaignKey).order_by(CampaignKey.epoch)):
        keys[row.campaign_id] = row
    states = {row.campaign_id: row for row in session.scalars(select(PetitionState))}
    found = {}
    for campaign in session.scalars(select(Campaign)):
        state = states.get(campaign.id)
        found[campaign.slug] = PetitionRecord(
            campaign.id,
            _usable(campaign.slug, keys.get(campaign.id)),
            bool(state and state.paused),
            state.erased if state else None,
        )
    return found


def _usable(slug: str, row: CampaignKey | None) -> PublicKey | None:
    """The key, if something can be sealed to it."""
    if row is None or len(row.public) != KEY_BYTES:
        return None
    key = PublicKey(slug, row.epoch, row.public)
    try:
        key.seal(b"")
    except KeyUnusableError:
        return None
    return key
