"""Looking for words in a draft: in every text of every language, whatever their accents and case."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from campaign.country_names import fold
from campaign.desk.content import places
from campaign.desk.content.items import Files
from campaign.desk.content.kinds import Kind
from campaign.pack.writing import WritingError

#: What stands before a value in a table: the sign of a list, and a key.
_KEY = re.compile(r"^\s*(- )?([\w-]+: +)?")

#: Characters of the line that is shown of a find.
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Found:
    """A thing that has all the words: its kind and key, the language of a document, and a line of it."""

    kind: Kind
    key: str
    language: str
    line: str


def has_words(text: str, words: Sequence[str]) -> bool:
    """Whether a text has all the words, which are folded; a part of a word is enough."""
    folded = fold(text)
    return all(word in folded for word in words)


def search(files: Files, words: Sequence[str]) -> Iterator[Found]:
    """Every thing of a draft that has all the words (folded), each once, in the order of the files."""
    for path in sorted(files):
        if not has_words(files[path], words):
            continue
        if path.endswith(".md"):
            yield from _found(files, path, 1, files[path].split("\n"), words)
        else:
            yield from _in_table(files, path, words)


def _in_table(files: Files, path: str, words: Sequence[str]) -> Iterator[Found]:
    """The records of a table, each with its lines; what is around them is the table's own."""
    lines = files[path].split("\n")
    try:
        starts = sorted({start for start, _kind, _key in places.records(files, path)})
    except WritingError:
        return  # a draft that can't be read: its page says why
    for start, end in pairwise([1, *starts, len(lines) + 1]):
        yield from _found(files, path, start, lines[start - 1 : end - 1], words)


def _found(files: Files, path: str, start: int, lines: list[str], words: Sequence[str]) -> Iterator[Found]:
    if not has_words("\n".join(lines), words):
        return
    number, line = _best(lines, words)
    if item := places.at_place(files, path, start + number):
        kind, key, language = item
        yield Found(kind, key, language, _plain(line)[:LONGEST])


def _plain(line: str) -> str:
    """A line without the marks of its file: the key before a value, quotation marks, signs of a list."""
    return _KEY.sub("", line).strip(" -#'\"{}")


def _best(lines: list[str], words: Sequence[str]) -> tuple[int, str]:
    """The line that has most of the words, and its place among the lines. Comments come last."""
    counts = [
        2 * sum(has_words(line, [word]) for word in words) - line.lstrip().startswith("#") for line in lines
    ]
    number = counts.index(max(counts))
    return number, lines[number]
