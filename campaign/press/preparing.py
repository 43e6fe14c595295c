"""A PDF made ready to be bound with others: its objects get the numbers that they have in the whole file.

An object's new number follows from the number of its chunk, so that chunks are prepared by several
processes that know nothing of each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from campaign.press import pdf_syntax as pdf
from campaign.press.parts import (
    REFERENCE,
    Parts,
    has_plain_strings,
    head_of,
    reached,
    references,
    renumbered,
    strings_apart,
)

#: Numbers of the objects that belong to the whole file; those of the chunks come after them.
CATALOG, PAGES, TREE, DOCUMENT = 1, 2, 3, 4
FIRST = 5

#: Numbers that each chunk may use, for objects and for keys into the tree of parents. Readers
#: know object numbers up to 8,388,607 (ISO 32000-1, Annex C), which limits the number of chunks.
SPAN = 4_096
MOST_CHUNKS = 2_046

#: Objects in one packed stream.
PACK = 200

#: What a name of a tag stands after: its own, or in the list of the headings that a cell belongs to.
_BEFORE_NAMES = (b"/ID", b"/Headers[")
_PARENTS = re.compile(rb"/(StructParents?) (\d+)")

#: What is between objects that are changed together.
_BETWEEN = b"\nendobj\n"
#: What an object has that changes with the whole file, besides its references.
_OF_THE_WHOLE = re.compile(rb"/ID\(|/Headers\[\(|/StructParent|/S/Document/")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A PDF made ready to be bound: the bytes that go into the file, and what the whole file needs to know.

    `placed` are (object, offset in `body`), `packed` are (object, packed stream, index in it).
    `runs` are the pages, grouped by what belongs together, such as one letter. `parents` and
    `ids` are leaves of the whole's trees: (object, lowest, highest). `paper` is the size of a
    page; `head`, `roles` and `info` say of the whole file what its first chunk says of itself.
    `bookmarks` are the titles of the runs; the numbers above `last` and
    below `end` are free.
    """

    body: bytes
    placed: tuple[tuple[int, int], ...]
    packed: tuple[tuple[int, int, int], ...]
    node: int
    runs: tuple[tuple[int, ...], ...]
    tags: tuple[int, ...]
    parents: tuple[int, int, int]
    ids: tuple[int, bytes, bytes] | None
    paper: bytes
    head: bytes
    roles: bytes
    info: int
    bookmarks: tuple[str, ...]
    last: int
    end: int


def prepare(document: bytes, index: int, lengths: Sequence[int], bookmarks: Sequence[str] = ()) -> Chunk:
    """Make the index-th PDF ready; `lengths` says how many pages of it belong together.

    `bookmarks` has a title for each of them, or nothing. Raises ValueError if it has more objects
    than a chunk may, or is not one of typst's.
    """
    parts = Parts.of(document)
    if bookmarks and len(bookmarks) != len(lengths):
        raise ValueError("There are more or fewer bookmarks than letters.")
    return _Preparation(parts, index).chunk(lengths, bookmarks)


