"""Changes a file of a pack as a careful person would: only the value or record that changes.

A table is never rewritten as a whole. The value is found in the text and only that place
changes, so comments, order and style stay, and one changed line is one line of difference.
The result is read again and compared with the intended content.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from campaign.messages import Message
from campaign.pack import yaml_text
from campaign.pack.yaml_places import (
    Path,
    WritingError,
    children_of,
    end_of,
    find,
    in_flow,
    key_node,
    line_end,
    offset,
    parts_of,
    plain,
    root_of,
)
from campaign.pack.yaml_text import Value

__all__ = ["Path", "WritingError", "add", "at", "lines_of", "place_of", "put", "read"]


@lru_cache(maxsize=64)
def read(text: str) -> Value:
    """A table as plain texts, lists and maps, which must not be changed. Raises WritingError."""
    return plain(root_of(text))


def at(value: Value, path: Path) -> Value:
    """The value under a path; None if there is none."""
    for part in path:
        if isinstance(part, int):
            value = value[part] if isinstance(value, list) and -len(value) <= part < len(value) else None
        else:
            value = value.get(part) if isinstance(value, dict) else None
        if value is None:
            return None
    return value


def place_of(text: str, list_key: str, key: str) -> int | None:
    """The position of the record with a `key` in one of the table's lists; None if it is not there."""
    records = at(read(text), (list_key,)) or []
    return next(
        (n for n, record in enumerate(records) if isinstance(record, dict) and record.get("key") == key), None
    )


def lines_of(text: str, path: Path) -> tuple[int, int]:
    """The first and last line, from 1, of the value under a path. Raises WritingError if there is none."""
    root = root_of(text)
    node = find(root, path)
    if node is None:
        raise WritingError(Message("There is no “%(place)s” in this file.", place=_readable_path(path)))
    key = key_node(root, path)
    start = (key or node).start_mark.line
    return start + 1, text.count("\n", 0, end_of(text, node)) + 1


def put(text: str, path: Path, value: Value | None, order: Sequence[str] = ()) -> str:
    """The table with a value set, or removed (None). Missing maps on the path are created.

    `order` is the order of the map's keys, for the place of a new one. Raises WritingError.
    """
    if at(read(text), path) == value:
        return text
    changed = _put(text, path, value, order)
    _compare(changed, _changed(read(text), path, value), path)
    return changed


def add(text: str, list_key: str, record: dict[str, Value]) -> str:
    """The table with a record at the end of one of its lists. Raises WritingError."""
    root = root_of(text)
    node = find(root, (list_key,))
    if isinstance(node, SequenceNode) and node.value and not node.flow_style:
        indent = node.start_mark.column
        lines = yaml_text.block(record, indent + 2)
        at_end = line_end(text, end_of(text, node))
        changed = f"{text[:at_end]}\n{' ' * indent}- {lines.lstrip()}{text[at_end:]}"
    else:
        changed = _put(text, (list_key,), [record], ())
    records = at(read(text), (list_key,)) or []
    _compare(changed, _changed(read(text), (list_key,), [*records, record]), (list_key,))
    return changed if changed.endswith("\n") else changed + "\n"


def _compare(changed: str, expected: Value, path: Path) -> None:
    if read(changed) != expected:
        raise WritingError(
            Message(
                "“%(place)s” can’t be changed here: edit the whole file instead.", place=_readable_path(path)
            )
        )


def _readable_path(path: Path) -> str:
    return " › ".join(str(part) for part in path)


def _changed(value: Value, path: Path, new: Value | None) -> Value:
    if not path:
        return new
    head, rest = path[0], path[1:]
    if isinstance(head, int):
        entries = list(value or [])
        if not rest and new is None:
            del entries[head]
        else:
            entries[head] = _changed(entries[head], rest, new)
        return entries
    fields = dict(value or {})
    changed = _changed(fields.get(head), rest, new) if rest else new
    if changed is None or (new is None and changed == {}):  # a map without its last key goes, too
        fields.pop(head, None)
    else:
        fields[head] = changed
    return fields


# writing


