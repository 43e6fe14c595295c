"""The functions that describe a field of a record, one for each kind of value.

The type that a function returns is the type of the attribute: mypy compares the two.
At run time the functions return a dataclass field with a `schema.Field` as its metadata.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar, Unpack, dataclass_transform
from zoneinfo import ZoneInfo

from campaign.languages.dates import Day
from campaign.messages import Message
from campaign.pack.schema import Field, Options, Shorthand, ValueKind
from campaign.pack.values import Point, Prose, Words

T = TypeVar("T")


def _described(kind: ValueKind, label: Message | None, options: Mapping[str, Any], **more: Any) -> T:  # type: ignore[type-var]  # the caller's return type says what it is
    field = Field(kind, label, **{**more, **options})
    return dataclasses.field(metadata={"field": field})  # type: ignore[no-any-return]


# fields of a record


def text(label: Message | None = None, **options: Unpack[Options]) -> str:
    """A text that is the same in all languages."""
    return _described(ValueKind.TEXT, label, options)


def words(
    label: Message | None = None, *, instead: str = "", years: bool = False, **options: Unpack[Options]
) -> Words:
    """A text in each language; `instead` names a field whose words are used if this one is empty.

    With `years` the text may say how many have passed since a day: see years_since.py.
    """
    return _described(ValueKind.WORDS, label, options, instead=instead, years=years)


def prose(label: Message | None = None, **options: Unpack[Options]) -> Mapping[str, Prose]:
    """Markdown with marks, in each language; needed unless the options say otherwise."""
    return _described(ValueKind.PROSE, label, options, needed=True, control="area")


def forms(record_type: type[T], **options: Unpack[Options]) -> Mapping[str, T]:
    """Forms of one text in each language: a field of `record_type` for each form."""
    return _described(ValueKind.FORMS, None, options, record=record_type)


def plural_forms(**options: Unpack[Options]) -> Mapping[str, Mapping[str, str]]:
    """Forms of a noun by plural class, under each language and, for its cases, `language-case`."""
    return _described(ValueKind.PLURAL_FORMS, None, options)


def day(label: Message | None = None, **options: Unpack[Options]) -> Day | None:
    """A date, with or without day and month."""
    return _described(ValueKind.DAY, label, options, control="day")


def certain_day(label: Message | None = None, **options: Unpack[Options]) -> Day:
    """A date that a record always has: the year 1 if the file has none."""
    return _described(ValueKind.DAY, label, options, control="day", empty=Day(1))


def whole_day(label: Message | None = None, **options: Unpack[Options]) -> date | None:
    """A date with day and month."""
    return _described(ValueKind.WHOLE_DAY, label, options, control="day")


def flag(label: Message | None = None, *, empty: bool = False, **options: Unpack[Options]) -> bool:
    """Yes or no; `empty` is the default."""
    control = "on" if empty else "flag"
    return _described(ValueKind.FLAG, label, options, empty=empty, control=control)


def choice(
    choices: Iterable[str],
    empty: str,
    label: Message | None = None,
    *,
    offered: str = "",
    **options: Unpack[Options],
) -> str:
    """One of fixed values; `empty` is the default."""
    more = {"choices": frozenset(choices), "empty": empty, "offered": offered}
    return _described(ValueKind.CHOICE, label, options, control="one", **more)


def reference(offered: str, label: Message | None = None, **options: Unpack[Options]) -> str:
    """The key of something else, such as a source or a country."""
    return _described(ValueKind.REFERENCE, label, options, offered=offered, control="one")


def references(
    offered: str, label: Message | None = None, *, compact: bool = False, **options: Unpack[Options]
) -> tuple[str, ...]:
    """Keys of something else; with `compact` a single one is written without brackets."""
    more = {"offered": offered, "compact": compact}
    return _described(ValueKind.REFERENCES, label, options, control="some", **more)


def lookup(offered: str, label: Message | None = None, **options: Unpack[Options]) -> Any:
    """The key of another record; the model has that record instead of the key."""
    return _described(ValueKind.LOOKUP, label, options, offered=offered, control="one")


def texts(label: Message | None = None, **options: Unpack[Options]) -> tuple[str, ...]:
    """A list of texts, a line each."""
    return _described(ValueKind.TEXTS, label, options, control="lines")


def texts_by_language(**options: Unpack[Options]) -> Mapping[str, tuple[str, ...]]:
    """A list of texts in some languages, not necessarily those of the campaign."""
    return _described(ValueKind.TEXTS_BY_LANGUAGE, None, options)


def web_address(label: Message | None = None, **options: Unpack[Options]) -> str:
    """An address that begins with http:// or https://."""
    return _described(ValueKind.WEB_ADDRESS, label, options, control="url")


