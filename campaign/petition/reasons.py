"""Why people signed, in their own words: written once a signature counts, read by an organiser, then public.

A text is not sealed, since it is to be public; so nothing else of its writer is beside it. Its row has the
country, which the pack must not call at risk, a first name if one was typed for it, and days alone. Only the
withdrawal link leads from a signature to its text (`signer_of`), and nothing leads back. It goes with the
signature; the journal keeps a restored backup from showing what was taken back.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import Connection, Date, Select, bindparam, delete, func, select, text
from sqlalchemy.orm import Session

from campaign import clock
from campaign.database import transaction
from campaign.editions import store
from campaign.people import audit
from campaign.people.audit import AuditEvent, AuditVerb
from campaign.petition.journal import REASON, Journal, hashed
from campaign.petition.models import Reason, Signature

#: Texts of a campaign that may wait to be read.
MOST_WAITING = 20_000

#: How many texts a page of the desk lists.
LISTED = 50


class State(StrEnum):
    """What became of a text. The values are in the database."""

    WAITING = "waiting"
    SHOWN = "shown"
    REFUSED = "refused"


class FullError(ValueError):
    """Too many texts wait to be read."""


class NotSignedError(LookupError):
    """The signature is not there: it was withdrawn, excluded or erased."""


class WrittenBeforeError(ValueError):
    """The signer has another text here, which has to be taken back first."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes: the record, which is not stored with the text; what stands for it; and the country."""

    record: int
    signer: int
    country: str


@dataclass(frozen=True, slots=True)
class Text:
    """What somebody wrote. `name` is the first name to show, or ''; `language` is '' if it is not known."""

    words: str
    name: str
    language: str


@dataclass(frozen=True, slots=True)
class Organiser:
    """Who decides, and the current day in the campaign's time zone."""

    name: str
    today: date


def signer_of(withdraw_key: bytes, record: int) -> int:
    """What stands for a record beside its text. Without the key, nothing links the two."""
    digest = hmac.new(withdraw_key, b"reason" + record.to_bytes(8), hashlib.sha256).digest()
    return int.from_bytes(digest[:8]) >> 1


def write(connection: Connection, campaign: int, writer: Writer, written: Text, day: date) -> None:
    """Write a text that waits to be read, in the caller's transaction. The same text twice is written once.

    Raises NotSignedError, WrittenBeforeError or FullError. The record is held until the end of the
    transaction, so that a signature that is withdrawn meanwhile takes the text along.
    """
    record = select(Signature.erase_on).where(
        Signature.id == writer.record, Signature.campaign_id == campaign
    )
    row = connection.execute(record.with_for_update(read=True)).first()
    if row is None:
        raise NotSignedError(campaign)
    before = connection.execute(
        select(Reason.state, Reason.words).where(Reason.signer == writer.signer)
    ).first()
    if before is not None and before.state != State.REFUSED:
        if before.words != written.words:
            raise WrittenBeforeError(campaign)
        return
    if connection.execute(_number(campaign, State.WAITING)).scalar_one() >= MOST_WAITING:
        raise FullError(campaign)
    values = {
        "id": secrets.randbits(63), "campaign": campaign, "signer": writer.signer, "words": written.words,
        "name": written.name, "country": writer.country, "language": written.language, "day": day,
        "erase_on": row.erase_on,
    }  # fmt: skip
    connection.execute(_FORGET_REFUSED, {"signer": writer.signer, "refused": State.REFUSED.value})
    connection.execute(_WRITE, values | {"waiting": State.WAITING.value})


_FORGET_REFUSED = text("DELETE FROM reason WHERE signer = :signer AND state = :refused")
_WRITE = text(
    "INSERT INTO reason (id, campaign_id, signer, state, words, name, country, language, day, erase_on)"
    " VALUES (:id, :campaign, :signer, :waiting, :words, :name, :country, :language, :day, :erase_on)"
    " ON CONFLICT (signer) DO NOTHING"
).bindparams(bindparam("day", type_=Date), bindparam("erase_on", type_=Date))


