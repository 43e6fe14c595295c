"""Typing in the sheets that came back: row by row, sealed at once, by two people if the campaign wants that.

A sheet is typed in up to three looks. The first look types all rows. The second types them again
without seeing the first; fields agree if the keyed hashes of what was typed agree. The third decides
the fields that differ, and no others (`looks.py`). Then the sheet is closed: its names become signatures
under random ids, its rows, hashes and key are deleted, and only numbers remain.

    <data>/petition/<slug>/sheets/<key>     the key of a sheet's hashes, until it is closed
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from campaign import clock
from campaign.database import transaction
from campaign.editions.models import Campaign
from campaign.email_address import canonical
from campaign.names import comparable
from campaign.pack.model import ExtraField, Pack
from campaign.paper import looks, numbers
from campaign.paper.looks import (
    CLOSED,
    CROSSED,
    FIRST,
    LOOKS,
    NAME,
    SECOND,
    THIRD,
    UNREADABLE,
    RowEntry,
    SheetStateError,
)
from campaign.paper.models import Sheet, SheetBatch, SheetRow
from campaign.paper.numbers import Number, NumberError
from campaign.people import audit
from campaign.people.audit import AuditEvent, AuditVerb
from campaign.petition import index
from campaign.petition.administration import double_entry
from campaign.petition.ledger import Ledger, PaperSignature
from campaign.petition.signing import Signer
from campaign.signatures import person
from campaign.signatures.person import EXTRA, Person

__all__ = ["CLOSED", "CROSSED", "FIRST", "NAME", "THIRD", "UNREADABLE", "RowEntry", "SheetStateError"]


@dataclass(frozen=True, slots=True)
class Context:
    """What rows are sealed and hashed with.

    `erase_on` gives the day that an edition's sheets promise, `on_paper` the extra fields that they ask for.
    """

    slug: str
    pack: Pack
    edition: int
    signer: Signer
    today: date
    erase_on: Callable[[int], date | None]
    on_paper: Callable[[int], tuple[ExtraField, ...]] = lambda _edition: ()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a name was written: the day, the text, the sheet and the row, and what was asked besides.

    `extra` has the keys of its extra fields.
    """

    day: str
    language: str
    edition: int
    sheet: str
    row: int
    extra: tuple[str, ...] = ()


# finding and opening


def batch_of(session: Session, campaign: int, number: Number) -> SheetBatch | None:
    """The batch of a sheet; None if it was printed without the site. Raises NumberError for no such batch."""
    if not number.known:
        return None
    batch = session.get(SheetBatch, number.batch)
    if batch is None or batch.campaign_id != campaign or not 1 <= number.sheet <= batch.sheets:
        raise NumberError("batch")
    return batch


def sheet_of(session: Session, campaign: int, number: Number) -> Sheet | None:
    """The sheet, if it is entered already."""
    return session.get(Sheet, (campaign, number.key))


def begin(session: Session, at: Context, campaign: int, number: Number, given: tuple[str, str]) -> Sheet:
    """Enter a sheet that came back; `given` has the country and day of rows that name no other.

    Raises NumberError for a number without a batch. A sheet that is entered already is left as it is.
    """
    batch = batch_of(session, campaign, number)
    with transaction(session):
        sheet = session.get(Sheet, (campaign, number.key))
        if sheet is None:
            sheet = _new_sheet(at, campaign, number, batch, given)
            session.add(sheet)
        return sheet


def _new_sheet(
    at: Context, campaign: int, number: Number, batch: SheetBatch | None, defaults: tuple[str, str]
) -> Sheet:
    """A sheet that came back today, as described by its batch, or else by its number."""
    languages = at.pack.languages
    printed_language = languages[number.language] if number.language < len(languages) else languages[0]
    country, day = defaults
    edition = batch.edition if batch else at.edition
    return Sheet(
        campaign_id=campaign,
        key=number.key,
        batch_id=batch.id if batch else None,
        rows=batch.rows if batch else min(max(number.rows, 8), 20),
        email=batch.email if batch else False,
        extra=" ".join(field.key for field in at.on_paper(edition)),
        language=batch.languages.split()[0] if batch else printed_language,
        edition=edition,
        state=FIRST,
        returned=at.today,
        country=country,
        signed_on=day,
        first_id=None,
        second_id=None,
        closed=None,
        names=0, unreadable=0, crossed=0, doubtful=0,
    )  # fmt: skip


def may_look(session: Session, sheet: Sheet, who: int) -> bool:
    """Whether this person may type the current look of the sheet."""
    if sheet.state == FIRST:
        return sheet.first_id in {None, who}
    if sheet.state == SECOND:
        return sheet.second_id in {None, who} and who not in _first_typists(session, sheet)
    return sheet.state == THIRD


