"""Many PDFs bound into one, as they come, with all their structure: tags, notes and their order.

A file of ten thousand letters is made of chunks that were set apart and are never together in
memory: each is written out as soon as it is ready, and only its pages and the places of its
objects are remembered. `preparing` makes a PDF ready.

Objects without a stream travel packed (object streams, ISO 32000-1, 7.5.7), which PDF/A-2 and
PDF/UA-1 allow; otherwise the tags alone would take four times the space of the text.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, count, pairwise
from typing import BinaryIO

from campaign.press import pdf_syntax as pdf
from campaign.press.preparing import CATALOG, DOCUMENT, FIRST, PACK, PAGES, SPAN, TREE, Chunk


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
        self._put(PAGES, b"<</Type/Pages/Count %d/Kids[%b]>>" % (total, kids))
        self._put(TREE, self._tree())
        tags = b" ".join(b"%d 0 R" % tag for chunk in self._chunks for tag in chunk.tags)
        self._put(DOCUMENT, b"<</Type/StructElem/S/Document/P %d 0 R/K[%b]>>" % (TREE, tags))
        head = b"/Type/Catalog/Pages %d 0 R/StructTreeRoot %d 0 R" % (PAGES, TREE)
        preferences = first.head
        if self._one_sided:
            preferences = preferences.replace(b"/ViewerPreferences<<", b"/ViewerPreferences<</Duplex/Simplex")
        self._put(CATALOG, b"<<%b%b%b>>" % (head, self._outline(), preferences))
        self._table(first.info)

    def _node(self, chunk: Chunk) -> int:
        """Write the node of a chunk's pages, and say how many they are."""
        pages: list[int] = []
        for run in chunk.runs:
            pages += run
            if self._leaves and not self._one_sided and len(run) % 2:
                pages.append(self._empty(chunk))
        kids = b" ".join(b"%d 0 R" % page for page in pages)
        body = b"<</Type/Pages/Parent %d 0 R/Count %d/Kids[%b]>>" % (PAGES, len(pages), kids)
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
        for start in range(0, len(objects), PACK):
            self._put_packed(objects[start : start + PACK])
        return b"/Outlines %d 0 R/PageMode/UseOutlines" % root

    def _tree(self) -> bytes:
        """The root of the tags: every chunk's own, and the trees that find them."""
        parents = b" ".join(b"%d 0 R" % chunk.parents[0] for chunk in self._chunks)
        ids = b" ".join(b"%d 0 R" % chunk.ids[0] for chunk in self._chunks if chunk.ids)
        names = b"/IDTree<</Kids[%b]>>" % ids if ids else b""
        end = b"/ParentTree<</Kids[%b]>>/ParentTreeNextKey %d" % (parents, self._chunks[-1].parents[2] + 1)
        return b"<</Type/StructTreeRoot%b/K[%d 0 R]%b%b>>" % (self._chunks[0].roles, DOCUMENT, end, names)

    def _table(self, info: int) -> None:
        """The table of all objects as a stream: rows of 1, 5 and 2 bytes (7.5.8)."""
        number, start = self._fresh(), self._length
        self._remember({number: (1, start, 0)})
        rows = [row for _, row in sorted(zip(self._spans, self._rows, strict=True))]
        spans = b" ".join(b"%d %d" % span for span in sorted(self._spans))
        data = zlib.compress(b"".join(rows), 6)
        name = b"<%08x>" % zlib.crc32(data)
        head = b"/Type/XRef/Size %d/Root %d 0 R/ID[%b%b]/W[1 5 2]/Index[%b]" % (
            self._highest + 1, CATALOG, name, name, spans,
        )  # fmt: skip
        head += b"/Info %d 0 R" % info if info else b""
        self._write(pdf.numbered(number, pdf.stream(head, data)))
        self._write(b"startxref\n%d\n%%%%EOF\n" % start)

    def _fresh(self) -> int:
        """A number that no chunk uses: between those of two, so that all stay below the readers' limit."""
        if self._free is None:
            between = chain.from_iterable(range(chunk.last + 1, chunk.end) for chunk in self._chunks)
            self._free = chain(between, count(FIRST + len(self._chunks) * SPAN))
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
