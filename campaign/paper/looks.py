"""The looks at a sheet: in which fields two people differ, and what comes of three.

A field on which the first two looks agree is never asked again and never changes: the row keeps what
the first one sealed, and what the third one typed is a correction of the other fields. One thing is asked
again though it agrees: extra fields where the country differs. They are not kept of people at risk, so that
the sealed row may lack them.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.email_address import Address, canonical
from campaign.names import comparable
from campaign.paper.models import Sheet, SheetRow
from campaign.signatures.person import EXTRA
from campaign.signatures.sealing import epoch_of, with_correction

FIRST, SECOND, THIRD, CLOSED = "first", "second", "third", "closed"
LOOKS = {FIRST: 1, SECOND: 2, THIRD: 3}

NAME, UNREADABLE, CROSSED = "name", "unreadable", "crossed"

#: What every sheet has in a row, in the order of the hashes. Extra fields follow.
FIELDS = ("name", "place", "country", "email")
_MARK_BYTES = 16

#: The slot of a row that has only some fields: the index needs all of them.
NO_SLOT = -1


class SheetStateError(Exception):
    """The sheet is in the wrong state.

    `why` is closed, other (another person must do it), rows, differs, or agreed (it is not asked again).
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class RowEntry:
    """One row as typed. `what` says whether it has a name, or why not.

    `fields` are those that were asked: all of them, but in the third look only those that differ. `extra` has
    what was typed into the sheet's extra fields, by their keys.
    """

    what: str
    name: str = ""
    place: str = ""
    country: str = ""
    email: Address | None = None
    fields: tuple[str, ...] = FIELDS
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def decided(self) -> dict[str, str]:
        """The texts of the fields that were asked."""
        texts = {
            "name": self.name,
            "place": self.place,
            "country": self.country,
            "email": self.email.shown if self.email else "",
            **{f"{EXTRA}{key}": value for key, value in self.extra.items()},
        }
        return {asked: texts.get(asked, "") for asked in self.fields}


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that two looks typed differently: in which fields, or that one of them has no name in it."""

    row: int
    fields: tuple[str, ...]
    whats: tuple[str, str]


@dataclass(frozen=True, slots=True)
class SettledRow:
    """What comes of a row when its sheet is closed."""

    what: str
    country: str
    slot: int
    sealed: bytes


def fields_of(sheet: Sheet) -> tuple[str, ...]:
    """What a row of this sheet has: the fields of every sheet, then its extra fields."""
    return (*FIELDS, *(f"{EXTRA}{key}" for key in sheet.extra.split()))


def rows_of_look(session: Session, sheet: Sheet, look: int) -> dict[int, SheetRow]:
    """What was typed in a look, by row."""
    query = select(SheetRow).where(
        SheetRow.campaign_id == sheet.campaign_id, SheetRow.key == sheet.key, SheetRow.look == look
    )
    return {row.row: row for row in session.scalars(query.order_by(SheetRow.row))}


def differences(session: Session, sheet: Sheet) -> list[Difference]:
    """Rows in which the first two looks do not agree."""
    first, second = (rows_of_look(session, sheet, look) for look in (1, 2))
    row_numbers = sorted({*first, *second})
    fields = fields_of(sheet)
    compared = (_difference(number, first.get(number), second.get(number), fields) for number in row_numbers)
    return [difference for difference in compared if difference]


def _difference(
    number: int, first: SheetRow | None, second: SheetRow | None, fields: tuple[str, ...]
) -> Difference | None:
    """How the two looks at a row differ; None if they agree."""
    whats = (first.what if first else "", second.what if second else "")
    if first and second and whats == (NAME, NAME):
        differing = _differing(first.marks, second.marks, fields)
        return Difference(number, differing, whats) if differing else None
    # An empty row has no name, either.
    return Difference(number, (), whats) if len({what or CROSSED for what in whats}) > 1 else None


def _differing(first: bytes, second: bytes, fields: tuple[str, ...]) -> tuple[str, ...]:
    """The fields in which two hashed rows differ; with the country, extra fields are to be read again."""
    differing = [name for name in fields if not _agree(first, second, (name,), fields)]
    again = fields[len(FIELDS) :] if "country" in differing else ()
    return tuple(name for name in fields if name in {*differing, *again})


def asked(session: Session, sheet: Sheet, epoch: int) -> dict[int, tuple[str, ...]]:
    """The fields that the third look decides, by row: all, where only one look has a name in the row.

    If the key changed since the first look, a correction would be sealed to another key than the row: then
    all fields are asked, and `settled` accepts only a row that repeats what both agree on.
    """
    first, every = rows_of_look(session, sheet, 1), fields_of(sheet)
    return {
        difference.row: difference.fields
        if difference.fields and epoch_of(first[difference.row].sealed) == epoch
        else every
        for difference in differences(session, sheet)
    }


def settled(session: Session, sheet: Sheet) -> list[SettledRow]:
    """The final rows: those of the first look, with the fields that the third look decided.

    Raises SheetStateError: `differs` if a row was not decided, `agreed` if one changes what both agree on.
    """
    first, second, third = (rows_of_look(session, sheet, look) for look in (1, 2, 3))
    if sheet.state != THIRD:
        return [_as_typed(row) for row in first.values()]
    differing = {difference.row: difference for difference in differences(session, sheet)}
    if not differing.keys() <= third.keys():
        raise SheetStateError("differs")
    agreed = [_as_typed(row) for number, row in first.items() if number not in differing]
    decided = [
        _decided(difference, (first[number], second[number], third[number]), fields_of(sheet))
        if difference.fields
        else _as_typed(third[number])
        for number, difference in sorted(differing.items())
    ]
    return agreed + decided


def _as_typed(row: SheetRow) -> SettledRow:
    return SettledRow(row.what, row.country, row.slot, bytes(row.sealed))


def _decided(
    difference: Difference, looks: tuple[SheetRow, SheetRow, SheetRow], fields: tuple[str, ...]
) -> SettledRow:
    """A row in which two people read a name, with the fields that the third look decided."""
    first, _second, third = looks
    if third.what != NAME or difference.fields == fields:
        return _as_typed(third)
    if epoch_of(first.sealed) != epoch_of(third.sealed):
        kept = tuple(name for name in fields if name not in difference.fields)
        if not _agree(first.marks, third.marks, kept, fields):
            raise SheetStateError("agreed")
        return _as_typed(third)
    country = third.country if "country" in difference.fields else first.country
    sealed = with_correction(bytes(first.sealed), bytes(third.sealed))
    return SettledRow(NAME, country, _slot(difference, looks, fields), sealed)


def _slot(difference: Difference, looks: tuple[SheetRow, SheetRow, SheetRow], fields: tuple[str, ...]) -> int:
    """The index's slot of a corrected row: of its e-mail address, or of the look that typed the same row.

    If nobody typed the row as it is now, the slot of the first look serves: the index is only a first
    guess at duplicates, and trustees compare the names themselves.
    """
    first, second, third = looks
    if third.slot != NO_SLOT:
        return third.slot
    same = [row for row in (first, second) if _agree(row.marks, third.marks, difference.fields, fields)]
    return (same or [first])[0].slot


def _agree(first: bytes, second: bytes, compared: Iterable[str], fields: tuple[str, ...]) -> bool:
    """Whether the hashes of some of the sheet's fields are the same."""
    places = map(fields.index, compared)
    parts = [slice(place * _MARK_BYTES, (place + 1) * _MARK_BYTES) for place in places]
    return all(hmac.compare_digest(first[part], second[part]) for part in parts)


def marks(key: bytes, typed: RowEntry, fields: tuple[str, ...] = FIELDS) -> bytes:
    """A hash of each of the sheet's fields as it was typed, in the form for comparing."""
    values: Mapping[str, str] = {
        "name": comparable(typed.name),
        "place": comparable(typed.place),
        "country": typed.country,
        "email": canonical(typed.email) if typed.email else "",
        **{f"{EXTRA}{key}": comparable(value) for key, value in typed.extra.items()},
    }
    digests = (
        hmac.new(key, f"{place}|{values.get(name, '')}".encode(), hashlib.sha256).digest()
        for place, name in enumerate(fields)
    )
    return b"".join(digest[:_MARK_BYTES] for digest in digests)
