"""How many signatures and letters came by each partner's word: sums without a day, a country or an order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.counts import tallying
from campaign.counts.coarse import NAMED_FROM
from campaign.counts.models import PartnerTally
from campaign.counts.quarterly import QuarterHourly
from campaign.editions.models import Campaign

#: What is counted.
LETTER, SIGNATURE = "letter", "signature"

#: One more signature, for the ledger's own statements.
ADD = (
    "INSERT INTO partner_tally (campaign_id, partner, what, shard, count)"
    " VALUES (:campaign, :partner, :what, :shard, :by)"
    " ON CONFLICT (campaign_id, partner, what, shard)"
    " DO UPDATE SET count = partner_tally.count + excluded.count"
)

#: Sums by partner and by what is counted.
Sums = Mapping[tuple[str, str], int]


def count_letter(session: Session, slug: str, partner: str) -> None:
    """Count a letter in the caller's transaction."""
    campaign = session.scalars(select(Campaign.id).where(Campaign.slug == slug)).one()
    row = {"campaign_id": campaign, "partner": partner, "what": LETTER, "shard": 0}
    tallying.add(session.connection(), PartnerTally, row)


def sums(session: Session, campaign: int) -> dict[tuple[str, str], int]:
    """What was counted, from five up: a smaller number could say who it was."""
    total = func.sum(PartnerTally.count)
    query = select(PartnerTally.partner, PartnerTally.what, total).where(PartnerTally.campaign_id == campaign)
    rows = session.execute(query.group_by(PartnerTally.partner, PartnerTally.what))
    return {(partner, what): int(count) for partner, what, count in rows if count >= NAMED_FROM}


class PartnerCounts(QuarterHourly[Sums]):
    """The sums of every campaign as they were when the day began (UTC): for what leaves the desk.

    They have no day by which a report could leave out today, and with a live number two reports of one hour
    would say when somebody signed.
    """

    def __init__(self, session: Callable[[], Session], **options: Any) -> None:
        super().__init__(session, lambda open_session, _at: _all_sums(open_session), **options)

    kind = "partners"
    every = 24 * 60 * 60

    def encode(self, number: Sums) -> Any:
        return [[*key, count] for key, count in number.items()]

    def decode(self, value: Any) -> Sums:
        return {(partner, what): count for partner, what, count in value}

    def of(self, slug: str) -> tuple[datetime, Sums]:
        """When the day began, and the sums of a campaign."""
        at, counted = self.newest(slug)
        return at, counted or {}


def _all_sums(session: Session) -> dict[str, Sums]:
    return {
        slug: sums(session, number) for slug, number in session.execute(select(Campaign.slug, Campaign.id))
    }
