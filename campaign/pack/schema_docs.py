"""The list of every field of a pack, for the handbook: made from the model, so it is complete."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from campaign.messages import Message
from campaign.pack.kinds import KINDS, ItemKind
from campaign.pack.schema import Field, ValueKind, fields_of

_NESTED = {ValueKind.RECORD, ValueKind.RECORDS, ValueKind.RECORD_BY_COUNTRY, ValueKind.FORMS}


def fields_as_markdown(translate: Callable[[Message], str] = str) -> str:
    """A heading and a table for each kind of item: key, kind of value, whether needed, label."""
    return "\n".join(line for kind in KINDS.values() for line in _kind_lines(kind, translate))


def _kind_lines(kind: ItemKind, translate: Callable[[Message], str]) -> Iterator[str]:
    yield f"## {_cell(translate(kind.label))}"
    yield ""
    yield f"`{_place_of(kind)}`"
    yield ""
    yield "| Key | Value | Needed | Label |"
    yield "|---|---|---|---|"
    if kind.list or (kind.folder and kind.many):
        yield "| `key` | key | yes | |"
    for key, field in [*_fields(kind.record), *(_fields(kind.text) if _has_own_text(kind) else ())]:
        label = _cell(translate(field.label)) if field.label is not None else ""
        needed = "yes" if field.needed or field.missing else ""
        yield f"| `{key}` | {_value_of(field)} | {needed} | {label} |"
        for heading, message in field.headings:
            yield f"| `## {heading}` | part | | {_cell(translate(message))} |"
    yield ""


def _has_own_text(kind: ItemKind) -> bool:
    return kind.text is not None and kind.text is not kind.record


def _place_of(kind: ItemKind) -> str:
    inside = kind.list or kind.map
    table = f"{kind.table} › {inside}" if inside else kind.table
    document = f"{kind.folder}/<key>.<language>.md" if kind.many else f"{kind.folder}.<language>.md"
    return ", ".join(path for path in (table, document if kind.folder else "") if path)


def _fields(record_type: Any, outer: str = "") -> Iterator[tuple[str, Field]]:
    """The fields of a record and of the records in it, with the key as a path."""
    for field in fields_of(record_type):
        key = outer + _key_of(field)
        yield key, field
        if field.kind in _NESTED:
            middle = ".<country>" if field.kind is ValueKind.RECORD_BY_COUNTRY else ""
            middle = ".<language>" if field.kind is ValueKind.FORMS else middle
            yield from _fields(field.record, f"{key}{middle}.")


def _key_of(field: Field) -> str:
    if field.kind is ValueKind.PLURAL_FORMS:
        return "<language>, <language>-<case>"
    if field.kind in {ValueKind.PART, ValueKind.PARTS, ValueKind.PLAIN_PARTS, ValueKind.LIST_PART}:
        return f"## {field.key}"
    if field.kind is ValueKind.PARTS_BY_ARGUMENT:
        return f"## {field.key} <{field.offered}>"
    return {ValueKind.BODY: "…", ValueKind.SECTIONS: "## …"}.get(field.kind, field.key)


def _value_of(field: Field) -> str:
    if field.kind is ValueKind.CHOICE:
        return ", ".join(f"`{value}`" for value in sorted(field.choices))
    names_itself = field.kind is ValueKind.RECORD_BY_COUNTRY
    return (
        f"{field.kind.value}: {field.offered}"
        if field.offered and not names_itself
        else str(field.kind.value)
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