def _put(text: str, path: Path, value: Value | None, order: Sequence[str]) -> str:
    root = root_of(text)
    node, parent = find(root, path), find(root, path[:-1])
    if value is None:
        return _without(text, root, path) if node is not None else text
    if parent is None:
        return _put(text, path[:-1], {path[-1]: value}, order)
    if node is None:
        if not isinstance(parent, MappingNode):
            raise WritingError(
                Message("“%(place)s” does not belong in this file.", place=_readable_path(path))
            )
        return _inserted(text, parent, str(path[-1]), value, order)
    if isinstance(value, list) and _is_list_of_lines(node, value):
        return _with_entries(text, path, node, value)
    return _replaced(text, root, path, value)


def _replaced(text: str, root: Node, path: Path, value: Value) -> str:
    """The text with the value of a node that there is."""
    node, flow, styles = find(root, path), in_flow(root, path), _styles(root, path)
    if isinstance(value, str) and isinstance(node, ScalarNode) and _fits_on_one_line(value, node):
        return _spliced(text, node, yaml_text.scalar(value, flow, _style(root, path, flow)))
    if isinstance(value, str) and _stays_a_block(value, node):
        return _with_block(text, node, value)
    if flow or (not isinstance(node, ScalarNode) and node.flow_style and _is_short(value)):
        return _spliced(text, node, yaml_text.flow(value, styles))
    key = key_node(root, path)
    if key is None:  # an entry of a list
        column = node.start_mark.column
        return _spliced(text, node, yaml_text.block(value, column, styles).lstrip())
    start, column = offset(text, key.start_mark), key.start_mark.column
    entry = yaml_text.entry(str(path[-1]), value, column, styles)
    return text[:start] + entry.lstrip() + text[end_of(text, node) :]


def _style(root: Node, path: Path, flow: bool) -> str | None:
    """The quotation mark that a text keeps; None for one that had it only because it needed it.

    Texts beside it that have double quotes without need show that somebody likes them.
    """
    node = find(root, path)
    if node.style != '"' or not yaml_text.needs_quotes(node.value, flow):
        return str(node.style or "")
    beside = children_of(find(root, path[:-1]))
    liked = any(
        isinstance(one, ScalarNode) and one.style == '"' and not yaml_text.needs_quotes(one.value, flow)
        for one in beside
    )
    return '"' if liked else None


def _styles(root: Node, path: Path) -> dict[str, str]:
    """The quotation marks of the texts under a path, by text."""
    node = find(root, path)
    styles: dict[str, str] = {}
    if isinstance(node, ScalarNode):
        return {node.value: style} if (style := _style(root, path, in_flow(root, path))) else {}
    for part in parts_of(node):
        styles |= _styles(root, (*path, part))
    return styles


def _is_list_of_lines(node: Node, value: list[Value]) -> bool:
    """Whether a list of texts, each on a line of its own, stays one."""
    return (
        isinstance(node, SequenceNode)
        and bool(node.value and value)
        and not node.flow_style
        and all(isinstance(entry, ScalarNode) for entry in node.value)
        and all(isinstance(entry, str) for entry in value)
    )


def _with_entries(text: str, path: Path, node: SequenceNode, value: list[str]) -> str:
    """A list with its entries changed one by one, so that comments and quotes between them stay."""
    count = len(node.value)
    for place in reversed(range(len(value), count)):
        text = _put(text, (*path, place), None, ())
    for place, entry in enumerate(value[:count]):
        if node.value[place].value != entry:
            text = _put(text, (*path, place), entry, ())
    for entry in value[count:]:
        text = _with_entry_at_end(text, path, entry)
    return text


def _with_entry_at_end(text: str, path: Path, entry: str) -> str:
    root = root_of(text)
    node = find(root, path)
    place = len(node.value) - 1
    indent, style = node.start_mark.column, _style(root, (*path, place), False)
    last = node.value[place]
    at_end = line_end(text, end_of(text, last))
    line = yaml_text.block(entry, indent + 2, {entry: style} if style else {}).lstrip()
    return f"{text[:at_end]}\n{' ' * indent}- {line}{text[at_end:]}"


def _fits_on_one_line(value: str, node: ScalarNode) -> bool:
    return "\n" not in value and node.style not in {"|", ">"}