def counts(session: Session, campaign: int, record: int) -> bool:
    """Whether a signature is there: it was confirmed, and neither withdrawn nor taken out since."""
    query = select(Signature.id).where(Signature.id == record, Signature.campaign_id == campaign)
    return session.scalar(query) is not None


def of_signer(session: Session, campaign: int, signer: int) -> Reason | None:
    """What a signer wrote; None if there is nothing, or nothing any more."""
    query = select(Reason).where(Reason.campaign_id == campaign, Reason.signer == signer)
    return session.scalars(query).one_or_none()


def take_back(session: Session, campaign: int, signer: int, journal: Journal) -> None:
    """Delete what a signer wrote; in the journal before that is committed. Raises OSError."""
    with transaction(session):
        mine = select(Reason.id).where(Reason.campaign_id == campaign, Reason.signer == signer)
        number = session.scalars(mine.with_for_update()).one_or_none()
        if number is not None:
            journal.note([(REASON, hashed(number))])
            session.execute(delete(Reason).where(Reason.id == number))


# what organisers do


def waiting(session: Session, campaign: int, page: int) -> list[Reason]:
    """A page, counted from 1, of the texts that wait, those of the earliest day first."""
    query = _of_state(campaign, State.WAITING).order_by(Reason.day, Reason.id)
    return list(session.scalars(query.limit(LISTED).offset((page - 1) * LISTED)))


def shown(session: Session, campaign: int, page: int) -> list[Reason]:
    """A page, counted from 1, of the texts that are shown, those of the latest day first."""
    query = _of_state(campaign, State.SHOWN).order_by(Reason.day.desc(), Reason.id)
    return list(session.scalars(query.limit(LISTED).offset((page - 1) * LISTED)))


def count(session: Session, campaign: int, state: State) -> int:
    """How many texts are in a state."""
    return int(session.scalar(_number(campaign, state)) or 0)


def accept(
    session: Session, slug: str, by: Organiser, numbers: Collection[int], at_risk: Collection[str]
) -> int:
    """Show texts that wait; how many. Those from countries at risk are passed over. Commits."""
    with store.writing(session, slug) as campaign:
        rows = _chosen(session, campaign.id, numbers, {State.WAITING})
        rows = [row for row in rows if row.country not in at_risk]
        for row in rows:
            row.state, row.day = State.SHOWN.value, by.today
        if rows:
            _note(session, campaign.id, by, f"{len(rows)} shown")
        return len(rows)


def refuse(session: Session, slug: str, by: Organiser, numbers: Collection[int], journal: Journal) -> int:
    """Erase texts that wait, or that are shown; how many. Their writers learn that by their link. Commits.

    They are in the journal before that is committed. Raises OSError.
    """
    with store.writing(session, slug) as campaign:
        rows = _chosen(session, campaign.id, numbers, {State.WAITING, State.SHOWN})
        taken_down = sum(row.state == State.SHOWN for row in rows)
        journal.note((REASON, hashed(row.id)) for row in rows)
        for row in rows:
            row.state, row.day = State.REFUSED.value, by.today
            row.words = row.name = ""
        if rows:
            _note(session, campaign.id, by, f"{len(rows) - taken_down} refused, {taken_down} taken down")
        return len(rows)


def _chosen(
    session: Session, campaign: int, numbers: Collection[int], states: Collection[State]
) -> list[Reason]:
    """Those of some numbers that are in one of these states, held: their writers may take them back."""
    query = select(Reason).where(Reason.campaign_id == campaign, Reason.id.in_(numbers))
    held = query.where(Reason.state.in_([state.value for state in states])).order_by(Reason.id)
    return list(session.scalars(held.with_for_update()))


def _note(session: Session, campaign: int, by: Organiser, note: str) -> None:
    event = AuditEvent(by.name, AuditVerb.DECIDE_ON_REASONS, "", note)
    audit.write(session, campaign, event, clock.now())


def _of_state(campaign: int, state: State) -> Select[Reason]:
    return select(Reason).where(Reason.campaign_id == campaign, Reason.state == state.value)


def _number(campaign: int, state: State) -> Select[int]:
    where = (Reason.campaign_id == campaign, Reason.state == state.value)
    return select(func.count()).select_from(Reason).where(*where)