def email(label: Message | None = None, **options: Unpack[Options]) -> str:
    """An e-mail address."""
    return _described(ValueKind.EMAIL, label, options, control="email")


def time_zone(label: Message | None = None, **options: Unpack[Options]) -> ZoneInfo:
    """The name of a time zone, such as Africa/Lagos; UTC is the default."""
    return _described(ValueKind.TIME_ZONE, label, options)


def number(label: Message | None = None, **options: Unpack[Options]) -> Decimal | None:
    """A number, with or without decimals."""
    return _described(ValueKind.NUMBER, label, options)


def count(label: Message | None = None, **options: Unpack[Options]) -> int:
    """A whole number above 0; 0 if it is missing."""
    return _described(ValueKind.COUNT, label, options, empty=0)


def photograph(label: Message | None = None, **options: Unpack[Options]) -> str:
    """The name of a photograph, as the desk assigned it."""
    return _described(ValueKind.PHOTOGRAPH, label, options, empty="", control="photo")


def point(label: Message | None = None, **options: Unpack[Options]) -> Point | None:
    """A point of a picture."""
    return _described(ValueKind.POINT, label, options, control="point")


def colour(label: Message | None = None, **options: Unpack[Options]) -> str:
    """A colour as # and six digits; '' if it is missing."""
    return _described(ValueKind.COLOUR, label, options, empty="")


def nested(
    record_type: type[T], *, shorthand: Shorthand | None = None, **options: Unpack[Options]
) -> T | None:
    """A record inside a record; its own fields have the labels. `shorthand`: what a list stands for."""
    return _described(ValueKind.RECORD, None, options, record=record_type, shorthand=shorthand)


def nested_list(record_type: type[T], **options: Unpack[Options]) -> tuple[T, ...]:
    """A list of records without keys."""
    return _described(ValueKind.RECORDS, None, options, record=record_type)


def by_country(record_type: type[T], **options: Unpack[Options]) -> Mapping[str, T]:
    """A record for each of several countries, by their codes."""
    more = {"offered": "country", "record": record_type}
    return _described(ValueKind.RECORD_BY_COUNTRY, None, options, **more)


# parts of a Markdown document


def body() -> Prose:
    """The text before the first `## part`."""
    return _described(ValueKind.BODY, None, {})


def part(key: str, label: Message) -> Prose | None:
    """A part that a document may have once."""
    return _described(ValueKind.PART, label, {"key": key}, control="area")


def parts(key: str, label: Message, *, needed: bool = False) -> tuple[Prose, ...]:
    """Parts of the same key."""
    return _described(ValueKind.PARTS, label, {"key": key, "needed": needed})


def plain_parts(key: str, label: Message, *, needed: bool = False) -> tuple[Prose, ...]:
    """Parts of the same key without an argument."""
    return _described(ValueKind.PLAIN_PARTS, label, {"key": key, "needed": needed})


def parts_by_argument(key: str, offered: str) -> Mapping[str, Prose]:
    """The parts of a key with an argument, such as `## ask first-demand`."""
    return _described(ValueKind.PARTS_BY_ARGUMENT, None, {"key": key, "offered": offered})


def list_part(key: str, label: Message) -> tuple[str, ...]:
    """The lines of a part that is a list; a document may have it once."""
    return _described(ValueKind.LIST_PART, label, {"key": key})


def sections(*headings: tuple[str, Message]) -> Mapping[str, Prose]:
    """Every part, by its key; `headings` are those that the desk offers."""
    return _described(ValueKind.SECTIONS, None, {}, headings=headings)


# records


@dataclass_transform(
    frozen_default=True,
    field_specifiers=(
        text, words, prose, forms, plural_forms, day, certain_day, whole_day, flag, choice, reference,
        references, lookup, texts, texts_by_language, web_address,
        time_zone, email, number, count,
        photograph, point, colour, nested, nested_list, by_country, body, part, parts, plain_parts,
        parts_by_argument, list_part, sections,
    ),
)  # fmt: skip
def record(*, eq: bool = True) -> Callable[[type[T]], type[T]]:
    """Makes a class a frozen dataclass with slots; without `eq`, only the same object is equal."""
    return dataclasses.dataclass(frozen=True, slots=True, eq=eq)