def _stays_a_block(value: str, node: Node) -> bool:
    """Whether a text under “|-” or “>-” can be replaced by another one there."""
    return (
        isinstance(node, ScalarNode)
        and node.style in {"|", ">"}
        and not node.value.endswith("\n")
        and bool(value)
        and value == value.strip()
        and (node.style == "|" or "\n" not in value)
        and all(line == line.rstrip() for line in value.split("\n"))
    )


def _with_block(text: str, node: Node, value: str) -> str:
    """The lines under “|-” or “>-” replaced; the line with the mark stays."""
    start, end = offset(text, node.start_mark), end_of(text, node)
    first = line_end(text, start) + 1
    while text[first : line_end(text, first)].strip() == "":
        first = line_end(text, first) + 1
    indent = re.match(" *", text[first:])
    lead = indent[0] if indent else ""
    lines = (f"{lead}{line}" if line else "" for line in value.split("\n"))
    return text[:first] + "\n".join(lines) + text[end:]


def _is_short(value: Value) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list) and all(isinstance(item, str) for item in value)
    )


def _spliced(text: str, node: Node, new: str) -> str:
    start, end = offset(text, node.start_mark), end_of(text, node)
    space = " " if start == end and start and text[start - 1] == ":" else ""  # “key:” with nothing after it
    return text[:start] + space + new + text[end:]


def _without(text: str, root: Node, path: Path) -> str:
    node, parent = find(root, path), find(root, path[:-1])
    key = key_node(root, path)
    if node is None or parent is None:
        return text
    if len(parent.value) == 1:
        if len(path) > 1 and isinstance(parent, MappingNode):
            return _without(text, root, path[:-1])
        return _put(text, path[:-1], [], ()) if len(path) > 1 else _emptied(text, key or node, node)
    start, end = offset(text, (key or node).start_mark), end_of(text, node)
    if parent.flow_style or in_flow(root, path):
        return _without_in_flow(text, start, end)
    line = text.rfind("\n", 0, start) + 1
    stop = min(line_end(text, end) + 1, len(text))
    if key is not None and text[line:start].strip() == "-":  # the first field of a record of a list
        following = re.match(r"[ ]*", text[stop:])
        return text[:start] + text[stop + (following.end() if following else 0) :]
    return text[:line] + text[stop:]


def _emptied(text: str, first: Node, node: Node) -> str:
    """A table without its only key; its comments stay."""
    start, stop = offset(text, first.start_mark), line_end(text, end_of(text, node))
    return text[:start] + "{}" + text[stop:]


def _without_in_flow(text: str, start: int, end: int) -> str:
    """Between braces or brackets, a value goes with the comma after it, or else before it."""
    comma = re.match(r"[ ]*,[ ]*(?=\n)|\s*,\s*", text[end:])
    if comma is None:
        return re.sub(r"\s*,\s*$", "", text[:start]) + text[end:]
    return text[:start] + text[end + comma.end() :]


def _inserted(text: str, parent: MappingNode, key: str, value: Value, order: Sequence[str]) -> str:
    keys = [str(key_node.value) for key_node, _value in parent.value]
    if key in order:
        before = set(order[: order.index(key)])
        place = max((n for n, other in enumerate(keys) if other in before), default=-1)
    else:
        place = len(keys) - 1
    if parent.flow_style:
        return _inserted_in_flow(text, parent, place, f"{key}: {yaml_text.flow(value)}")
    column = parent.value[0][0].start_mark.column
    entry = yaml_text.entry(key, value, column)
    if place < 0:
        start = offset(text, parent.value[0][0].start_mark)
        return f"{text[:start]}{entry.lstrip()}\n{' ' * column}{text[start:]}"
    at_end = line_end(text, end_of(text, parent.value[place][1]))
    return f"{text[:at_end]}\n{entry}{text[at_end:]}"


def _inserted_in_flow(text: str, parent: MappingNode, place: int, entry: str) -> str:
    """Between braces: after the key at a place, or before the first."""
    if place >= 0:
        end = end_of(text, parent.value[place][1])
        return f"{text[:end]}, {entry}{text[end:]}"
    if parent.value:
        start = offset(text, parent.value[0][0].start_mark)
        return f"{text[:start]}{entry}, {text[start:]}"
    end = offset(text, parent.end_mark) - 1
    return f"{text[:end].rstrip()}{entry}{text[end:]}"
