"""YAML as strings with line numbers, and Markdown files with a head.

YAML's own types are a trap for organisers (`NO` becomes false, `1.10` becomes 1.1,
`12:30` becomes 750), so every scalar stays the text that was written. Anchors and
aliases are refused: with them a few lines can expand to gigabytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from campaign.messages import Message
from campaign.pack.findings import Findings, did_you_mean
from campaign.pack.yaml_nodes import YamlError, compose
from campaign.untrusted import MAX_DEPTH

MAX_NODES = 50_000

T = TypeVar("T")


@dataclass(slots=True)
class Node:
    """A text, a list or a map in a YAML file, with its file and line.

    Every reading method reports problems to `findings` and continues with an empty value,
    so that one run finds every problem of a file.
    """

    value: str | list[Node] | dict[str, Node]
    path: str
    line: int
    findings: Findings

    def error(self, text: Message, kind: str = "") -> None:
        self.findings.error(self.path, self.line, text, kind)

    # lists and maps

    def items(self) -> Iterator[Node]:
        """The entries of a list; a finding if this is not one."""
        if not isinstance(self.value, list):
            self.error(Message("A list is expected here: lines that begin with “- ”."))
            return
        yield from self.value

    def fields(self, known: set[str] | None = None) -> dict[str, Node]:
        """The entries of a map; keys outside `known` are findings, and left out."""
        if not isinstance(self.value, dict):
            self.error(Message("A map is expected here: lines of “key: value”."))
            return {}
        if known is not None:
            for key, node in self.value.items():
                if key not in known:
                    message = Message("Unknown %(what)s “%(key)s”.", what=Message("key"), key=key)
                    node.error(message.with_hint(did_you_mean(key, known)))
        return {key: node for key, node in self.value.items() if known is None or key in known}

    def text(self) -> str:
        if not isinstance(self.value, str):
            self.error(Message("Text is expected here."))
            return ""
        return self.value

    def texts(self) -> tuple[str, ...]:
        return tuple(node.text() for node in self.items())


class Record:
    """The map under a node, read field by field; `close` reports unknown keys."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.map = node.fields()
        self.read: set[str] = set()

    def find(self, key: str) -> Node | None:
        self.read.add(key)
        return self.map.get(key)

    def need(self, key: str, named: Message | str = "") -> Node | None:
        """The node under a key; a finding, by the key or another name, if there is none."""
        node = self.find(key)
        if node is None:
            self.node.error(Message("“%(key)s” is missing.", key=named or key))
        return node

    def text(self, key: str, default: str | None = None, named: Message | str = "") -> str:
        """The text under `key`; without a default, a missing text is a finding."""
        node = self.need(key, named) if default is None else self.find(key)
        return node.text().strip() if node is not None else (default or "")

    def convert(self, key: str, read: Callable[[str], T], default: T, wrong: Callable[[str], Message]) -> T:
        """`read(text)`, or the finding `wrong(text)` if that raises ValueError."""
        node = self.find(key)
        if node is None or not node.text():
            return default
        try:
            return read(node.text().strip())
        except ValueError:
            node.error(wrong(node.text()))
            return default

    def choice(self, key: str, allowed: set[str], default: str) -> str:
        node = self.find(key)
        if node is None:
            return default
        if node.text() not in allowed:
            message = Message("“%(key)s” can’t be “%(text)s”.", key=key, text=node.text())
            node.error(message.with_hint(did_you_mean(node.text(), allowed)))
            return default
        return node.text()

    def flag(self, key: str, default: bool = False) -> bool:
        return self.choice(key, {"yes", "no"}, "yes" if default else "no") == "yes"

    def texts(self, key: str) -> tuple[str, ...]:
        node = self.find(key)
        return node.texts() if node is not None else ()

    def records(self, key: str) -> Iterator[Record]:
        node = self.find(key)
        if node is not None:
            for item in node.items():
                record = Record(item)
                yield record
                record.close()

    def line(self, key: str) -> int:
        node = self.map.get(key)
        return node.line if node is not None else self.node.line

    def close(self) -> None:
        for key, node in self.map.items():
            if key not in self.read:
                message = Message("Unknown %(what)s “%(key)s”.", what=Message("key"), key=key)
                node.error(message.with_hint(did_you_mean(key, self.read)))


