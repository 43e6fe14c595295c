"""Many PDFs bound into one, as they come, with all their structure: tags, notes and their order.

A file of ten thousand letters is made of chunks that were set apart and are never together in
memory: each is written out as soon as it is ready, and only its pages and the places of its
objects are remembered. An object's new number follows from the number of its chunk, so that
chunks are prepared by several processes that know nothing of each other.

Objects without a stream travel packed (object streams, ISO 32000-1, 7.5.7), which PDF/A-2 and
PDF/UA-1 allow; otherwise the tags alone would take four times the space of the text.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count, pairwise
from typing import BinaryIO

from campaign.press import pdf_syntax as pdf
from campaign.press.parts import Parts, references, renumbered, strings_apart

#: Numbers of the objects that belong to the whole file; those of the chunks come after them.
_CATALOG, _PAGES, _TREE, _DOCUMENT = 1, 2, 3, 4
_FIRST = 5

#: Numbers that each chunk may use, for objects and for keys into the tree of parents. Readers
#: know object numbers up to 8,388,607 (ISO 32000-1, Annex C), which limits the number of chunks.
SPAN = 4_096
MOST_CHUNKS = 2_046

#: Objects in one packed stream.
_PACK = 200

#: What a name of a tag stands after: its own, or in the list of the headings that a cell belongs to.
_BEFORE_NAMES = (b"/ID", b"/Headers[")
_PARENTS = re.compile(rb"/(StructParents?) (\d+)")
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
        self.base = _FIRST + index * SPAN
        self.spare = max(parts.objects)
        self.node = parts.refers(parts.catalog, "Pages")
        self.root = parts.refers(parts.catalog, "StructTreeRoot")
        if not self.root:
            raise ValueError("The PDF has no tags.")
        self.tree = parts.objects[self.root]
        # The file is in the language of its first chunk: each part names its own.
        self.language = pdf.first_match(rb"/Lang\([^)]*\)", parts.objects[parts.catalog])

    def chunk(self, lengths: Sequence[int], bookmarks: Sequence[str]) -> Chunk:
        own = {self.new(number): self._body(number) for number in self._needed_numbers()}
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
        return _DOCUMENT if number == self.root else self.base + number

    def _fresh(self) -> int:
        """A number of the file that no object of the PDF has."""
        self.spare += 1
        return self.base + self.spare

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

    def _needed_numbers(self) -> set[int]:
        """All that the pages and tags refer to; with the first chunk comes what the file needs once."""
        todo = [*self.parts.pages(), *references(self.tree)]
        if self.index == 0:
            todo += [*references(self._head()), self.parts.info]
        numbers: set[int] = set()
        while todo:
            number = todo.pop()
            if number and number not in numbers and number not in {self.node, self.root}:
                numbers.add(number)
                todo += references(self.parts.objects[number].partition(b"stream\n")[0])
        return numbers

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
        for start in range(0, len(plain), _PACK):
            batch, holder = plain[start : start + _PACK], self._fresh()
            placed.append((holder, len(out)))
            out += pdf.numbered(holder, pdf.pack(batch))
            packed += [(number, holder, index) for index, (number, _) in enumerate(batch)]
        return bytes(out), tuple(placed), tuple(packed)


class Binder:
    """Writes one PDF from chunks, in the order in which they are added; `close` ends the file.

    With `leaves`, or if any run of pages is longer than one, each run begins on the front of a
    leaf, so that the file can be printed on both sides: empty pages fill up. A file that is
    `one_sided` has none, and asks to be printed on one side. Each run that has a title has a bookmark.
    What stays in memory is some 20 bytes for each object and page, and no text.
    """

    def __init__(self, out: BinaryIO, leaves: bool = False, one_sided: bool = False) -> None:
        self._out, self._leaves, self._one_sided = out, leaves, one_sided
        self._length = 0
        self._free: Iterator[int] | None = None
        self._highest = 0
        self._rows: list[bytes] = []  # the table, chunk by chunk
        self._spans: list[tuple[int, int]] = []
        self._chunks: list[Chunk] = []
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def add(self, chunk: Chunk, cover: bool = False) -> None:
        """Write the chunk's bytes and remember its pages. A cover's length decides nothing for the others."""
        if not cover:
            self._leaves |= any(len(run) > 1 for run in chunk.runs)
        places = {number: (1, self._length + offset, 0) for number, offset in chunk.placed}
        places |= {number: (2, holder, index) for number, holder, index in chunk.packed}
        self._remember(places)
        self._write(chunk.body)
        self._chunks.append(replace(chunk, body=b"", placed=(), packed=()))

    def close(self) -> None:
        """Write the pages' order, the trees and the table. Raises ValueError where nothing was added."""
        if not self._chunks:
            raise ValueError("There is nothing to bind.")
        first = self._chunks[0]
        total = sum(map(self._node, self._chunks))
        kids = b" ".join(b"%d 0 R" % chunk.node for chunk in self._chunks)
        self._put(_PAGES, b"<</Type/Pages/Count %d/Kids[%b]>>" % (total, kids))
        self._put(_TREE, self._tree())
        tags = b" ".join(b"%d 0 R" % tag for chunk in self._chunks for tag in chunk.tags)
        self._put(_DOCUMENT, b"<</Type/StructElem/S/Document/P %d 0 R/K[%b]>>" % (_TREE, tags))
        head = b"/Type/Catalog/Pages %d 0 R/StructTreeRoot %d 0 R" % (_PAGES, _TREE)
        preferences = first.head
        if self._one_sided:
            preferences = preferences.replace(b"/ViewerPreferences<<", b"/ViewerPreferences<</Duplex/Simplex")
        self._put(_CATALOG, b"<<%b%b%b>>" % (head, self._outline(), preferences))
        self._table(first.info)

    def _node(self, chunk: Chunk) -> int:
        """Write the node of a chunk's pages, and say how many they are."""
        pages: list[int] = []
        for run in chunk.runs:
            pages += run
            if self._leaves and not self._one_sided and len(run) % 2:
                pages.append(self._empty(chunk))
        kids = b" ".join(b"%d 0 R" % page for page in pages)
        body = b"<</Type/Pages/Parent %d 0 R/Count %d/Kids[%b]>>" % (_PAGES, len(pages), kids)
        self._put(chunk.node, body)
        return len(pages)

    def _empty(self, chunk: Chunk) -> int:
        number = self._fresh()
        self._put(number, b"<</Type/Page/Parent %d 0 R/Resources<<>>%b>>" % (chunk.node, chunk.paper))
        return number

    def _outline(self) -> bytes:
        """Write the bookmarks, and say where they are; b"" where there are none."""
        titled = [
            (title, run[0])
            for chunk in self._chunks
            for title, run in zip(chunk.bookmarks, chunk.runs, strict=False)
        ]
        if not titled:
            return b""
        root, *numbers = (self._fresh() for _ in range(len(titled) + 1))
        objects = [
            (
                root,
                b"<</Type/Outlines/First %d 0 R/Last %d 0 R/Count %d>>"
                % (numbers[0], numbers[-1], len(titled)),
            )
        ]
        for place, (number, (title, page)) in enumerate(zip(numbers, titled, strict=True)):
            before = b"/Prev %d 0 R" % numbers[place - 1] if place else b""
            after = b"/Next %d 0 R" % numbers[place + 1] if place + 1 < len(numbers) else b""
            target = b"/Title%b/Parent %d 0 R/Dest[%d 0 R/Fit]" % (pdf.text_string(title), root, page)
            objects.append((number, b"<<%b%b%b>>" % (target, before, after)))
        for start in range(0, len(objects), _PACK):
            self._put_packed(objects[start : start + _PACK])
        return b"/Outlines %d 0 R/PageMode/UseOutlines" % root

    def _tree(self) -> bytes:
        """The root of the tags: every chunk's own, and the trees that find them."""
        parents = b" ".join(b"%d 0 R" % chunk.parents[0] for chunk in self._chunks)
        ids = b" ".join(b"%d 0 R" % chunk.ids[0] for chunk in self._chunks if chunk.ids)
        names = b"/IDTree<</Kids[%b]>>" % ids if ids else b""
        end = b"/ParentTree<</Kids[%b]>>/ParentTreeNextKey %d" % (parents, self._chunks[-1].parents[2] + 1)
        return b"<</Type/StructTreeRoot%b/K[%d 0 R]%b%b>>" % (self._chunks[0].roles, _DOCUMENT, end, names)

    def _table(self, info: int) -> None:
        """The table of all objects as a stream: rows of 1, 5 and 2 bytes (7.5.8)."""
        number, start = self._fresh(), self._length
        self._remember({number: (1, start, 0)})
        rows = [row for _, row in sorted(zip(self._spans, self._rows, strict=True))]
        spans = b" ".join(b"%d %d" % span for span in sorted(self._spans))
        data = zlib.compress(b"".join(rows), 6)
        name = b"<%08x>" % zlib.crc32(data)
        head = b"/Type/XRef/Size %d/Root %d 0 R/ID[%b%b]/W[1 5 2]/Index[%b]" % (
            self._highest + 1, _CATALOG, name, name, spans,
        )  # fmt: skip
        head += b"/Info %d 0 R" % info if info else b""
        self._write(pdf.numbered(number, pdf.stream(head, data)))
        self._write(b"startxref\n%d\n%%%%EOF\n" % start)

    def _fresh(self) -> int:
        """A number that no chunk uses: between those of two, so that all stay below the readers' limit."""
        if self._free is None:
            between = chain.from_iterable(range(chunk.last + 1, chunk.end) for chunk in self._chunks)
            self._free = chain(between, count(_FIRST + len(self._chunks) * SPAN))
        return next(self._free)

    def _put(self, number: int, body: bytes) -> None:
        self._remember({number: (1, self._length, 0)})
        self._write(pdf.numbered(number, body))

    def _put_packed(self, objects: list[tuple[int, bytes]]) -> None:
        holder = self._fresh()
        self._remember({number: (2, holder, index) for index, (number, _) in enumerate(objects)})
        self._put(holder, pdf.pack(objects))

    def _remember(self, places: dict[int, tuple[int, int, int]]) -> None:
        """Keep the rows of some objects, as the table will have them, run of numbers by run."""
        numbers = sorted(places)
        self._highest = max(self._highest, numbers[-1])
        breaks = [n for n in range(1, len(numbers)) if numbers[n] != numbers[n - 1] + 1]
        for start, end in pairwise([0, *breaks, len(numbers)]):
            run = numbers[start:end]
            self._spans.append((run[0], len(run)))
            rows = (places[number] for number in run)
            self._rows.append(b"".join(pdf.row(*row) for row in rows))

    def _write(self, data: bytes) -> None:
        self._out.write(data)
        self._length += len(data)
