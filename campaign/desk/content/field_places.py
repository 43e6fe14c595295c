"""Which field of a form has what is at a line of a file: findings are said in the forms’ own words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from flask_babel import gettext as _
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from campaign.desk.content import items, plural_forms
from campaign.desk.content.items import Files, ItemReference
from campaign.desk.content.kinds import Field
from campaign.pack import document_writing, yaml_places
from campaign.pack.document_writing import BODY, Part
from campaign.pack.writing import Path, WritingError


@dataclass(frozen=True, slots=True)
class FieldPlace:
    """A field of a form: its label, and where its page has it."""

    label: str
    anchor: str


def field_at(files: Files, where: ItemReference, path: str, line: int) -> FieldPlace | None:
    """The field of a thing that is at a line of one of its files; None if none is."""
    text = files.get(path, "")
    if path == where.kind.table:
        root = items.root_of(text, where)
        return None if root is None else _of_table(text, where, root, line)
    return _of_document(text, where, line) if path.endswith(".md") else None


def _of_table(text: str, where: ItemReference, root: Path, line: int) -> FieldPlace | None:
    node = yaml_places.find(_nodes(text), root)
    place = tuple(_keys_at(node, line - 1)) if node is not None else ()
    fields = [field for field in where.kind.fields if _is_at(field, place, where.language)]
    if where.kind.key == "demand" and place[:1] == ("states",):
        return FieldPlace(_("Progress so far"), "so-far")
    best = max(fields, key=lambda field: (len(field.path), _is_form(field, place)), default=None)
    if best is None:
        return None
    label = plural_forms.label(best, where.language) if best.plural else best.label
    return FieldPlace(str(label), f"field-{best.id}")


def _is_at(field: Field, place: Path, language: str) -> bool:
    if field.plural:
        return plural_forms.asked(field, language) and field.form in place
    return bool(field.path) and place[: len(field.path)] == field.path


def _is_form(field: Field, place: Path) -> bool:
    return bool(field.form) and place[-1:] == (field.form,)


@lru_cache(maxsize=16)
def _nodes(text: str) -> Node:
    """The root of a table; a page asks for many places of a few tables."""
    root: Node = yaml_places.root_of(text)
    return root


def _keys_at(node: Node, line: int) -> Iterator[str | int]:
    """The keys that lead to what begins last before the end of a line, counted from 0."""
    if isinstance(node, MappingNode):
        before = [(key, value) for key, value in node.value if key.start_mark.line <= line]
        if before:
            key, value = before[-1]
            yield str(key.value)
            yield from _keys_at(value, line)
    elif isinstance(node, SequenceNode):
        started = [n for n, entry in enumerate(node.value) if entry.start_mark.line <= line]
        if started:
            yield started[-1]
            yield from _keys_at(node.value[started[-1]], line)


def _of_document(text: str, where: ItemReference, line: int) -> FieldPlace | None:
    try:
        head = _nodes(document_writing.head_of(text))
        if line <= head.end_mark.line + 1:
            keys = next(_keys_at(head, line - 2), "")
            field = next((field for field in where.kind.heads if field.path[:1] == (keys,)), None)
            return FieldPlace(str(field.label), f"field-{field.id}") if field else None
        for part in document_writing.parts(text):
            first, last = document_writing.part_lines(text, part)
            if first <= line <= last:
                return FieldPlace(_label(where, part), f"field-{items.part_id(part)}")
    except WritingError:
        pass
    return None


def _label(where: ItemReference, part: Part) -> str:
    """The label of a part, without what makes several of a kind different."""
    return str(_("Text")) if part == BODY else str(dict(where.kind.parts).get(part.key, part.key))
