"""Texts, lists and maps as YAML that people can read and edit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

#: A table's content as plain texts, lists and maps.
Value = Any

#: How texts were written before: the quotation mark of each, '' for none. A text that stays keeps its own.
Styles = Mapping[str, str]
NO_STYLES: Styles = {}

# A plain scalar: nothing in it is YAML syntax.
_PLAIN = re.compile(r"(?![-?:] |[-?:]$)[^\s\-?:,\[\]{}#&*!|>'\"%@`][^\n\t]*|[-?:][^\s,\[\]{}][^\n\t]*")
_SHORT = re.compile(r"[\w.-]{1,60}")


def entry(key: str, value: Value, indent: int, styles: Styles = NO_STYLES) -> str:
    """`key: value` as lines of a block, the first one indented, without a line end."""
    lead = f"{' ' * indent}{key}:"
    if isinstance(value, str):
        if "\n" in value:
            return f"{lead} {_literal(value, indent + 2)}"
        return f"{lead} {scalar(value, False, styles.get(value))}"
    if not value or (
        isinstance(value, list) and all(isinstance(item, str) and _SHORT.fullmatch(item) for item in value)
    ):
        return f"{lead} {flow(value, styles)}"
    return f"{lead}\n{block(value, indent + (2 if isinstance(value, dict) else 0), styles)}"


def block(value: Value, indent: int, styles: Styles = NO_STYLES) -> str:
    """Lines of a block, all indented, without a line end."""
    if isinstance(value, dict) and value:
        return "\n".join(entry(key, item, indent, styles) for key, item in value.items())
    if isinstance(value, list) and value:
        return "\n".join(f"{' ' * indent}- {block(item, indent + 2, styles).lstrip()}" for item in value)
    if isinstance(value, str) and "\n" in value:
        return f"{' ' * indent}{_literal(value, indent)}"
    line = scalar(value, False, styles.get(value)) if isinstance(value, str) else flow(value, styles)
    return f"{' ' * indent}{line}"


def _literal(value: str, indent: int) -> str:
    lines = [line.rstrip() for line in value.strip("\n").split("\n")]
    if lines[0].startswith(" ") or "\n".join(lines) != value or any("\t" in line for line in lines):
        return _quoted(value)
    return "|-\n" + "\n".join(f"{' ' * indent}{line}" if line else "" for line in lines)


def flow(value: Value, styles: Styles = NO_STYLES) -> str:
    """A value between braces or brackets, on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(item, styles)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(item, styles) for item in value) + "]"
    return scalar(str(value), True, styles.get(str(value)))


def scalar(text: str, flow: bool, style: str | None = None) -> str:
    """A text as a scalar of one line, with the quotes that it had before, or plain if that is possible.

    A text that was plain and needs quotes gets double ones: `put` knows them again by that, and makes the
    text plain when it can be, so that a change that is taken back leaves no trace.
    """
    if _must_be_escaped(text):
        return _quoted(text)
    if needs_quotes(text, flow):
        return _single(text) if style == "'" else _quoted(text)
    return {"'": _single, '"': _quoted}.get(style or "", str)(text)


def needs_quotes(text: str, flow: bool) -> bool:
    """Whether YAML would read a text without quotes as something else."""
    plain = bool(_PLAIN.fullmatch(text)) and text == text.strip()
    plain = plain and ": " not in text and " #" not in text and not text.endswith(":")
    plain = plain and text.isprintable()
    return not plain or bool(flow and re.search(r"[,\[\]{}?:]", text))


def _must_be_escaped(text: str) -> bool:
    return "\n" in text or any(
        ord(character) < 32 or character in "\x7f\x85\u2028\u2029\ufeff" for character in text
    )


def _single(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _quoted(text: str) -> str:
    """Between double quotes, with every character that needs it escaped."""
    names = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
    return '"' + "".join(names.get(c, c if c.isprintable() else _escape(c)) for c in text) + '"'


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
