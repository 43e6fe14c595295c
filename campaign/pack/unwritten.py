"""Placeholders of a new pack that nobody has replaced: such a text is never published.

‹ and › are also quotation marks: a quotation inside one in German or French. So they mark a placeholder
only around a whole text (a value or a part), or around words that a new pack has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache

from ruamel.yaml.nodes import Node, ScalarNode

from campaign.languages.data import source
from campaign.pack import document_writing
from campaign.pack.blank import TO_WRITE, Answers, blank
from campaign.pack.yaml_nodes import compose
from campaign.pack.yaml_places import children_of

_BETWEEN = re.compile(f"{TO_WRITE[0]}([^{''.join(TO_WRITE)}]*){TO_WRITE[1]}")


def unwritten(files: Mapping[str, str]) -> Iterator[tuple[str, int, str]]:
    """(path, line, words) of each placeholder, by place. The files must be readable."""
    for path, text in sorted(files.items()):
        if TO_WRITE[0] in text:
            places = {*_known(text), *_whole(path, text)}
            yield from ((path, line, words) for line, words in sorted(places))


@cache
def _vocabulary() -> frozenset[str]:
    """Placeholders of several words in a new pack; one word alone could be quoted in any text."""
    answers = Answers("new", (source(),), "a", "b", "c", "d")
    files = blank(answers, date(2000, 1, 1)).values()
    words = {match[1] for text in files for match in _BETWEEN.finditer(text)}
    return frozenset(phrase for phrase in words if not phrase.isalnum())


def _known(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        for match in _BETWEEN.finditer(line):
            if match[1] in _vocabulary():
                yield number, match[1]


def _whole(path: str, text: str) -> Iterator[tuple[int, str]]:
    """Values and parts that are nothing but a placeholder."""
    if path.endswith(".yaml"):
        yield from _in_table(compose(text), 0)
    if not path.endswith(".md"):
        return
    yield from _in_table(compose(document_writing.head_of(text)), 1)
    lines = text.split("\n")
    for part, words in document_writing.parts(text).items():
        if match := _BETWEEN.fullmatch(words.strip()):
            first, last = document_writing.part_lines(text, part)
            line = next(n for n in range(first, last + 1) if TO_WRITE[0] in lines[n - 1])
            yield line, match[1]


def _in_table(node: Node, shift: int) -> Iterator[tuple[int, str]]:
    if not isinstance(node, ScalarNode):
        for child in children_of(node):
            yield from _in_table(child, shift)
    elif match := _BETWEEN.fullmatch(node.value.strip()):
        yield node.start_mark.line + 1 + shift, match[1]
