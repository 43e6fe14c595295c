"""Batches of sheets: printed for whom, what came back, what never did."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign import clock
from campaign.editions import store
from campaign.pack.model import Pack
from campaign.paper import sheets
from campaign.paper.models import Sheet, SheetBatch
from campaign.paper.numbers import Number
from campaign.paper.sheets import Layout, Print
from campaign.people import audit
from campaign.people.audit import AuditEvent, AuditVerb

#: A batch for which no day was set is asked about after so long.
BACK_WITHIN = timedelta(days=42)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be printed: for whom, how many, how, where to send it back, and until when."""

    layout: Layout
    sheets: int
    edition: int
    day: date
    holder: str = ""
    return_to: tuple[str, ...] = ()
    due: date | None = None
    public: bool = False


@dataclass(frozen=True, slots=True)
class BatchState:
    """A batch and what became of it."""

    batch: SheetBatch
    returned: int
    typed: int
    names: int
    late: bool

    @property
    def out(self) -> int:
        """Sheets that are not back."""
        return max(self.batch.sheets - self.returned, 0)


def order(session: Session, slug: str, what: Order, who: str = "") -> SheetBatch:
    """Enter a batch; `who` stands in the audit, where organisers print."""
    with store.writing(session, slug) as campaign:
        layout = what.layout
        how = {**asdict(layout), "return_to": what.return_to}
        batch = SheetBatch(
            campaign_id=campaign.id,
            holder=what.holder,
            public=what.public,
            languages=" ".join(layout.languages),
            rows=layout.rows,
            email=layout.email,
            sheets=what.sheets,
            edition=what.edition,
            day=what.day,
            due=what.due,
            given_up=None,
            layout=json.dumps(how),
        )
        session.add(batch)
        session.flush()
        if who:
            deed = AuditEvent(who, AuditVerb.PRINT_SHEETS, str(batch.id), f"{what.sheets} for {what.holder}")
            audit.write(session, campaign.id, deed, clock.now())
        return batch


def pdf(pack: Pack, batch: SheetBatch, site: str, fingerprint: str) -> bytes:
    """A batch's sheets, the same each time. Raises sheets.SheetError."""
    how = json.loads(batch.layout)
    return_to = tuple(how.pop("return_to"))
    layout = Layout(**{**how, "languages": tuple(how["languages"])})
    every = [Number(batch.id, sheet) for sheet in range(1, batch.sheets + 1)]
    return sheets.pdf(pack, layout, Print(every, site, batch.edition, return_to, fingerprint, batch.holder))


def accounts(session: Session, campaign: int, today: date) -> list[BatchState]:
    """The organisers' batches, the newest first, with what became of each."""
    query = select(SheetBatch).where(SheetBatch.campaign_id == campaign, SheetBatch.public.is_(False))
    found = list(session.scalars(query.order_by(SheetBatch.id.desc())))
    sums = _sums(session, campaign)
    return [_account(batch, sums.get(batch.id, (0, 0, 0)), today) for batch in found]


def visitors(session: Session, campaign: int) -> tuple[int, int, int]:
    """(printed by visitors, come back, names on them), sheets without a batch included."""
    printed = session.scalar(
        select(func.sum(SheetBatch.sheets)).where(SheetBatch.campaign_id == campaign, SheetBatch.public)
    )
    mine = select(SheetBatch.id).where(SheetBatch.campaign_id == campaign, SheetBatch.public.is_(False))
    row = session.execute(
        select(func.count(), func.sum(Sheet.names)).where(
            Sheet.campaign_id == campaign, Sheet.batch_id.is_(None) | Sheet.batch_id.not_in(mine)
        )
    ).one()
    return int(printed or 0), int(row[0] or 0), int(row[1] or 0)


def late(session: Session, campaign: int, today: date) -> list[BatchState]:
    """Batches that should be back and are not, and that nobody gave up."""
    return [one for one in accounts(session, campaign, today) if one.late]


def give_up(session: Session, slug: str, number: int, today: date, who: str) -> None:
    """Ask no more for the sheets of a batch that are missing. Raises LookupError."""
    with store.writing(session, slug) as campaign:
        batch = session.get(SheetBatch, number)
        if batch is None or batch.campaign_id != campaign.id:
            raise LookupError(number)
        batch.given_up = today
        audit.write(session, campaign.id, AuditEvent(who, AuditVerb.GIVE_UP_SHEETS, str(number)), clock.now())


def of(session: Session, campaign: int, number: int) -> SheetBatch | None:
    """A batch of this campaign."""
    batch = session.get(SheetBatch, number)
    return batch if batch is not None and batch.campaign_id == campaign else None


def _account(batch: SheetBatch, sums: Sequence[int], today: date) -> BatchState:
    returned, typed, names = sums
    due = batch.due or batch.day + BACK_WITHIN
    is_late = today > due and returned < batch.sheets and batch.given_up is None
    return BatchState(batch, returned, typed, names, is_late)


def _sums(session: Session, campaign: int) -> dict[int, tuple[int, int, int]]:
    done = func.count(Sheet.closed)  # of those that have one
    rows = session.execute(
        select(Sheet.batch_id, func.count(), done, func.sum(Sheet.names))
        .where(Sheet.campaign_id == campaign, Sheet.batch_id.is_not(None))
        .group_by(Sheet.batch_id)
    )
    return {int(batch or 0): (int(back), int(typed), int(names or 0)) for batch, back, typed, names in rows}