def read_yaml(path: str, text: str, findings: Findings, first_line: int = 1) -> Node | None:
    """The tree of one file, or None with a finding. `first_line` shifts the line numbers."""
    shift = first_line - 1
    try:
        root = compose(text)
    except YamlError as error:
        findings.error(path, error.line + shift, error.message)
        return None
    if root is None:
        findings.error(path, first_line, Message("The file is empty."))
        return None
    return _Builder(path, findings, shift).build(root, 0)


class _Builder:
    def __init__(self, path: str, findings: Findings, shift: int) -> None:
        self.path, self.findings, self.shift, self.count = path, findings, shift, 0

    def build(self, raw: object, depth: int) -> Node | None:
        self.count += 1
        line = raw.start_mark.line + 1 + self.shift  # type: ignore[attr-defined]
        if depth > MAX_DEPTH or self.count > MAX_NODES:
            self.findings.error(self.path, line, Message("The file is too large or nested too deeply."))
            return None
        node = Node("", self.path, line, self.findings)
        if isinstance(raw, ScalarNode):
            node.value = str(raw.value)
        elif isinstance(raw, SequenceNode):
            entries = [self.build(item, depth + 1) for item in raw.value]
            node.value = [item for item in entries if item is not None]
        elif isinstance(raw, MappingNode):
            node.value = self._map(raw, depth)
        return node

    def _map(self, raw: MappingNode, depth: int) -> dict[str, Node]:
        fields: dict[str, Node] = {}
        for key, value in raw.value:
            line = key.start_mark.line + 1 + self.shift
            if not isinstance(key, ScalarNode):
                self.findings.error(self.path, line, Message("A key must be a plain word."))
                continue
            if key.value in fields:
                message = Message("The key “%(key)s” appears twice.", key=str(key.value))
                self.findings.error(self.path, line, message)
            field = self.build(value, depth + 1)
            if field is not None:
                field.line = line
                fields[str(key.value)] = field
        return fields


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a Markdown file under a `## key` line: its text, and the lines of both."""

    key: str
    argument: str
    text: str
    line: int
    heading: int


@dataclass(frozen=True, slots=True)
class Document:
    """A Markdown file: the record in its head, the text before the first section, the sections."""

    path: str
    head: Record
    text: str
    line: int
    sections: tuple[Section, ...]

    def of(self, key: str) -> tuple[Section, ...]:
        return tuple(section for section in self.sections if section.key == key)


#: The line above a part of a Markdown file: its key and, for some, an argument.
SECTION = re.compile(r"^## +([a-z][a-z-]*)(?: +(\S+))? *$")

WEB_ADDRESS = re.compile(r"https?://[^\s<>\"]+")


def read_document(path: str, text: str, findings: Findings) -> Document | None:
    """Split a Markdown file into its head (YAML between `---` lines) and `## key` sections.

    Section keys are plain English words in every language, so that translations line up.
    """
    lines = text.split("\n")
    if not lines or lines[0].strip() != "---":
        findings.error(path, 1, Message("The file must begin with a head: a line “---”, keys, “---”."))
        return None
    try:
        end = next(i for i, line in enumerate(lines[1:], 1) if line.strip() == "---")
    except StopIteration:
        findings.error(path, 1, Message("The head is not closed by a second line “---”."))
        return None
    node = read_yaml(path, "\n".join(lines[1:end]) + "\n", findings, first_line=2)
    if node is None:
        return None
    marks = [(i, m) for i, line in enumerate(lines[end + 1 :], end + 1) if (m := SECTION.match(line))]
    stops = [*(i for i, _ in marks[1:]), len(lines)] if marks else []
    sections = []
    for (i, mark), stop in zip(marks, stops, strict=True):
        words, line = _trimmed(lines, i + 1, stop)
        sections.append(Section(mark[1], mark[2] or "", words, line, i + 1))
    body, line = _trimmed(lines, end + 1, marks[0][0] if marks else len(lines))
    return Document(path, Record(node), body, line, tuple(sections))


def _trimmed(lines: list[str], start: int, stop: int) -> tuple[str, int]:
    """The lines without blank lines at either end, and the number of the first remaining line."""
    while start < stop and not lines[start].strip():
        start += 1
    return "\n".join(lines[start:stop]).rstrip(), start + 1
