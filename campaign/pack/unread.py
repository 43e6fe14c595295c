"""Text of a document that nothing reads: it would vanish without a word, so `check` names it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from campaign.messages import Message
from campaign.pack.findings import Finding
from campaign.pack.reading import Document, Section
from campaign.pack.schema import Field, ValueKind, fields_of

#: Parts whose heading has nothing after its key.
_WITHOUT_ARGUMENT = {ValueKind.PART, ValueKind.PARTS, ValueKind.LIST_PART, ValueKind.SECTIONS}

#: Fields that have a part with a heading of their own; others are in the head.
_WITH_HEADING = {*_WITHOUT_ARGUMENT, ValueKind.PLAIN_PARTS, ValueKind.PARTS_BY_ARGUMENT}

#: Characters of an unread text that a message repeats.
_EXCERPT = 60


def unread(document: Document, text_type: type[Any]) -> Iterator[Finding]:
    """A finding for each text of a document of this type that no field reads."""
    fields = fields_of(text_type)
    if any(field.kind is ValueKind.SECTIONS for field in fields):
        # The heads of other documents are closed when the pack is read.
        yield from _head(document, {field.key for field in fields})
    if document.text and not any(field.kind is ValueKind.BODY for field in fields):
        yield _finding(document, document.line, _before_parts(document.text))
    by_heading = {key: field for field in fields for key in _headings(field)}
    seen: Counter[tuple[str, str]] = Counter()
    for section in document.sections:
        field = by_heading.get(section.key)
        if field is None:
            # An unknown part of a letter is an error already when the pack is read.
            if not any(field.kind is ValueKind.PARTS for field in fields):
                yield _finding(document, section.heading, _part(section))
            continue
        seen[section.key, section.argument] += 1
        if seen[section.key, section.argument] > 1 and _is_one(field, section):
            yield _finding(document, section.heading, _twice(section))
        yield from _in_part(document, section, field)


def _headings(field: Field) -> tuple[str, ...]:
    if field.kind is ValueKind.SECTIONS:
        return tuple(key for key, _label in field.headings)
    return (field.key,) if field.kind in _WITH_HEADING else ()


def _head(document: Document, known: set[str]) -> Iterator[Finding]:
    for key, node in document.head.map.items():
        if key not in known:
            text = Message("Unknown %(what)s “%(key)s”.", what=Message("key"), key=key)
            yield _finding(document, node.line, text)


def _in_part(document: Document, section: Section, field: Field) -> Iterator[Finding]:
    if section.argument and field.kind in _WITHOUT_ARGUMENT:
        text = Message(
            "Nothing reads “%(words)s” after “## %(key)s”.", words=section.argument, key=section.key
        )
        yield _finding(document, section.heading, text)
    if field.kind is ValueKind.LIST_PART:
        for number, line in enumerate(section.text.split("\n"), section.line):
            if line.strip() and not line.startswith("- "):
                text = Message(
                    "Nothing reads “%(words)s”: each line of this part begins with “- ”.",
                    words=_excerpt(line),
                )
                yield _finding(document, number, text)


def _is_one(field: Field, section: Section) -> bool:
    """Whether only one of several parts with this heading would be read."""
    return field.kind is ValueKind.SECTIONS or bool(section.argument)


def _before_parts(words: str) -> Message:
    return Message(
        "Nothing reads “%(words)s”: text before the first part belongs to no part.", words=_excerpt(words)
    )


def _part(section: Section) -> Message:
    heading = f"## {section.key} {section.argument}".rstrip()
    return Message(
        "Nothing reads the part “%(part)s”. A heading inside a text begins with “### ” or a capital letter.",
        part=heading,
    )


def _twice(section: Section) -> Message:
    return Message("The part “%(part)s” appears twice.", part=f"## {section.key} {section.argument}".rstrip())


def _excerpt(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _EXCERPT else f"{line[:_EXCERPT]}…"


def _finding(document: Document, line: int, text: Message) -> Finding:
    return Finding(document.path, line, "error", text)
