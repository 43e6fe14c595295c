"""Many records of one table changed at once: each as a small text of its own.

`writing.put` reads the whole table for every value. A file of translations has hundreds, which took half a
minute; a record is read in a millisecond.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ruamel.yaml.nodes import SequenceNode

from campaign.messages import Message
from campaign.pack import writing
from campaign.pack.writing import WritingError
from campaign.pack.yaml_places import end_of, find, line_end, offset, root_of

Edit = Callable[[str], str]


def with_records(text: str, list_key: str, edits: Mapping[int, Edit]) -> str:
    """The table with some records of a list changed.

    Each edit is given a text with a list of one record, and returns it changed. Raises WritingError.
    """
    spans = _spans(text, list_key)
    for number in sorted(edits, reverse=True):
        if spans is None:
            raise WritingError(Message("“%(place)s” does not belong in this file.", place=list_key))
        start, end = spans[number]
        text = text[:start] + edits[number](text[start:end]) + text[end:]
    before = len(spans or [])
    if len(writing.at(writing.read(text), (list_key,)) or []) != before:
        raise WritingError(
            Message("“%(place)s” can’t be changed here: edit the whole file instead.", place=list_key)
        )
    return text


def is_block_list(text: str, list_key: str) -> bool:
    """Whether each record of a list begins on a line of its own."""
    node = find(root_of(text), (list_key,))
    return isinstance(node, SequenceNode) and not node.flow_style


def _spans(text: str, list_key: str) -> list[tuple[int, int]] | None:
    """Where each record begins, with its dash, and ends; None for what is no list of lines."""
    node = find(root_of(text), (list_key,))
    if not isinstance(node, SequenceNode) or node.flow_style:
        return None
    starts = [text.rfind("\n", 0, offset(text, record.start_mark)) + 1 for record in node.value]
    ends = [line_end(text, end_of(text, record)) + 1 for record in node.value]
    return list(zip(starts, ends, strict=True))
