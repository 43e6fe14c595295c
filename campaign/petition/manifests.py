"""The totals of the signatures in the database, and the manifests of earlier days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, select, text
from sqlalchemy.orm import Session

from campaign.petition.estimate import METHOD, IndexTotals
from campaign.petition.models import Manifest, PetitionState
from campaign.petition.public_counts import index_totals
from campaign.petition.public_log import newest_note
from campaign.petition.status import proposed_keys
from campaign.signatures.manifest import MAX_BODY, Sum, Totals
from campaign.signatures.public_keys import fingerprint
from campaign.signatures.sealing import PublicKey
from campaign.transparency_log import checkpoints
from campaign.untrusted import json_value

_NEWEST_KEY = text(
    "SELECT epoch, public FROM campaign_key WHERE campaign_id = :campaign ORDER BY epoch DESC LIMIT 1"
)


def amount(connection: Connection, slug: str, campaign: int, day: date) -> Totals:
    """The current totals of the list, by reading all of it once."""
    total = Sum()
    for record, sealed in records(connection, campaign):
        total.add(record, sealed)
    removed = connection.execute(
        text("SELECT count(*) FROM gone WHERE campaign_id = :campaign"), {"campaign": campaign}
    ).scalar_one()
    row = connection.execute(_NEWEST_KEY, {"campaign": campaign}).first()
    key = PublicKey(slug, int(row.epoch), bytes(row.public)) if row else None
    with Session(connection) as session:
        proposed = proposed_keys(session).get(campaign)
        state = session.get(PetitionState, campaign)
        erased = state.erased_records if state else 0
        people = index_totals(session).get(slug, IndexTotals()).total
    note = newest_note(connection, campaign)
    checkpoint = checkpoints.read(note) if note else None
    return Totals(
        slug, day.isoformat(), total.records, total.hex, int(removed), key.epoch if key else 0,
        fingerprint(key) if key else "", fingerprint(proposed) if proposed else "", erased, people, METHOD,
        checkpoint.size if checkpoint else 0, checkpoint.root.hex() if checkpoint else "",
    )  # fmt: skip


def records(connection: Connection, campaign: int) -> Iterable[tuple[int, bytes]]:
    """Every record with its id, in the order of the ids, as a stream."""
    query = text("SELECT id, sealed FROM signature WHERE campaign_id = :campaign ORDER BY id")
    streamed = connection.execution_options(stream_results=True, yield_per=1_000)
    for record, sealed in streamed.execute(query, {"campaign": campaign}):
        yield int(record), bytes(sealed)


def newest(session: Session, campaign: int) -> Totals | None:
    """The totals of the last day that has a manifest."""
    rows = every(session, campaign)
    if not rows:
        return None
    body = json_value(rows[-1].body, MAX_BODY)
    body.pop("signature")
    return Totals(**body)


def every(session: Session, campaign: int) -> list[Manifest]:
    """Every manifest of a campaign, the newest last."""
    query = select(Manifest).where(Manifest.campaign_id == campaign).order_by(Manifest.day)
    return list(session.scalars(query))
