"""How many signatures and letters came by each partner's word: sums without a day, a country or an order."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.counts.coarse import NAMED_FROM
from campaign.counts.models import PartnerTally
from campaign.counts.one_more import add_one
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


def count_letter(session: Session, slug: str, partner: str) -> None:
    """Count a letter in the caller's transaction."""
    campaign = session.scalars(select(Campaign.id).where(Campaign.slug == slug)).one()
    add_one(session, PartnerTally, {"campaign_id": campaign, "partner": partner, "what": LETTER, "shard": 0})


def sums(session: Session, campaign: int) -> dict[tuple[str, str], int]:
    """What was counted, by partner and kind, from five up: a smaller number could say who it was."""
    total = func.sum(PartnerTally.count)
    query = select(PartnerTally.partner, PartnerTally.what, total).where(PartnerTally.campaign_id == campaign)
    rows = session.execute(query.group_by(PartnerTally.partner, PartnerTally.what))
    return {(partner, what): int(count) for partner, what, count in rows if count >= NAMED_FROM}
