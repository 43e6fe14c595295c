"""Changes a file of a pack as a careful person would: only the value or record that changes.

A table is never rewritten as a whole. The value is found in the text and only that place
changes, so comments, order and style stay, and one changed line is one line of difference.
The result is read again and compared with the intended content.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from campaign.messages import Message, MessageError
from campaign.pack import yaml_text
from campaign.pack.yaml_nodes import YamlError, compose
from campaign.pack.yaml_text import Value

Path = tuple[str | int, ...]


class WritingError(MessageError):
    """The change can’t be made in this text: it is not the table that was expected."""


@lru_cache(maxsize=64)
def read(text: str) -> Value:
    """A table as plain texts, lists and maps, which must not be changed. Raises WritingError."""
    return _plain(_compose(text))


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
    root = _compose(text)
    node = _find(root, path)
    if node is None:
        raise WritingError(Message("There is no “%(place)s” in this file.", place=_readable_path(path)))
    key = _key_node(root, path)
    start = (key or node).start_mark.line
    return start + 1, text.count("\n", 0, _end(text, node)) + 1


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
    root = _compose(text)
    node = _find(root, (list_key,))
    if isinstance(node, SequenceNode) and node.value and not node.flow_style:
        indent = node.start_mark.column
        lines = yaml_text.block(record, indent + 2)
        at_end = _line_end(text, _end(text, node))
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
    if not rest and new is None:
        fields.pop(head, None)
    else:
        fields[head] = _changed(fields.get(head), rest, new)
    return fields


# reading with places


def _compose(text: str) -> Any:
    try:
        root = compose(text)
    except YamlError as error:
        raise WritingError(error.message) from error
    if root is None:
        raise WritingError(Message("The file is empty."))
    return root


def _plain(node: Node) -> Value:
    if isinstance(node, ScalarNode):
        return str(node.value)
    if isinstance(node, SequenceNode):
        return [_plain(item) for item in node.value]
    return {str(key.value): _plain(value) for key, value in node.value}


def _find(root: Node, path: Path) -> Any:
    """The node under a path; None if there is none. (The library has no types for its content.)"""
    node: Node | None = root
    for part in path:
        if isinstance(node, SequenceNode) and isinstance(part, int):
            node = node.value[part] if -len(node.value) <= part < len(node.value) else None
        elif isinstance(node, MappingNode):
            node = next((value for key, value in node.value if key.value == part), None)
        else:
            return None
    return node


def _key_node(root: Node, path: Path) -> Node | None:
    parent = _find(root, path[:-1])
    if isinstance(parent, MappingNode):
        return next((key for key, _value in parent.value if key.value == path[-1]), None)
    return None


def _offset(text: str, mark: Any) -> int:
    """The position of a mark in the text, from its line: the library's index differs for some characters."""
    at_line = 0
    for _ in range(mark.line):
        at_line = text.index("\n", at_line) + 1
    return at_line + int(mark.column)


def _end(text: str, node: Any) -> int:
    """The position where a value ends, without the comments and blank lines after it."""
    if not isinstance(node, ScalarNode) and node.value and not node.flow_style:
        last = node.value[-1]
        return _end(text, last[1] if isinstance(node, MappingNode) else last)
    start, end = _offset(text, node.start_mark), _offset(text, node.end_mark)
    if isinstance(node, ScalarNode) and node.style in {"|", ">"}:
        return start + len(text[start:end].rstrip())
    return end


def _line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end


# writing


def _put(text: str, path: Path, value: Value | None, order: Sequence[str]) -> str:
    root = _compose(text)
    node, parent = _find(root, path), _find(root, path[:-1])
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
    if isinstance(value, str) and isinstance(node, ScalarNode) and _fits_on_one_line(value, node):
        flow = _in_flow(root, path)
        return _spliced(text, node, yaml_text.scalar(value, flow, node.style))
    if _in_flow(root, path) or (not isinstance(node, ScalarNode) and node.flow_style and _is_short(value)):
        return _spliced(text, node, yaml_text.flow(value))
    key = _key_node(root, path)
    if key is None:  # an entry of a list
        column = node.start_mark.column
        return _spliced(text, node, yaml_text.block(value, column).lstrip())
    start, column = _offset(text, key.start_mark), key.start_mark.column
    return text[:start] + yaml_text.entry(str(path[-1]), value, column).lstrip() + text[_end(text, node) :]


def _fits_on_one_line(value: str, node: ScalarNode) -> bool:
    return "\n" not in value and node.style not in {"|", ">"}


def _is_short(value: Value) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list) and all(isinstance(item, str) for item in value)
    )


def _in_flow(root: Node, path: Path) -> bool:
    """Whether the value is inside braces or brackets, where a comma would end it."""
    parents = (_find(root, path[:n]) for n in range(len(path)))
    return any(
        bool(parent.flow_style) for parent in parents if isinstance(parent, MappingNode | SequenceNode)
    )


def _spliced(text: str, node: Node, new: str) -> str:
    start, end = _offset(text, node.start_mark), _end(text, node)
    space = " " if start == end and start and text[start - 1] == ":" else ""  # “key:” with nothing after it
    return text[:start] + space + new + text[end:]


def _without(text: str, root: Node, path: Path) -> str:
    node, parent = _find(root, path), _find(root, path[:-1])
    key = _key_node(root, path)
    if node is None or parent is None:
        return text
    start, end = _offset(text, (key or node).start_mark), _end(text, node)
    if parent.flow_style or _in_flow(root, path):
        comma = re.match(r"\s*,\s*", text[end:])
        if comma:
            return text[:start] + text[end + comma.end() :]
        return re.sub(r"\s*,\s*$", "", text[:start]) + text[end:]
    if len(parent.value) == 1:
        return (
            _without(text, root, path[:-1])
            if len(path) > 1 and isinstance(parent, MappingNode)
            else (_put(text, path[:-1], [], ()))
        )
    line = text.rfind("\n", 0, start) + 1
    stop = min(_line_end(text, end) + 1, len(text))
    if key is not None and text[line:start].strip() == "-":  # the first field of a record of a list
        following = re.match(r"[ ]*", text[stop:])
        return text[:start] + text[stop + (following.end() if following else 0) :]
    return text[:line] + text[stop:]


def _inserted(text: str, parent: MappingNode, key: str, value: Value, order: Sequence[str]) -> str:
    if parent.flow_style:
        end = _offset(text, parent.end_mark) - 1
        comma = ", " if parent.value else ""
        return f"{text[:end].rstrip()}{comma}{key}: {yaml_text.flow(value)}{text[end:]}"
    column = parent.value[0][0].start_mark.column
    keys_before = (
        set(order[: order.index(key)]) if key in order else {key_node.value for key_node, _ in parent.value}
    )
    earlier = [node for key_node, node in parent.value if key_node.value in keys_before]
    entry = yaml_text.entry(key, value, column)
    last = earlier[-1] if earlier else parent.value[0][1]
    at_end = _line_end(text, _end(text, last))
    return f"{text[:at_end]}\n{entry}{text[at_end:]}"
