"""The content of one signature, and its bytes: CBOR, padded so that the length reveals little."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import cbor2

from campaign.untrusted import cbor_value

#: Lengths that a padded signature may have; longer ones go up by 128.
STEPS = (128, 192, 256, 384, 512)

#: The version of the wording of the consents. It goes up when their meaning changes: from 2 on they say that
#: the name is handed over with the petition, and to whom.
CONSENTS = 2
NAME_HANDED_OVER = 2

#: In the place of a sheet's number: signed on a device at a stall.
STALL = "stall"


@dataclass(frozen=True, slots=True)
class Person:
    """One signature as typed: `day` is the day of signing (no time is kept).

    `place` is a town or ''. `news`: the person wants news of the campaign. `shown`: the name, or what
    `shown_as` says, may appear on the site (see `public_name`). `edition` is the petition's text that was
    signed. On paper, `sheet` is the sheet's number ('-' for a list that was typed elsewhere), `row` is the
    row on it, and `email`, the e-mail address, is usually ''. At a stall, `sheet` is STALL and `row` 0.
    `extra` has what was typed into the extra fields of the form or the sheet, by their keys; None if it has
    none.
    """

    name: str
    email: str
    country: str
    place: str
    day: str
    language: str
    edition: int
    news: bool = False
    shown: bool = False
    consents: int = CONSENTS
    sheet: str = ""
    row: int = 0
    extra: Mapping[str, str] | None = None
    shown_as: str = ""

    @property
    def public_name(self) -> str:
        """What the site shows if an organiser lets it through; '' if the person does not want to be shown.

        It is the name, or `shown_as`: the initials as they were made, or the key of the extra field whose
        entry is shown with the town.
        """
        if not self.shown:
            return ""
        entry = (self.extra or {}).get(self.shown_as)
        return f"{entry} · {self.place}" if entry else self.shown_as or self.name

    @property
    def way(self) -> str:
        """How it was signed: 'online', 'paper' or 'stall'."""
        return STALL if self.sheet == STALL else "paper" if self.sheet else "online"


_FIELDS = ("name", "email", "country", "place", "day", "language", "edition", "news", "shown", "consents")
_ON_PAPER = (*_FIELDS, "sheet", "row")

#: The same with extra fields. The number of values tells the four forms of a record apart.
_WITH_EXTRA, _ON_PAPER_WITH_EXTRA = (*_FIELDS, "extra"), (*_ON_PAPER, "extra")
_FORMS = {len(names): names for names in (_FIELDS, _WITH_EXTRA, _ON_PAPER, _ON_PAPER_WITH_EXTRA)}

#: The types of the fields that are not texts. `shown` is a text if something else than the name is shown.
_TYPES = {"edition": int, "news": bool, "shown": bool, "consents": int, "row": int, "extra": dict}

#: Bytes for what was typed into extra fields, however much of it there is: the length of a record does not
#: show who filled in which. The link in the e-mail carries the record, and mail programs cut longer links.
EXTRA_BYTES = 192

#: The most extra fields of a form, and the form of their keys.
MOST_EXTRA = 3
LONGEST_EXTRA_KEY = 40
_EXTRA_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class ExtraTooLongError(ValueError):
    """What was typed into the extra fields is together too long."""


def to_bytes(person: Person) -> bytes:
    """The signature as CBOR, padded with zeros to one of a few lengths. Raises ExtraTooLongError."""
    values = _values(person)
    padded = _padded(cbor2.dumps(values))
    if person.extra is None:
        return padded
    if extra_size(person.extra) > EXTRA_BYTES:
        raise ExtraTooLongError
    return _filled(_with_extra(values, person), len(padded) + EXTRA_BYTES)


def _values(person: Person) -> list[Any]:
    """The values of a record without its extra fields."""
    fields = _ON_PAPER if person.sheet else _FIELDS
    values = [getattr(person, field) for field in fields]
    if person.shown and person.shown_as:
        values[fields.index("shown")] = person.shown_as
    return values


def _with_extra(values: list[Any], person: Person) -> bytes:
    return cbor2.dumps(values if person.extra is None else [*values, dict(person.extra)])


def extra_size(extra: Mapping[str, str]) -> int:
    """Bytes that what was typed into extra fields needs in a record."""
    return len(cbor2.dumps(dict(extra)))


def _padded(body: bytes) -> bytes:
    step = next((step for step in STEPS if step > len(body)), -(-(len(body) + 1) // 128) * 128)
    return _filled(body, step)


def _filled(body: bytes, size: int) -> bytes:
    return body + b"\x80" + bytes(size - len(body) - 1)


def _unpadded(padded: bytes) -> bytes:
    return padded.rpartition(b"\x80")[0]


#: What a third look at a sheet may decide, apart from the rest of a row.
CORRECTED = frozenset({"name", "place", "country", "email"})

#: Before the key of an extra field, in a correction and in the columns of sheets and lists.
EXTRA = "extra-"


def correction(fields: Mapping[str, str]) -> bytes:
    """Some fields of a signature, for `corrected`, padded as a signature is."""
    return _padded(cbor2.dumps(dict(fields)))


def corrected(padded: bytes, correction: bytes) -> bytes:
    """A signature with the fields of a correction. Raises ValueError for anything else."""
    fields = cbor_value(_unpadded(correction), depth=2)
    if not isinstance(fields, dict) or not all(map(_is_corrected, fields)):
        raise ValueError("not a correction")
    if any(type(value) is not str for value in fields.values()):
        raise ValueError("not a correction")
    person = from_bytes(padded)
    extra = {name: value for name, value in fields.items() if name not in CORRECTED}
    plain = {name: value for name, value in fields.items() if name in CORRECTED}
    person = replace(person, **plain, extra=_corrected_extra(person.extra, extra))
    # However long the entries of both are together: nothing may keep a trustee from reading them.
    return _padded(_with_extra(_values(person), person))


def _is_corrected(name: object) -> bool:
    is_extra = isinstance(name, str) and name.startswith(EXTRA) and is_extra_key(name.removeprefix(EXTRA))
    return name in CORRECTED or is_extra


def _corrected_extra(entries: Mapping[str, str] | None, decided: Mapping[str, str]) -> dict[str, str] | None:
    """Entries of extra fields after some were decided; '' takes one away."""
    if entries is None and not decided:
        return None
    extra = dict(entries or {})
    for name, value in decided.items():
        extra.pop(name.removeprefix(EXTRA), None)
        extra |= {name.removeprefix(EXTRA): value} if value else {}
    return extra


def from_bytes(padded: bytes) -> Person:
    """The signature in padded bytes. Raises ValueError for anything else."""
    values = cbor_value(_unpadded(padded), depth=2)
    if not isinstance(values, list) or len(values) not in _FORMS:
        raise ValueError("not a signature")
    by_name = dict(zip(_FORMS[len(values)], values, strict=True))
    shown = by_name["shown"]
    if type(shown) is str and shown:
        by_name |= {"shown": True, "shown_as": shown}
    # A host could put records of its own into the list, so nothing in them is trusted.
    for name, value in by_name.items():
        if type(value) is not _TYPES.get(name, str):
            raise ValueError("not a signature")
    if not _is_extra(by_name.get("extra", {})):
        raise ValueError("not a signature")
    return Person(**by_name)


def _is_extra(extra: Mapping[Any, Any]) -> bool:
    """Whether keys and texts are what a form gives: a few of them, and the keys fit to head a column."""
    return len(extra) <= MOST_EXTRA and all(
        type(text) is str and type(key) is str and is_extra_key(key) for key, text in extra.items()
    )


def is_extra_key(key: str) -> bool:
    """Whether an extra field can have this key: it is in each record, and heads a column of lists."""
    return len(key) <= LONGEST_EXTRA_KEY and _EXTRA_KEY.fullmatch(key) is not None
