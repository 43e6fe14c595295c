"""Batches of sheets: for whom they were printed, which sheets came back and which did not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign import clock
from campaign.editions import store
from campaign.pack.model import Pack
from campaign.paper import sheets
from campaign.paper.models import Sheet, SheetBatch
from campaign.paper.numbers import Number
from campaign.paper.sheets import WHOLE, Layout, Print
from campaign.people import audit
from campaign.people.audit import AuditEvent, AuditVerb
from campaign.signatures.sealing import PublicKey
from campaign.untrusted import json_value

#: The time after which a batch without a due day is late.
BACK_WITHIN = timedelta(days=42)


@dataclass(frozen=True, slots=True)
class Order:
    """What to print: for whom, how many, how, with which text, where to send it back, and until when."""

    layout: Layout
    sheets: int
    edition: int
    day: date
    holder: str = ""
    return_to: tuple[str, ...] = ()
    due: date | None = None
    public: bool = False
    text: str = WHOLE


@dataclass(frozen=True, slots=True)
class BatchState:
    """A batch and what happened to it."""

    batch: SheetBatch
    returned: int
    typed: int
    names: int
    late: bool

    @property
    def out(self) -> int:
        """The number of sheets that are not back."""
        return max(self.batch.sheets - self.returned, 0)


def order(session: Session, slug: str, what: Order, who: str = "") -> SheetBatch:
    """Add a batch; `who` is the person in the audit event, if an organiser prints."""
    with store.writing(session, slug) as campaign:
        layout = what.layout
        print_options = {**asdict(layout), "return_to": what.return_to, "text": what.text}
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
            layout=json.dumps(print_options),
        )
        session.add(batch)
        session.flush()
        if who:
            event = AuditEvent(who, AuditVerb.PRINT_SHEETS, str(batch.id), f"{what.sheets} for {what.holder}")
            audit.write(session, campaign.id, event, clock.now())
        return batch


#: Characters of a stored layout.
MAX_LAYOUT = 10_000


def return_to(batch: SheetBatch) -> tuple[str, ...]:
    """Where the batch's sheets are sent, line by line; none if that is where the pack says."""
    return tuple(json_value(batch.layout, MAX_LAYOUT)["return_to"])


def text_of(batch: SheetBatch) -> str:
    """What the batch's sheets say of the petition: one of `sheets.WHOLE`, `DEMANDS` and `SUMMARY`."""
    # Batches that were printed before there was a shorter text do not name it.
    return str(json_value(batch.layout, MAX_LAYOUT).get("text", WHOLE))


def pdf(pack: Pack, batch: SheetBatch, site: str, key: PublicKey | None) -> bytes:
    """A batch's sheets, the same each time as long as the key is. Raises sheets.SheetError."""
    print_options = json_value(batch.layout, MAX_LAYOUT)
    look = {field.name: print_options[field.name] for field in fields(Layout)}
    layout = Layout(**{**look, "languages": tuple(look["languages"])})
    sheet_numbers = [Number(batch.id, sheet) for sheet in range(1, batch.sheets + 1)]
    what = Print(
        sheet_numbers, site, batch.edition, return_to(batch), holder=batch.holder, text=text_of(batch)
    )
    return sheets.pdf(pack, layout, sheets.with_key(what, key))


def accounts(session: Session, campaign: int, today: date) -> list[BatchState]:
    """The organisers' batches, the newest first, with what happened to each."""
    query = select(SheetBatch).where(SheetBatch.campaign_id == campaign, SheetBatch.public.is_(False))
    batches = list(session.scalars(query.order_by(SheetBatch.id.desc())))
    sums = _sums(session, campaign)
    return [_account(batch, sums.get(batch.id, (0, 0, 0)), today) for batch in batches]


def visitors(session: Session, campaign: int) -> tuple[int, int, int]:
    """(printed by visitors, returned, names on them), including sheets without a batch."""
    printed = session.scalar(
        select(func.sum(SheetBatch.sheets)).where(SheetBatch.campaign_id == campaign, SheetBatch.public)
    )
    organisers_batches = select(SheetBatch.id).where(
        SheetBatch.campaign_id == campaign, SheetBatch.public.is_(False)
    )
    row = session.execute(
        select(func.count(), func.sum(Sheet.names)).where(
            Sheet.campaign_id == campaign,
            Sheet.batch_id.is_(None) | Sheet.batch_id.not_in(organisers_batches),
        )
    ).one()
    return int(printed or 0), int(row[0] or 0), int(row[1] or 0)


def late(session: Session, campaign: int, today: date) -> list[BatchState]:
    """Batches that should be back and are not, and that nobody gave up."""
    return [account for account in accounts(session, campaign, today) if account.late]


def give_up(session: Session, slug: str, number: int, today: date, who: str) -> None:
    """Stop asking for the missing sheets of a batch. Raises LookupError."""
    with store.writing(session, slug) as campaign:
        batch = session.get(SheetBatch, number)
        if batch is None or batch.campaign_id != campaign.id:
            raise LookupError(number)
        batch.given_up = today
        audit.write(session, campaign.id, AuditEvent(who, AuditVerb.GIVE_UP_SHEETS, str(number)), clock.now())


def of(session: Session, campaign: int, number: int) -> SheetBatch | None:
    """A batch of this campaign, or None."""
    batch = session.get(SheetBatch, number)
    return batch if batch is not None and batch.campaign_id == campaign else None


def _account(batch: SheetBatch, sums: Sequence[int], today: date) -> BatchState:
    returned, typed, names = sums
    due = batch.due or batch.day + BACK_WITHIN
    is_late = today > due and returned < batch.sheets and batch.given_up is None
    return BatchState(batch, returned, typed, names, is_late)


def _sums(session: Session, campaign: int) -> dict[int, tuple[int, int, int]]:
    closed_count = func.count(Sheet.closed)  # counts only sheets with a closing day
    rows = session.execute(
        select(Sheet.batch_id, func.count(), closed_count, func.sum(Sheet.names))
        .where(Sheet.campaign_id == campaign, Sheet.batch_id.is_not(None))
        .group_by(Sheet.batch_id)
    )
    return {
        int(batch or 0): (int(returned), int(typed), int(names or 0))
        for batch, returned, typed, names in rows
    }
