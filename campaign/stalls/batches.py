"""Batches from stalls: handed over, kept sealed, and counted when a second person accepts them.

The server sees how many signatures a batch has, and when it came; it can read none of them. A record always
gets the same id, by a key of the server and its own bytes: handed over again, in whatever batch, it is known.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign import clock
from campaign.editions import store
from campaign.people import audit
from campaign.people.audit import AuditEvent, AuditVerb
from campaign.petition import administration
from campaign.petition.ledger import Ledger, StallSignature
from campaign.petition.models import RemovedRecord, Signature
from campaign.petition.server_keys import ServerKeys
from campaign.signatures import stall_file
from campaign.signatures.public_keys import fingerprint
from campaign.signatures.stall_file import StallFile, StallFileError
from campaign.stalls import codes
from campaign.stalls.codes import Giver
from campaign.stalls.models import StallBatch

WAITING, ACCEPTED, REFUSED = "waiting", "accepted", "refused"

#: Batches of a campaign that may wait: two megabytes each at most.
MOST_WAITING = 200

#: Ids that one query asks for.
_TOGETHER = 500


class StallError(ValueError):
    """A batch that is not taken. `reason` is one of those of StallFileError, or:

    foreign, replayed, other, code, full, closed.
    """

    def __init__(self, reason: str, there: int = 0, count: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.there, self.count = reason, there, count


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A batch that is here. `again`: it was here before, and nothing was added."""

    batch: StallBatch
    again: bool


@dataclass(frozen=True, slots=True)
class Stall:
    """Where batches of a campaign go. `newest` is its edition, `erase_on` gives the day that one promises."""

    slug: str
    newest: int
    keys: ServerKeys
    today: date
    erase_on: Callable[[int], date | None]


def hand_over(session: Session, at: Stall, body: bytes, by: Giver | str) -> HandedOver:
    """Keep a batch until a second person decides. `by` is who hands it over, or the one-time code. Commits.

    It may be done twice: the same batch changes nothing, and needs no code again. Raises StallError.
    """
    try:
        file = stall_file.read(body)
    except StallFileError as error:
        raise StallError(error.reason, error.there, error.count) from None
    with store.writing(session, at.slug) as campaign:
        _check(session, at, campaign.id, file)
        row = session.get(StallBatch, file.head.batch)
        if row is not None and row.state != REFUSED:
            return HandedOver(row, again=True)
        giver = codes.use(session, campaign.id, by) if isinstance(by, str) else by
        if giver is None:
            raise StallError("code")
        row = _fill(row or StallBatch(id=file.head.batch, campaign_id=campaign.id), file, giver, at.today)
        row.erase_on = at.erase_on(row.edition)
        row.body, row.known = body, _known(session, record_ids(at.keys, file.records))
        if row.known == row.records:
            raise StallError("replayed")
        session.add(row)
        event = AuditEvent(giver.name, AuditVerb.HAND_OVER_BATCH, row.id[:8], f"{row.records} signatures")
        audit.write(session, campaign.id, event, clock.now())
    return HandedOver(row, again=False)


def _check(session: Session, at: Stall, campaign: int, file: StallFile) -> None:
    """What a batch must be to be taken. Raises StallError."""
    head = file.head
    held = administration.state(session, campaign)
    if held.erased is not None or not at.keys.withdraw_key():
        raise StallError("closed")
    known = {key.epoch: fingerprint(key) for key, _added in administration.keys(session, at.slug)}
    if head.campaign != at.slug or known.get(head.epoch) != head.key or head.edition > at.newest:
        raise StallError("foreign")
    row = session.get(StallBatch, head.batch)
    if row is not None and (row.campaign_id != campaign or row.digest != file.digest):
        raise StallError("other")
    if row is None and len(waiting(session, campaign)) >= MOST_WAITING:
        raise StallError("full")