def may_take_over(session: Session, sheet: Sheet, who: int) -> bool:
    """Whether this person may continue a look that somebody else began, if that person does not come back."""
    if sheet.state == FIRST:
        return sheet.first_id not in {None, who}
    return (
        sheet.state == SECOND
        and sheet.second_id not in {None, who}
        and who not in _first_typists(session, sheet)
    )


def _first_typists(session: Session, sheet: Sheet) -> set[int | None]:
    """Everybody who typed a row of the first look: none of them may type the second."""
    query = select(SheetRow.typed_by).where(
        SheetRow.campaign_id == sheet.campaign_id, SheetRow.key == sheet.key, SheetRow.look == LOOKS[FIRST]
    )
    return {sheet.first_id, *session.scalars(query)}


# typing


def save(session: Session, at: Context, key: tuple[int, int], who: int, rows: Mapping[int, RowEntry]) -> None:
    """Seal rows of the sheet's current look, each replacing what was typed for it before.

    Raises SheetStateError if the sheet is closed, is another person's, or has no such row.
    """
    with _writing(session, key) as sheet:
        _take(session, sheet, who)
        if not all(1 <= number <= sheet.rows for number in rows):
            raise SheetStateError("rows")
        asked = looks.asked(session, sheet, at.signer.key.epoch) if sheet.state == THIRD else None
        if asked is not None and not rows.keys() <= asked.keys():
            raise SheetStateError("agreed")
        for number, typed in rows.items():
            if asked is not None and typed.what == NAME and set(typed.fields) != set(asked[number]):
                raise SheetStateError("agreed")
            saved_row = session.get(SheetRow, (*key, LOOKS[sheet.state], number))
            row = saved_row or SheetRow(campaign_id=key[0], key=key[1], look=LOOKS[sheet.state], row=number)
            row.typed_by = who
            first = session.get(SheetRow, (*key, LOOKS[FIRST], number)) if asked is not None else None
            _fill(row, sheet, at, typed, first)
            session.add(row)


def _fill(row: SheetRow, sheet: Sheet, at: Context, typed: RowEntry, first: SheetRow | None) -> None:
    """Seal what was typed, and hash it under the sheet's key. `first`: the row that a third look decides."""
    row.what, row.country = typed.what, typed.country if typed.what == NAME else ""
    if typed.what != NAME:
        row.marks, row.slot, row.sealed = b"", 0, b""
        return
    fields = looks.fields_of(sheet)
    row.marks = looks.marks(at.signer.server_keys.sheet_key(sheet.key), typed, fields)
    if first is not None and set(typed.fields) != set(fields):
        row.sealed = _correction(sheet, at, typed, first)
        row.slot = slot(at, typed) if typed.email else looks.NO_SLOT
        return
    written = numbers.written(at.slug, numbers.of_key(sheet.key))
    keys = tuple(sheet.extra.split())
    origin = Origin(sheet.signed_on, sheet.language, sheet.edition, written, row.row, keys)
    row.sealed, row.slot = sealed(at, typed, origin), slot(at, typed)


def _correction(sheet: Sheet, at: Context, typed: RowEntry, first: SheetRow) -> bytes:
    """The fields that a third look decided, sealed.

    Of somebody in a country at risk no extra field is kept, whichever look read the country.
    """
    decided = typed.decided
    country = typed.country if "country" in decided else first.country
    if country in at.pack.countries_at_risk:
        decided |= {f"{EXTRA}{key}": "" for key in sheet.extra.split()}
    return at.signer.key.seal(person.correction(decided))


def sealed(at: Context, typed: RowEntry, origin: Origin) -> bytes:
    """The sealed record of a name that was typed."""
    who = Person(
        name=typed.name,
        email=typed.email.shown if typed.email else "",
        country=typed.country,
        place=typed.place,
        day=origin.day,
        language=origin.language,
        edition=origin.edition,
        sheet=origin.sheet,
        row=origin.row,
        extra=_extra(at, typed, origin.extra),
    )
    return at.signer.key.seal(person.to_bytes(who))


def _extra(at: Context, typed: RowEntry, keys: tuple[str, ...]) -> dict[str, str] | None:
    """What is kept of a row's extra fields; None if it has none. At risk it is nothing, as online."""
    if not keys:
        return None
    if typed.country in at.pack.countries_at_risk:
        return {}
    return {key: value for key, value in typed.extra.items() if key in keys and value}


