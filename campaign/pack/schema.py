"""What is known of a field of a pack, written once, where the field is: in the model.

    @record()
    class Organisation:
        key: str
        name: Words = fields.words(Message("Name"), needed=True)
        website: str = fields.web_address(Message("Website"))

The function (`fields.py`) names the kind of value: how it is written in the file, read, and typed
at the desk. From this are made the reader (`records.py`, `documents.py`), the checker's references
(`references_in`), the desk's forms, lists, differences and spreadsheet (`desk/content/kinds.py`)
and the list of all fields (`schema_docs.py`). The order of the fields is the order at the desk.
A field without a label is not at the desk; one without a description, such as `key` and `place`,
is given by whoever reads the record.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from enum import Enum, unique
from functools import cache
from typing import Any, TypedDict

from campaign.messages import Message


@unique
class ValueKind(Enum):
    """The kinds of values: the name of each is what the list of fields calls it."""

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
    """What can be said of a field of any kind; `Field` explains each."""

    key: str
    hint: Message
    needed: bool
    form_requires: bool
    control: str
    checked: bool
    beside: str
    missing: Message


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """One field of a record, as the model describes it."""

    kind: ValueKind
    #: What the desk calls it; a field without a label is not there.
    label: Message | None = None
    #: The attribute of the model, and the key in the file: the same with hyphens if not given.
    name: str = ""
    key: str = ""
    hint: Message | None = None
    #: Whether it is a finding if the file lacks it.
    needed: bool = False
    #: False: the form accepts it empty, and the findings say that it is missing.
    form_requires: bool = True
    #: How the desk lets it be typed; see `Field` in desk/content/kinds.py.
    control: str = "line"
    #: What it is chosen from, such as "source" or "country".
    offered: str = ""
    #: Whether the checker looks for what it refers to.
    checked: bool = True
    #: A field without which this one is not offered, and not needed.
    beside: str = ""
    #: A field whose words are taken where this one has none.
    instead: str = ""
    #: The finding for a list that is missing or empty.
    missing: Message | None = None
    #: The values of a choice.
    choices: frozenset[str] = frozenset()
    #: What is read where the file has nothing.
    empty: Any = None
    #: The type of records inside it.
    record: type[Any] | None = None
    #: Whether a single key is written without brackets.
    compact: bool = False
    #: What follows the language in the key of plural forms.
    suffix: str = ""
    #: The parts that the desk offers for sections of any name.
    headings: tuple[tuple[str, Message], ...] = ()


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


def references_in(item: Any) -> Iterator[tuple[str, str]]:
    """(what, key) for everything to which a record refers, such as ("source", "statement")."""
    for field in fields_of(item.__class__):
        value = getattr(item, field.name)
        if field.kind is ValueKind.RECORD and value is not None:
            yield from references_in(value)
        elif field.checked and field.kind in {ValueKind.REFERENCES, ValueKind.RECORD_BY_COUNTRY}:
            yield from ((field.offered, key) for key in value)
        elif field.checked and field.kind is ValueKind.REFERENCE and (value or field.needed):
            yield field.offered, value
