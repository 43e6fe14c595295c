"""YAML to records: lists of records by key, and records inside records, as `schema.py` describes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from campaign.messages import Message
from campaign.pack.field_readers import VALUE_READERS, Context, FieldReading, Reader
from campaign.pack.kinds import BY_RECORD
from campaign.pack.reading import Node, Record
from campaign.pack.schema import Field, Shorthand, ValueKind, fields_of
from campaign.pack.values import Place

T = TypeVar("T")

#: The form of a record's key.
KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def read_record(record_type: type[T], record: Record, context: Context, **given: Any) -> T:
    """A record; `given` has the fields that come from elsewhere."""
    return record_type(**read_values(record_type, record, context), **given)


def read_values(record_type: type[Any], record: Record, context: Context) -> dict[str, Any]:
    """The values of the described fields, by attribute."""
    values: dict[str, Any] = {}
    for field in fields_of(record_type):
        if field.kind in _READERS:
            values[field.name] = read_field(field, record, context, values)
    return values


def read_field(
    field: Field, record: Record, context: Context, values: Mapping[str, Any] | None = None
) -> Any:
    """The value of one field; `values` has the values of the fields before it."""
    return _READERS[field.kind](FieldReading(context, record, field, values or {}))


def has_field(record_type: type[Any], name: str) -> bool:
    """Whether records of a type have a field, described or not."""
    return name in record_type.__dataclass_fields__


def read_all(
    record_type: type[T],
    tables: Mapping[str, Record],
    context: Context,
    given: Callable[[str], dict[str, Any]] = lambda key: {},
) -> dict[str, T]:
    """Every record of a type by key, in the order of its table; `given` adds fields from elsewhere."""
    kind = BY_RECORD[record_type]
    table = tables[kind.table]
    if table.find(kind.list) is None:
        return {}
    records: dict[str, T] = {}
    for entry in table.records(kind.list):
        key = _key_of(entry, records)
        own_values = {"key": key, "place": place_of(entry)}
        extra = {name: value for name, value in own_values.items() if has_field(record_type, name)} | given(
            key
        )
        records[key] = read_record(record_type, entry, context, **extra)
    return records


def _key_of(entry: Record, records: Mapping[str, Any]) -> str:
    key = entry.text("key")
    if not KEY.fullmatch(key):
        entry.node.error(
            Message("The key “%(key)s” can have only lower-case letters, digits and hyphens.", key=key)
        )
    elif key in records:
        entry.node.error(Message("The key “%(key)s” appears twice.", key=key))
    return key


def place_of(record: Record) -> Place:
    """Where a record begins."""
    return Place(record.node.path, record.node.line)


def _nested(at: FieldReading) -> Any:
    node = at.record.find(at.key)
    if node is not None and at.field.shorthand and isinstance(node.value, list):
        node = _expanded(node, at.field.shorthand)
    return _inner(node, at.field, at.context) if node is not None else None


def _expanded(node: Node, shorthand: Shorthand) -> Node:
    """The record that a list stands for, at the list's place."""
    own_values = {key: replace(node, value=text) for key, text in shorthand.values}
    return replace(node, value={**own_values, shorthand.list_key: node})


def _nested_list(at: FieldReading) -> tuple[Any, ...]:
    record_type: type[Any] = at.field.record or object
    records = tuple(
        read_record(record_type, entry, at.context, place=place_of(entry))
        for entry in at.record.records(at.key)
    )
    if not records and at.field.missing:
        at.record.node.error(at.field.missing)
    return records


def _by_country(at: FieldReading) -> dict[str, Any]:
    node = at.record.find(at.key)
    entries = node.fields() if node is not None else {}
    return {code: _inner(entry, at.field, at.context) for code, entry in entries.items()}


def _inner(node: Node, field: Field, context: Context) -> Any:
    record_type: type[Any] = field.record or object
    record = Record(node)
    given = {"place": place_of(record)} if has_field(record_type, "place") else {}
    value = read_record(record_type, record, context, **given)
    record.close()
    return value


_READERS: dict[ValueKind, Reader] = {
    **VALUE_READERS,
    ValueKind.RECORD: _nested,
    ValueKind.RECORDS: _nested_list,
    ValueKind.RECORD_BY_COUNTRY: _by_country,
}