def slot(at: Context, typed: RowEntry) -> int:
    """The index's slot of an e-mail address, or of a name and town if the paper has no address."""
    at_risk = typed.country in at.pack.countries_at_risk
    identity = canonical(typed.email) if typed.email else "|".join(
        ("paper", comparable(typed.name), comparable(typed.place), typed.country)
    )  # fmt: skip
    # The index changes its key with the day in UTC, whatever the campaign's day is: see `signing.sign`.
    key = at.signer.server_keys.index_key(at_risk, (clock.today() - date(1970, 1, 1)).days)
    return index.slot(identity, key, at.signer.cost)


def done(session: Session, sheet: Sheet) -> dict[int, str]:
    """The sealed rows of the current look, and what each has: a name, or why none."""
    query = select(SheetRow.row, SheetRow.what).where(
        SheetRow.campaign_id == sheet.campaign_id,
        SheetRow.key == sheet.key,
        SheetRow.look == LOOKS.get(sheet.state, 0),
    )
    return {int(row): str(what) for row, what in session.execute(query)}


def open_sheets(session: Session, campaign: int) -> list[Sheet]:
    """Sheets that came back and are not closed, those that wait longest first."""
    query = select(Sheet).where(Sheet.campaign_id == campaign, Sheet.state != CLOSED)
    return list(session.scalars(query.order_by(Sheet.returned, Sheet.key)))


# comparing and closing


def finish(session: Session, at: Context, ledger: Ledger, key: tuple[int, int], who: int) -> str:
    """The current look is done; returns the new state of the sheet.

    Raises SheetStateError: closed or another person's; `differs` if a row that differs was not decided.
    """
    with _writing(session, key) as sheet:
        _take(session, sheet, who)
        two_people = double_entry(session, key[0])
        if sheet.state == FIRST and two_people:
            sheet.state = SECOND
        elif sheet.state == SECOND and looks.differences(session, sheet):
            sheet.state = THIRD
        else:
            _close(session, at, ledger, sheet)
    if sheet.state == CLOSED:
        at.signer.server_keys.destroy_sheet_key(sheet.key)
    return sheet.state


def take_over(session: Session, slug: str, key: tuple[int, int], who: tuple[int, str]) -> None:
    """Continue a look that somebody else began; every row that was typed stays. Commits.

    `who` is the person and the name for the audit. Raises SheetStateError.
    """
    with _writing(session, key) as sheet:
        if sheet.state == CLOSED:
            raise SheetStateError("closed")
        if not may_take_over(session, sheet, who[0]):
            raise SheetStateError("other")
        if sheet.state == FIRST:
            sheet.first_id = who[0]
        else:
            sheet.second_id = who[0]
        written = numbers.written(slug, numbers.of_key(key[1]))
        event = AuditEvent(who[1], AuditVerb.TAKE_OVER_SHEET, written)
        audit.write(session, key[0], event, clock.now())


def _close(session: Session, at: Context, ledger: Ledger, sheet: Sheet) -> None:
    """Turn the names into signatures; only numbers of the sheet remain."""
    rows = looks.settled(session, sheet)
    erase_on = at.erase_on(sheet.edition)
    names = [
        PaperSignature(secrets.randbits(63), row.slot, row.country, row.sealed, erase_on)
        for row in rows
        if row.what == NAME
    ]
    whats = Counter(row.what for row in rows)
    key = (sheet.campaign_id, sheet.key)
    session.execute(delete(SheetRow).where(SheetRow.campaign_id == key[0], SheetRow.key == key[1]))
    sheet.names, sheet.unreadable, sheet.crossed = whats[NAME], whats[UNREADABLE], whats[CROSSED]
    sheet.doubtful = ledger.bring_in(session.connection(), key[0], names, at.today)
    sheet.state, sheet.closed = CLOSED, at.today
    written = numbers.written(at.slug, numbers.of_key(sheet.key))
    event = AuditEvent(
        "the desk",
        AuditVerb.CLOSE_SHEET,
        written,
        f"{sheet.names} names, {sheet.doubtful} possible duplicates",
    )
    audit.write(session, key[0], event, clock.now())


def _take(session: Session, sheet: Sheet, who: int) -> None:
    """A look belongs to the person who begins it. Raises SheetStateError."""
    if sheet.state == CLOSED:
        raise SheetStateError("closed")
    if not may_look(session, sheet, who):
        raise SheetStateError("other")
    if sheet.state == FIRST:
        sheet.first_id = who
    elif sheet.state == SECOND:
        sheet.second_id = who


@contextmanager
def _writing(session: Session, key: tuple[int, int]) -> Iterator[Sheet]:
    """One change to a sheet, which nobody else can change at the same time."""
    with transaction(session):
        # Lock the campaign first, as every other write does: no two saves wait for each other.
        session.scalars(select(Campaign).where(Campaign.id == key[0]).with_for_update()).one()
        query = select(Sheet).where(Sheet.campaign_id == key[0], Sheet.key == key[1])
        yield session.scalars(query.with_for_update()).one()