def _fill(row: StallBatch, file: StallFile, giver: Giver, today: date) -> StallBatch:
    head = file.head
    row.digest, row.epoch, row.edition, row.records = file.digest, head.epoch, head.edition, head.count
    row.collected, row.receipt, row.state = head.day, head.receipt, WAITING
    row.person_id, row.who, row.day = giver.person, giver.name, today
    row.decided_by, row.decided, row.counted = "", None, 0
    return row


def accept(session: Session, at: Stall, ledger: Ledger, number: str, by: Giver) -> StallBatch:
    """Count a batch, as a second person, in one transaction.

    Raises LookupError for a batch that does not wait, PermissionError for the person who handed it over.
    """
    with store.writing(session, at.slug) as campaign:
        row = _second(session, campaign.id, number, by)
        file = stall_file.read(row.body)
        ids = record_ids(at.keys, file.records)
        rows = [
            StallSignature(record, sealed, row.erase_on)
            for record, sealed in zip(ids, file.records, strict=True)
        ]
        row.counted = ledger.bring_in_stall(session.connection(), campaign.id, rows, at.today)
        _decide(row, ACCEPTED, by, at.today)
        event = AuditEvent(by.name, AuditVerb.ACCEPT_BATCH, row.id[:8], f"{row.counted} of {row.records}")
        audit.write(session, campaign.id, event, clock.now())
    return row


def refuse(session: Session, at: Stall, number: str, by: Giver) -> None:
    """Delete a batch that should not count; its file can be handed over again. Raises as `accept`."""
    with store.writing(session, at.slug) as campaign:
        row = _second(session, campaign.id, number, by)
        _decide(row, REFUSED, by, at.today)
        event = AuditEvent(by.name, AuditVerb.REFUSE_BATCH, row.id[:8], f"{row.records} signatures")
        audit.write(session, campaign.id, event, clock.now())


def _second(session: Session, campaign: int, number: str, by: Giver) -> StallBatch:
    row = of(session, campaign, number)
    if row is None or row.state != WAITING:
        raise LookupError(number)
    if row.person_id == by.person:
        raise PermissionError("somebody else has to accept it")
    return row


def _decide(row: StallBatch, state: str, by: Giver, today: date) -> None:
    row.state, row.decided_by, row.decided, row.body = state, by.name, today, b""


def of(session: Session, campaign: int, number: str) -> StallBatch | None:
    """A batch of a campaign by its number."""
    row = session.get(StallBatch, number)
    return row if row is not None and row.campaign_id == campaign else None


def waiting(session: Session, campaign: int) -> Sequence[StallBatch]:
    """The batches that wait for a second person, those that wait longest first."""
    query = select(StallBatch).where(StallBatch.campaign_id == campaign, StallBatch.state == WAITING)
    return session.scalars(query.order_by(StallBatch.day, StallBatch.id)).all()


def decided(session: Session, campaign: int) -> Sequence[StallBatch]:
    """The batches on which somebody has decided, the newest first."""
    query = select(StallBatch).where(StallBatch.campaign_id == campaign, StallBatch.state != WAITING)
    return session.scalars(query.order_by(StallBatch.decided.desc(), StallBatch.id)).all()


def record_ids(keys: ServerKeys, records: Sequence[bytes]) -> list[int]:
    """The ids of sealed records: random to everybody without the key, and always the same."""
    key = keys.withdraw_key()
    return [
        int.from_bytes(hmac.digest(key, b"stall" + hashlib.sha256(sealed).digest(), "sha256")[:8]) >> 1
        for sealed in records
    ]


def _known(session: Session, ids: list[int]) -> int:
    """How many of the records are here already, or were and are gone."""
    known: set[int] = set()
    for start in range(0, len(ids), _TOGETHER):
        some = ids[start : start + _TOGETHER]
        for model in (Signature, RemovedRecord):
            known.update(session.scalars(select(model.id).where(model.id.in_(some))))
    return len(known)
