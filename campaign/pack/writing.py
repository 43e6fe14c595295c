"""Changing a file of a pack as a careful person would: one value here, one record there.

A table is never written anew from what was read of it. The place of a value is found in the
text and only that place changes, so comments, order and style stay, and one changed line is
one line of difference. What comes out is read again and compared with what was meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from campaign.messages import Message, MessageError
from campaign.pack import yaml_text
from campaign.pack.yaml_text import Value

Path = tuple[str | int, ...]


class WritingError(MessageError):
    """The change can’t be made in this text: it is not the table that was expected."""


@lru_cache(maxsize=64)
def read(text: str) -> Value:
    """A table as plain texts, lists and maps, to look at and not to change. Raises WritingError."""
    return _plain(_compose(text))


def at(value: Value, path: Path) -> Value:
    """What stands under a path; None where nothing does."""
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
    return next((n for n, one in enumerate(records) if isinstance(one, dict) and one.get("key") == key), None)


def lines_of(text: str, path: Path) -> tuple[int, int]:
    """The first and last line, from 1, of what stands under a path. Raises WritingError if nothing does."""
    root = _compose(text)
    found = _find(root, path)
    if found is None:
        raise WritingError(Message("There is no “%(place)s” in this file.", place=_named(path)))
    key = _key_node(root, path)
    start = (key or found).start_mark.line
    return start + 1, text.count("\n", 0, _end(text, found)) + 1


def put(text: str, path: Path, value: Value | None, order: Sequence[str] = ()) -> str:
    """The table with a value set, or taken out (None). Maps on the way are made.

    `order` tells after which of the map's keys a new one goes. Raises WritingError.
    """
    if at(read(text), path) == value:
        return text
    out = _put(text, path, value, order)
    _compare(out, _changed(read(text), path, value), path)
    return out


def add(text: str, list_key: str, record: dict[str, Value]) -> str:
    """The table with a record at the end of one of its lists. Raises WritingError."""
    root = _compose(text)
    node = _find(root, (list_key,))
    if isinstance(node, SequenceNode) and node.value and not node.flow_style:
        indent = node.start_mark.column
        lines = yaml_text.block(record, indent + 2)
        at_end = _line_end(text, _end(text, node))
        out = f"{text[:at_end]}\n{' ' * indent}- {lines.lstrip()}{text[at_end:]}"
    else:
        out = _put(text, (list_key,), [record], ())
    before = at(read(text), (list_key,)) or []
    _compare(out, _changed(read(text), (list_key,), [*before, record]), (list_key,))
    return out if out.endswith("\n") else out + "\n"


def _compare(out: str, meant: Value, path: Path) -> None:
    if read(out) != meant:
        raise WritingError(
            Message("“%(place)s” can’t be changed here: edit the whole file instead.", place=_named(path))
        )


def _named(path: Path) -> str:
    return " › ".join(str(part) for part in path)


def _changed(value: Value, path: Path, new: Value | None) -> Value:
    if not path:
        return new
    head, rest = path[0], path[1:]
    if isinstance(head, int):
        out = list(value or [])
        if not rest and new is None:
            del out[head]
        else:
            out[head] = _changed(out[head], rest, new)
        return out
    fields = dict(value or {})
    if not rest and new is None:
        fields.pop(head, None)
    else:
        fields[head] = _changed(fields.get(head), rest, new)
    return fields


# reading with places


def _compose(text: str) -> Any:
    try:
        root = YAML(typ="safe", pure=False).compose(text)
    except Exception as error:
        raise WritingError(Message("This is not YAML.")) from error
    if root is None:
        raise WritingError(Message("The file is empty."))
    return root


def _plain(node: Node) -> Value:
    if isinstance(node, ScalarNode):
        return str(node.value)
    if isinstance(node, SequenceNode):
        return [_plain(one) for one in node.value]
    return {str(key.value): _plain(value) for key, value in node.value}


def _find(root: Node, path: Path) -> Any:
    """The node under a path; None where there is none. (The library has no types for what is in it.)"""
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
    """Where a mark is in the text; lines are counted, since the library counts some signs otherwise."""
    at_line = 0
    for _ in range(mark.line):
        at_line = text.index("\n", at_line) + 1
    return at_line + int(mark.column)


def _end(text: str, node: Any) -> int:
    """Where a value ends, without the comments and blank lines after it."""
    if not isinstance(node, ScalarNode) and node.value and not node.flow_style:
        last = node.value[-1]
        return _end(text, last[1] if isinstance(node, MappingNode) else last)
    start, end = _offset(text, node.start_mark), _offset(text, node.end_mark)
    if isinstance(node, ScalarNode) and node.style in {"|", ">"}:
        return start + len(text[start:end].rstrip())
    return end


def _line_end(text: str, at_: int) -> int:
    found = text.find("\n", at_)
    return len(text) if found < 0 else found


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
            raise WritingError(Message("“%(place)s” does not belong in this file.", place=_named(path)))
        return _inserted(text, parent, str(path[-1]), value, order)
    if isinstance(value, str) and isinstance(node, ScalarNode) and _one_line(value, node):
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


def _one_line(value: str, node: ScalarNode) -> bool:
    return "\n" not in value and node.style not in {"|", ">"}


def _is_short(value: Value) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and all(isinstance(one, str) for one in value))


def _in_flow(root: Node, path: Path) -> bool:
    """Whether the value stands between braces or brackets, where a comma would end it."""
    parents = (_find(root, path[:n]) for n in range(len(path)))
    return any(bool(one.flow_style) for one in parents if isinstance(one, MappingNode | SequenceNode))


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
        after = re.match(r"\s*,\s*", text[end:])
        if after:
            return text[:start] + text[end + after.end() :]
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
    before = set(order[: order.index(key)]) if key in order else {one.value for one, _ in parent.value}
    earlier = [node for one, node in parent.value if one.value in before]
    entry = yaml_text.entry(key, value, column)
    last = earlier[-1] if earlier else parent.value[0][1]
    at_end = _line_end(text, _end(text, last))
    return f"{text[:at_end]}\n{entry}{text[at_end:]}"
