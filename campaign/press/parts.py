"""A PDF that typst wrote, taken apart: its objects, its pages, and what they refer to.

Only as much of the format (ISO 32000-1) as typst writes: one table of objects, no
compressed objects, no encryption. Anything else is a ValueError, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass

_TAIL = 64  # bytes at the end that hold `startxref`
_ROW = 20  # bytes of a row of the table

#: A row of the table for an object that is in use.
_IN_USE = re.compile(rb"(\d{10}) \d{5} n")

_STRING = rb"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)"

#: Strings are skipped, references are found. Neither a name nor a hexadecimal string can hold one.
_TOKEN = re.compile(_STRING + rb"|\b(\d+) 0 R\b", re.S)
_STRINGS = re.compile(b"(" + _STRING + b")", re.S)

#: A reference, in a text where no string can look like one.
REFERENCE = re.compile(rb"(\d+) 0 R")

#: A string that can be taken for nothing else, and is followed by no other one.
_PLAIN_STRING = re.compile(rb"\([\w:.+-]*\)(?!\()")


@dataclass(frozen=True, slots=True)
class Parts:
    """The objects of one PDF by number, each as the bytes between `obj` and `endobj`."""

    objects: dict[int, bytes]
    trailer: bytes

    @classmethod
    def of(cls, document: bytes) -> Parts:
        """Take a document apart. Raises ValueError for one that typst did not write."""
        match = re.search(rb"startxref\s+(\d+)", document[-_TAIL:])
        if match is None:
            raise ValueError("The PDF has no table of objects.")
        table = int(match[1])
        head = re.match(rb"xref\s+0 (\d+)\s+", document[table : table + 40])
        if head is None:
            raise ValueError("The PDF's table of objects is of another kind.")
        first, count = table + head.end(), int(head[1])
        rows = _IN_USE.finditer(document, first, first + count * _ROW)
        places = sorted((int(row[1]), (row.start() - first) // _ROW) for row in rows)
        ends = [place for place, _ in places[1:]] + [table]
        objects = {}
        for (place, number), end in zip(places, ends, strict=True):
            raw = document[place:end]
            objects[number] = raw[raw.index(b"obj") + 3 : raw.rindex(b"endobj")].strip(b"\r\n")
        return cls(objects, document[first + count * _ROW :])

    def refers(self, number: int, key: str) -> int:
        """The number of the object that `/key n 0 R` of an object refers to; 0 if it does not."""
        match = re.search(rb"/" + key.encode() + rb" (\d+) 0 R", self.objects[number])
        return int(match[1]) if match else 0

    @property
    def catalog(self) -> int:
        match = re.search(rb"/Root (\d+) 0 R", self.trailer)
        if match is None:
            raise ValueError("The PDF has no catalogue.")
        return int(match[1])

    @property
    def info(self) -> int:
        match = re.search(rb"/Info (\d+) 0 R", self.trailer)
        return int(match[1]) if match else 0

    def pages(self) -> list[int]:
        """The numbers of the pages' objects, in order."""
        return self._kids(self.refers(self.catalog, "Pages"))

    def _kids(self, number: int) -> list[int]:
        kids = re.search(rb"/Kids\s*\[([^\]]*)\]", self.objects[number])
        if kids is None:
            return [number]
        return [page for kid in references(kids[1]) for page in self._kids(kid)]

    def page_labels(self) -> list[str]:
        """The kind of each page's label, prefix and style: 'D' for 1, ' D' for a space and 1, 'r' for i."""
        pages, labels = len(self.pages()), self.refers(self.catalog, "PageLabels")
        starts: dict[int, str] = {0: ""}
        if labels:
            for place, label in re.findall(rb"(\d+) (\d+) 0 R", self.objects[labels]):
                body = self.objects[int(label)]
                prefix, style = re.search(rb"/P\s*\(([^)]*)\)", body), re.search(rb"/S\s*/(\w)", body)
                starts[int(place)] = "".join(match[1].decode() for match in (prefix, style) if match)
        kinds: list[str] = []
        for page in range(pages):
            kinds.append(starts[page] if page in starts else kinds[-1])
        return kinds


def reached(parts: Parts, first: Iterable[int], without: Set[int]) -> set[int]:
    """These objects and all that they lead to, but not those `without`, nor what only they lead to."""
    numbers: set[int] = set()
    new = set(first) - without
    while new:
        numbers |= new
        # All at once: a chunk has thousands of tags.
        found = references(b" ".join(head_of(parts.objects[number]) for number in new))
        new = set(found) - numbers - without
    return numbers


def head_of(body: bytes) -> bytes:
    """An object without the bytes of its stream, if it has one."""
    end = body.find(b"stream\n")
    return body if end < 0 else body[:end]


def has_plain_strings(body: bytes) -> bool:
    """Whether all strings of a body are so plain that neither a reference nor a name can be meant in them."""
    return len(_PLAIN_STRING.findall(body)) == body.count(b"(")


def references(body: bytes) -> Iterator[int]:
    """The numbers of the objects that a body refers to, in order."""
    if _misleads(body):
        return map(int, _split(body)[1::2])
    return map(int, REFERENCE.findall(body))


def _misleads(body: bytes) -> bool:
    """Whether a string of the body looks like a reference; hardly any does."""
    return not has_plain_strings(body) and any(b" 0 R" in string for string in _STRINGS.findall(body))


def _split(body: bytes) -> list[bytes]:
    """The body as what is between its references, and the numbers that they name, in turn."""
    if not _misleads(body):
        return REFERENCE.split(body)
    pieces: list[bytes] = []
    end = 0
    for match in _TOKEN.finditer(body):
        if match[1]:
            pieces += [body[end : match.start()], match[1]]
            end = match.end()
    return [*pieces, body[end:]]


def strings_apart(body: bytes) -> list[bytes]:
    """The body as text without strings and strings in turn, so that no rule for one affects the other."""
    return _STRINGS.split(body)


def renumbered(body: bytes, number: Callable[[int], int]) -> bytes:
    """The body with every reference to object n made one to number(n); a stream's bytes stay."""
    head, mark, rest = body.partition(b"stream\n") if b"stream\n" in body else (body, b"", b"")
    pieces = _split(head)
    pieces[1::2] = [b"%d 0 R" % number(int(old)) for old in pieces[1::2]]
    return b"".join(pieces) + mark + rest
