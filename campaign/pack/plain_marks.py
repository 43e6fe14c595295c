"""Marks in a text in which nothing is filled in, such as a title or a claim.

An organiser types “{{ 17 }}” where the number of a fact appears in a text by chance: it reads 17
everywhere. Any other mark would be printed as it was typed, so `check` refuses it.
"""

from __future__ import annotations

import re

from campaign.messages import Message
from campaign.pack import years_since
from campaign.pack.findings import Finding
from campaign.pack.reading import Node

_LITERAL = re.compile(r"""\{\{-?\s*(?:(-?[0-9]+(?:\.[0-9]+)?)|"([^"{}]*)"|'([^'{}]*)')\s*-?\}\}""")
_MARK = re.compile(r"\{\{[^{}\n]{0,60}(?:\}\})?|\{%[^{}\n]{0,60}(?:%\})?")


def plain_but_for_years(text: str, node: Node) -> str:
    """The text as people read it, in which a number of years is filled in on the day it is read."""
    return plain(text, node, years_since.MARK)


def plain(text: str, node: Node, kept: re.Pattern[str] | None = None) -> str:
    """The text as people read it; `node` gets what `check` reports about it. Marks that are `kept` stay."""
    if "{{" not in text and "{%" not in text:
        return text
    bare = _LITERAL.sub("", kept.sub("", text) if kept else text)
    for mark in _MARK.findall(bare):
        message = Message(
            "“%(mark)s” is not filled in here. Only a number or a text between quotation marks can be "
            "between braces, such as {{ 17 }}.",
            mark=mark,
        )
        node.findings.report_later(Finding(node.path, node.line, "error", message))
    filled = _LITERAL.sub(lambda match: next(part for part in match.groups() if part is not None), text)
    node.findings.as_written[filled] = text
    return filled
