"""The looks at a sheet: in which fields two people differ, and what comes of three.

A field on which the first two looks agree is never asked again and never changes: the row keeps what
the first one sealed, and what the third one typed is a correction of the other fields.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.email_address import Address, canonical
from campaign.names import comparable
from campaign.paper.models import Sheet, SheetRow
from campaign.signatures.sealing import epoch_of, with_correction

FIRST, SECOND, THIRD, CLOSED = "first", "second", "third", "closed"
LOOKS = {FIRST: 1, SECOND: 2, THIRD: 3}

NAME, UNREADABLE, CROSSED = "name", "unreadable", "crossed"

#: What differs, in the order of the hashes.
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

    `fields` are those that were asked: all of them, but in the third look only those that differ.
    """

    what: str
    name: str = ""
    place: str = ""
    country: str = ""
    email: Address | None = None
    fields: tuple[str, ...] = FIELDS

    @property
    def decided(self) -> dict[str, str]:
        """The texts of the fields that were asked."""
        texts = {
            "name": self.name,
            "place": self.place,
            "country": self.country,
            "email": self.email.shown if self.email else "",
        }
        return {field: texts[field] for field in self.fields}


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
    compared = (_difference(number, first.get(number), second.get(number)) for number in row_numbers)
    return [difference for difference in compared if difference]


def _difference(number: int, first: SheetRow | None, second: SheetRow | None) -> Difference | None:
    """How the two looks at a row differ; None if they agree."""
    whats = (first.what if first else "", second.what if second else "")
    if first and second and whats == (NAME, NAME):
        fields = tuple(field for field in FIELDS if not _agree(first.marks, second.marks, (field,)))
        return Difference(number, fields, whats) if fields else None
    # An empty row has no name, either.
    return Difference(number, (), whats) if len({what or CROSSED for what in whats}) > 1 else None


def asked(session: Session, sheet: Sheet, epoch: int) -> dict[int, tuple[str, ...]]:
    """The fields that the third look decides, by row: all, where only one look has a name in the row.

    If the key changed since the first look, a correction would be sealed to another key than the row: then
    all fields are asked, and `settled` accepts only a row that repeats what both agree on.
    """
    first = rows_of_look(session, sheet, 1)
    return {
        difference.row: difference.fields
        if difference.fields and epoch_of(first[difference.row].sealed) == epoch
        else FIELDS
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
        _decided(difference, (first[number], second[number], third[number]))
        if difference.fields
        else _as_typed(third[number])
        for number, difference in sorted(differing.items())
    ]
    return agreed + decided


def _as_typed(row: SheetRow) -> SettledRow:
    return SettledRow(row.what, row.country, row.slot, bytes(row.sealed))


def _decided(difference: Difference, looks: tuple[SheetRow, SheetRow, SheetRow]) -> SettledRow:
    """A row in which two people read a name, with the fields that the third look decided."""
    first, _second, third = looks
    if third.what != NAME or difference.fields == FIELDS:
        return _as_typed(third)
    if epoch_of(first.sealed) != epoch_of(third.sealed):
        kept = tuple(field for field in FIELDS if field not in difference.fields)
        if not _agree(first.marks, third.marks, kept):
            raise SheetStateError("agreed")
        return _as_typed(third)
    country = third.country if "country" in difference.fields else first.country
    sealed = with_correction(bytes(first.sealed), bytes(third.sealed))
    return SettledRow(NAME, country, _slot(difference, looks), sealed)


def _slot(difference: Difference, looks: tuple[SheetRow, SheetRow, SheetRow]) -> int:
    """The index's slot of a corrected row: of its e-mail address, or of the look that typed the same row.

    If nobody typed the row as it is now, the slot of the first look serves: the index is only a first
    guess at duplicates, and trustees compare the names themselves.
    """
    first, second, third = looks
    if third.slot != NO_SLOT:
        return third.slot
    same = [row for row in (first, second) if _agree(row.marks, third.marks, difference.fields)]
    return (same or [first])[0].slot


def _agree(first: bytes, second: bytes, fields: Iterable[str]) -> bool:
    """Whether the hashes of these fields are the same."""
    parts = [slice(place * _MARK_BYTES, (place + 1) * _MARK_BYTES) for place in map(FIELDS.index, fields)]
    return all(hmac.compare_digest(first[part], second[part]) for part in parts)


def marks(key: bytes, typed: RowEntry) -> bytes:
    """Four hashes of what was typed, as it is compared."""
    values: Mapping[str, str] = {
        "name": comparable(typed.name),
        "place": comparable(typed.place),
        "country": typed.country,
        "email": canonical(typed.email) if typed.email else "",
    }
    digests = (
        hmac.new(key, f"{place}|{values[field]}".encode(), hashlib.sha256).digest()
        for place, field in enumerate(FIELDS)
    )
    return b"".join(digest[:_MARK_BYTES] for digest in digests)
