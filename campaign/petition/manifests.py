"""What the signatures in the database amount to, and the manifests of the days before."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, select, text
from sqlalchemy.orm import Session

from campaign.petition.models import Manifest
from campaign.signatures.manifest import Sum, Totals


def amount(connection: Connection, slug: str, campaign: int, day: date) -> Totals:
    """What the list amounts to now, by reading all of it once."""
    total = Sum()
    for record, sealed in records(connection, campaign):
        total.add(record, sealed)
    gone = connection.execute(
        text("SELECT count(*) FROM gone WHERE campaign_id = :campaign"), {"campaign": campaign}
    ).scalar_one()
    epoch = connection.execute(
        text("SELECT max(epoch) FROM campaign_key WHERE campaign_id = :campaign"), {"campaign": campaign}
    ).scalar_one()
    return Totals(slug, day.isoformat(), total.records, total.hex, int(gone), int(epoch or 0))


def records(connection: Connection, campaign: int) -> Iterable[tuple[int, bytes]]:
    """Every record with its id, in the order of the ids, read as a stream."""
    query = text("SELECT id, sealed FROM signature WHERE campaign_id = :campaign ORDER BY id")
    streamed = connection.execution_options(stream_results=True, yield_per=1_000)
    for record, sealed in streamed.execute(query, {"campaign": campaign}):
        yield int(record), bytes(sealed)


def newest(session: Session, campaign: int) -> Totals | None:
    """The manifest of the last day that has one."""
    found = every(session, campaign)
    if not found:
        return None
    body = json.loads(found[-1].body)
    body.pop("signature")
    return Totals(**body)


def every(session: Session, campaign: int) -> list[Manifest]:
    """Every manifest of a campaign, the newest last."""
    query = select(Manifest).where(Manifest.campaign_id == campaign).order_by(Manifest.day)
    return list(session.scalars(query))
