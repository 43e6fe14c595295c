"""A PDF that typst wrote, taken apart: its objects, its pages, and what they refer to.

Only as much of the format (ISO 32000-1) as typst writes: one table of objects, no
compressed objects, no encryption. Anything else is a ValueError, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_TAIL = 64  # bytes at the end that hold `startxref`
_ROW = 20  # bytes of a row of the table

_STRING = rb"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)"

#: Strings are skipped, references are found. Neither a name nor a hexadecimal string can hold one.
_TOKEN = re.compile(_STRING + rb"|\b(\d+) 0 R\b", re.S)
_STRINGS = re.compile(b"(" + _STRING + b")", re.S)


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
        rows = (document[first + n * _ROW : first + (n + 1) * _ROW] for n in range(count))
        places = sorted((int(row[:10]), n) for n, row in enumerate(rows) if row[17:18] == b"n")
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


def references(body: bytes) -> Iterator[int]:
    """The numbers of the objects that a body refers to, in order."""
    return map(int, _split(body)[1::2])


def _split(body: bytes) -> list[bytes]:
    """The body as what is between its references, and the numbers that they name, in turn."""
    pieces: list[bytes] = []
    if b"(" in body and any(b" 0 R" in string for string in _STRINGS.findall(body)):
        end = 0
        for match in _TOKEN.finditer(body):
            if match[1]:
                pieces += [body[end : match.start()], match[1]]
                end = match.end()
        return [*pieces, body[end:]]
    # Hardly a string looks like a reference, and a regular expression would take five times as long.
    *parts, rest = body.split(b" 0 R")
    for part in parts:
        between = part.rstrip(b"0123456789")
        pieces += [between, part[len(between) :]]
    return [*pieces, rest]


def strings_apart(body: bytes) -> list[bytes]:
    """The body as text without strings and strings in turn, so that no rule for one affects the other."""
    return _STRINGS.split(body)


def renumbered(body: bytes, number: Callable[[int], int]) -> bytes:
    """The body with every reference to object n made one to number(n); a stream's bytes stay."""
    head, mark, rest = body.partition(b"stream\n") if b"stream\n" in body else (body, b"", b"")
    pieces = _split(head)
    pieces[1::2] = [b"%d 0 R" % number(int(old)) for old in pieces[1::2]]
    return b"".join(pieces) + mark + rest
