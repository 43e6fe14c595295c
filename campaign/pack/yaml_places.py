"""Where a value is in a table's text: YAML nodes, and the places where they begin and end."""

from __future__ import annotations

from typing import Any

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from campaign.messages import Message, MessageError
from campaign.pack.yaml_nodes import YamlError, compose
from campaign.pack.yaml_text import Value

Path = tuple[str | int, ...]


class WritingError(MessageError):
    """The change can’t be made in this text: it is not the table that was expected."""


def root_of(text: str) -> Any:
    """The root of a table's nodes. Raises WritingError for a text that is not YAML or empty."""
    try:
        root = compose(text)
    except YamlError as error:
        raise WritingError(error.message) from error
    if root is None:
        raise WritingError(Message("The file is empty."))
    return root


def plain(node: Node) -> Value:
    """A node as plain texts, lists and maps."""
    if isinstance(node, ScalarNode):
        return str(node.value)
    if isinstance(node, SequenceNode):
        return [plain(item) for item in node.value]
    return {str(key.value): plain(value) for key, value in node.value}


def find(root: Node, path: Path) -> Any:
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


def key_node(root: Node, path: Path) -> Node | None:
    """The node of the key under which a value is; None for an entry of a list."""
    parent = find(root, path[:-1])
    if isinstance(parent, MappingNode):
        return next((key for key, _value in parent.value if key.value == path[-1]), None)
    return None


def offset(text: str, mark: Any) -> int:
    """The position of a mark in the text, from its line: the library's index differs for some characters."""
    at_line = 0
    for _ in range(mark.line):
        at_line = text.index("\n", at_line) + 1
    return at_line + int(mark.column)


def end_of(text: str, node: Any) -> int:
    """The position where a value ends, without the comments and blank lines after it."""
    if not isinstance(node, ScalarNode) and node.value and not node.flow_style:
        last = node.value[-1]
        return end_of(text, last[1] if isinstance(node, MappingNode) else last)
    start, end = offset(text, node.start_mark), offset(text, node.end_mark)
    if isinstance(node, ScalarNode) and node.style in {"|", ">"}:
        return start + len(text[start:end].rstrip())
    return end


def line_end(text: str, position: int) -> int:
    """The end of the line that a position is in."""
    end = text.find("\n", position)
    return len(text) if end < 0 else end


def in_flow(root: Node, path: Path) -> bool:
    """Whether the value is inside braces or brackets, where a comma would end it."""
    parents = (find(root, path[:n]) for n in range(len(path)))
    return any(
        bool(parent.flow_style) for parent in parents if isinstance(parent, MappingNode | SequenceNode)
    )


def parts_of(node: Node) -> list[str | int]:
    """The keys of a map, or the numbers of a list's entries."""
    if isinstance(node, MappingNode):
        return [key.value for key, _value in node.value]
    return list(range(len(node.value)))


def children_of(node: Node) -> list[Node]:
    """The values of a map or a list."""
    return [value for _key, value in node.value] if isinstance(node, MappingNode) else list(node.value)