class _Preparation:
    """One PDF that is prepared for the file. Numbers are the PDF's own until `new` makes them the file's."""

    def __init__(self, parts: Parts, index: int) -> None:
        if max(parts.objects) + 32 > SPAN or index >= MOST_CHUNKS:
            raise ValueError("The PDF has too many objects to be bound.")
        self.parts, self.index = parts, index
        self.base = FIRST + index * SPAN
        self.spare = max(parts.objects)
        self.node = parts.refers(parts.catalog, "Pages")
        self.root = parts.refers(parts.catalog, "StructTreeRoot")
        if not self.root:
            raise ValueError("The PDF has no tags.")
        self.tree = parts.objects[self.root]
        # The file is in the language of its first chunk: each part names its own.
        self.language = pdf.first_match(rb"/Lang\([^)]*\)", parts.objects[parts.catalog])

    def chunk(self, lengths: Sequence[int], bookmarks: Sequence[str]) -> Chunk:
        own = self._bodies(self._needed_numbers())
        parents, ids = self._parents(own), self._ids(own)
        body, placed, packed = self._serialised(own)
        first = self.index == 0
        return Chunk(
            body=body,
            placed=placed,
            packed=packed,
            node=self.new(self.node),
            runs=tuple(self._runs(lengths)),
            tags=tuple(map(self.new, references(pdf.array(self.tree, b"K")))),
            parents=parents,
            ids=ids,
            paper=pdf.first_match(rb"/MediaBox\[[^\]]*\]", self.parts.objects[self.parts.pages()[0]]),
            head=renumbered(self._head(), self.new) if first else b"",
            roles=pdf.first_match(rb"/RoleMap<<[^>]*>>", self.tree),
            info=self.new(self.parts.info) if first and self.parts.info else 0,
            bookmarks=tuple(bookmarks),
            last=self.base + self.spare,
            end=self.base + SPAN,
        )

    def new(self, number: int) -> int:
        # What belonged to the PDF's own root of tags belongs to the one document of the file.
        return DOCUMENT if number == self.root else self.base + number

    def _fresh(self) -> int:
        """A number of the file that no object of the PDF has."""
        self.spare += 1
        return self.base + self.spare

    def _bodies(self, numbers: list[int]) -> dict[int, bytes]:
        """The objects under their new numbers; thousands of tags are changed quicker as one text."""
        heads = {number: head_of(self.parts.objects[number]) for number in numbers}
        plain = [number for number in numbers if has_plain_strings(heads[number])]
        changed = self._changed(_BETWEEN.join(map(heads.__getitem__, plain))).split(_BETWEEN)
        if len(changed) != len(plain):  # an object has the text that is between them
            plain, changed = [], []
        bodies = {
            self.new(number): head + self.parts.objects[number][len(heads[number]) :]
            for number, head in zip(plain, changed, strict=True)
        }
        others = {self.new(number): self._body(number) for number in set(numbers).difference(plain)}
        return dict(sorted((bodies | others).items()))

    def _changed(self, text: bytes) -> bytes:
        """The heads of objects as `_body` has them, where all their strings are plain."""
        pieces = REFERENCE.split(text)
        pieces[1::2] = map(self._new_references().__getitem__, pieces[1::2])
        text = self._keys(b"".join(pieces))
        for before in _BEFORE_NAMES:
            text = text.replace(before + b"(", before + b"(" + self._name(b""))
        return text

    def _new_references(self) -> dict[bytes, bytes]:
        return {b"%d" % number: b"%d 0 R" % self.new(number) for number in self.parts.objects}

    def _body(self, number: int) -> bytes:
        """An object with its new references, keys into the tree of parents, and names of notes and cells."""
        body = renumbered(self.parts.objects[number], self.new)
        if not _OF_THE_WHOLE.search(body):
            return body
        head, mark, stream = body.partition(b"stream\n")
        pieces, is_name = strings_apart(head), False
        for place, piece in enumerate(pieces):
            if place % 2 == 0:
                pieces[place] = self._keys(piece)
                is_name = piece.endswith(_BEFORE_NAMES) or (is_name and not piece)
            elif is_name:
                pieces[place] = b"(%b)" % self._name(piece[1:-1])
        return b"".join(pieces) + mark + stream

    def _keys(self, piece: bytes) -> bytes:
        if b"/StructParent" in piece:
            ahead = self.index * SPAN
            piece = _PARENTS.sub(lambda m: b"/%b %d" % (m[1], int(m[2]) + ahead), piece)
        return piece.replace(b"/S/Document/", b"/S/Part%b/" % self.language)

    def _name(self, name: bytes) -> bytes:
        return b"%06d %b" % (self.index, name)

    def _needed_numbers(self) -> list[int]:
        """All that the pages and tags refer to; with the first chunk comes what the file needs once."""
        first = [*self.parts.pages(), *references(self.tree)]
        if self.index == 0:
            first += [*references(self._head()), self.parts.info]
        return sorted(reached(self.parts, first, {0, self.node, self.root}))

    def _head(self) -> bytes:
        """What the catalogue says of the whole document: standard, language, metadata, title first."""
        pattern = (
            rb"/(?:Metadata|OutputIntents) \d+ 0 R|/Lang\([^)]*\)|/(?:MarkInfo|ViewerPreferences)<<[^>]*>>"
        )
        return b"".join(re.findall(pattern, self.parts.objects[self.parts.catalog]))

    def _parents(self, own: dict[int, bytes]) -> tuple[int, int, int]:
        """A leaf of the whole's tree of parents: key, object, key, object …"""
        match = re.search(rb"/ParentTree<</Nums\[([^\]]*)\]", self.tree)
        pairs = re.findall(rb"(\d+) (\d+) 0 R", match[1]) if match else []
        keys = sorted((int(key) + self.index * SPAN, self.new(int(value))) for key, value in pairs)
        low, high, number = keys[0][0], keys[-1][0], self._fresh()
        numbers = b" ".join(b"%d %d 0 R" % pair for pair in keys)
        own[number] = b"<</Limits[%d %d]/Nums[%b]>>" % (low, high, numbers)
        return number, low, high

    def _ids(self, own: dict[int, bytes]) -> tuple[int, bytes, bytes] | None:
        """A leaf of the whole's tree of names; None where no tag of the PDF has one."""
        match = re.search(rb"/IDTree<</Names\[([^\]]*)\]", self.tree)
        pairs = re.findall(rb"\(([^()]*)\)(\d+) 0 R", match[1]) if match else []
        if not pairs:
            return None
        names = sorted((self._name(name), self.new(int(value))) for name, value in pairs)
        low, high, number = names[0][0], names[-1][0], self._fresh()
        body = b"".join(b"(%b)%d 0 R" % pair for pair in names)
        own[number] = b"<</Limits[(%b)(%b)]/Names[%b]>>" % (low, high, body)
        return number, low, high

    def _runs(self, lengths: Sequence[int]) -> Iterator[tuple[int, ...]]:
        pages = list(map(self.new, self.parts.pages()))
        if sum(lengths) != len(pages):
            raise ValueError("The lengths do not add up to the pages.")
        for length in lengths:
            yield tuple(pages[:length])
            del pages[:length]

    def _serialised(
        self, own: dict[int, bytes]
    ) -> tuple[bytes, tuple[tuple[int, int], ...], tuple[tuple[int, int, int], ...]]:
        """The objects as bytes of the file: streams as they are, all others packed together."""
        out = bytearray()
        placed: list[tuple[int, int]] = []
        packed: list[tuple[int, int, int]] = []
        plain = []
        for number, body in own.items():
            if b"stream\n" in body:
                placed.append((number, len(out)))
                out += pdf.numbered(number, body)
            else:
                plain.append((number, body))
        for start in range(0, len(plain), PACK):
            batch, holder = plain[start : start + PACK], self._fresh()
            placed.append((holder, len(out)))
            out += pdf.numbered(holder, pdf.pack(batch))
            packed += [(number, holder, index) for index, (number, _) in enumerate(batch)]
        return bytes(out), tuple(placed), tuple(packed)
