"""The description of a pack's field, written once, next to the field in the model.

    @record()
    class Organisation:
        key: str
        name: Words = fields.words(Message("Name"), needed=True)
        website: str = fields.web_address(Message("Website"))

The function (`fields.py`) names the kind of value: how it is written in the file, read, and typed
at the desk. It drives the reader (`records.py`, `documents.py`), the checker's references
(`references_in`), the desk's forms, lists, differences and spreadsheet (`desk/content/kinds.py`)
and the list of all fields (`schema_docs.py`). The order of the fields is the order at the desk.
The desk does not show a field without a label. A field without a description, such as `key` and
`place`, is set by the code that reads the record.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from enum import Enum, unique
from functools import cache
from typing import Any, TypedDict

from campaign.messages import Message, Named


@unique
class ValueKind(Enum):
    """The kinds of values; the list of fields shows these texts."""

    TEXT = "text"
    WORDS = "text in each language"
    PROSE = "Markdown in each language"
    FORMS = "forms in each language"
    PLURAL_FORMS = "plural forms of a language"
    DAY = "date, such as 2022-01-05, 2022-01 or 2022"
    WHOLE_DAY = "date, such as 2022-01-05"
    FLAG = "yes or no"
    CHOICE = "one of a list"
    REFERENCE = "key"
    REFERENCES = "list of keys"
    LOOKUP = "key of another record"
    TEXTS = "list of texts"
    TEXTS_BY_LANGUAGE = "list of texts in some languages"
    TIME_ZONE = "time zone"
    WEB_ADDRESS = "web address"
    EMAIL = "e-mail address"
    NUMBER = "number"
    COUNT = "whole number above 0"
    PHOTOGRAPH = "photograph"
    POINT = "point of a picture in per cent, from the left and from the top, such as 30 40"
    COLOUR = "colour, such as #1a5fb4"
    RECORD = "record"
    RECORDS = "list of records"
    RECORD_BY_COUNTRY = "record for each country"
    # Parts of a Markdown document.
    BODY = "text of the document"
    PART = "part"
    PARTS = "parts, one or more"
    PLAIN_PARTS = "parts without a word after their key"
    PARTS_BY_ARGUMENT = "parts, by the word after their key"
    LIST_PART = "part that is a list"
    SECTIONS = "parts, by their key"


class Options(TypedDict, total=False):
    """Options of a field of any kind; `Field` explains each."""

    key: str
    hint: Message
    needed: bool
    form_requires: bool
    control: str
    checked: bool
    beside: str
    unless: str
    missing: Message


@dataclasses.dataclass(frozen=True, slots=True)
class Shorthand:
    """A record that may be written as a list: of which of its fields, and the values of others."""

    list_key: str
    values: tuple[tuple[str, str], ...]

    def expanded(self, entries: Any) -> dict[str, Any]:
        """The record that the list stands for."""
        return {**dict(self.values), self.list_key: entries}


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """One field of a record, as the model describes it."""

    kind: ValueKind
    #: The label at the desk; the desk does not show a field without one.
    label: Message | None = None
    #: The attribute of the model, and the key in the file: by default the same with hyphens.
    name: str = ""
    key: str = ""
    hint: Message | None = None
    #: Whether a missing value is a finding.
    needed: bool = False
    #: False: the form accepts an empty value, and the findings report it as missing.
    form_requires: bool = True
    #: The form control at the desk; see `Field` in desk/content/kinds.py.
    control: str = "line"
    #: The records or codes to choose from, such as "source" or "country".
    offered: str = ""
    #: Whether the checker looks up the reference.
    checked: bool = True
    #: Another field; without a value there, this one is neither offered nor needed.
    beside: str = ""
    #: A yes or no; after a yes, this field is not needed.
    unless: str = ""
    #: A field whose words are used if this one has none.
    instead: str = ""
    #: Whether its words may say how many years have passed: see years_since.py.
    years: bool = False
    #: The finding for a list that is missing or empty.
    missing: Message | None = None
    #: The values of a choice.
    choices: frozenset[str] = frozenset()
    #: The value if the file has none.
    empty: Any = None
    #: The type of records inside it.
    record: type[Any] | None = None
    #: What a list stands for where a record is expected.
    shorthand: Shorthand | None = None
    #: Whether a single key is written without brackets.
    compact: bool = False
    #: The parts that the desk offers for sections of any name.
    headings: tuple[tuple[str, Message], ...] = ()

    @property
    def named(self) -> Named | str:
        """The field in a message: its key for people who read files, else its label at the desk."""
        label = self.label
        if label is None and self.record is not None:
            label = next((field.label for field in fields_of(self.record) if field.label), None)
        return self.key if label is None else Named(self.key, label)


def fields_of(record_type: Any) -> tuple[Field, ...]:
    """The described fields of a record, in order."""
    return _fields_of(record_type)


@cache
def _fields_of(record_type: Any) -> tuple[Field, ...]:
    return tuple(
        dataclasses.replace(
            field.metadata["field"],
            name=field.name,
            key=field.metadata["field"].key or field.name.replace("_", "-"),
        )
        for field in dataclasses.fields(record_type)
        if "field" in field.metadata
    )


def named(record_type: Any, key: str) -> Named | str:
    """A field of a record in a message, by its key in the file."""
    return next(field for field in fields_of(record_type) if field.key == key).named


def references_in(item: Any) -> Iterator[tuple[str, str]]:
    """(offered, key) for every reference of a record, such as ("source", "statement")."""
    for field in fields_of(item.__class__):
        value = getattr(item, field.name)
        if field.kind is ValueKind.RECORD and value is not None:
            yield from references_in(value)
        elif field.checked and field.kind in {ValueKind.REFERENCES, ValueKind.RECORD_BY_COUNTRY}:
            yield from ((field.offered, key) for key in value)
        elif field.checked and field.kind is ValueKind.REFERENCE and (value or field.needed):
            yield field.offered, value
