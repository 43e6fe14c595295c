"""Many senders: one letter for each row of a list, made on all processors, in one file.

The letters are set in chunks that go into the file as they are ready, in the order of the list; what
is in memory at any time is a few chunks, whatever the length of the list.
"""

from __future__ import annotations

import io
import multiprocessing
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO, TypeVar

from campaign.letters import senders
from campaign.letters.compose import compose
from campaign.letters.duplicates import Duplicates
from campaign.letters.formats import pdf
from campaign.letters.formats.pdf import CHUNK
from campaign.letters.letter import Choices, Sender
from campaign.pack.archive import entry
from campaign.pack.files import parse
from campaign.pack.model import Pack
from campaign.press import pool
from campaign.press.binding import Binder
from campaign.press.parts import Parts
from campaign.press.preparing import Chunk, prepare
from campaign.spreadsheets.rows import Row
from campaign.whole_files import whole

#: Chunks that a process may set before a new one replaces it: typst remembers what it set.
CHUNKS_PER_PROCESS = 200

Report = Callable[[int], None]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RowCheck:
    """How rows are judged. `addressee` is that of rows that name none.

    With `duplicates`, a person who appears twice for one addressee is a problem, too.
    """

    pack: Pack
    addressee: str
    duplicates: Duplicates | None = None

    def sender_row(self, row: Row) -> senders.SenderRow:
        """The row's values, with every problem it has."""
        sender_row = senders.check(row, self.pack, self.addressee)
        if self.duplicates is not None and not sender_row.problems:
            problem = self.duplicates.problem(row.number, sender_row)
            sender_row.problems.extend([problem] if problem else [])
        return sender_row


def checked(
    rows: Iterable[Row],
    row_check: RowCheck,
    say: Callable[[senders.Problem], None],
    reject: senders.RejectedRow | None = None,
) -> int:
    """Look at every row; how many can be used. Each problem goes to `say`, and its row to `reject`.

    Raises SpreadsheetError for a file that can't be used at all.
    """
    usable = 0
    for row in rows:
        sender_row = row_check.sender_row(row)
        for problem in sender_row.problems:
            say(problem)
        if not sender_row.problems:
            usable += 1
        elif reject is not None:
            reject.add(row, sender_row.problems)
    return usable


def choices_of(
    rows: Iterable[Row], pack: Pack, common: Choices, duplicates: Duplicates | None = None
) -> Iterator[Choices]:
    """The choices of each usable row. Rows differ in wording; `common` has what a row does not say.

    With `duplicates`, a person has one letter to an addressee: the first.
    """
    row_check = RowCheck(pack, common.addressee, duplicates)
    for row in rows:
        sender_row = row_check.sender_row(row)
        if sender_row.problems:
            continue
        yield replace(
            common,
            sender=Sender(sender_row.name, (), sender_row.place, sender_row.country),
            own_words=sender_row.own_words,
            demands=sender_row.demands or common.demands,
            language=sender_row.language or common.language,
            addressee=sender_row.to or common.addressee,
            seed=common.seed + row.number,
        )


@dataclass(frozen=True, slots=True)
class Printing:
    """How letters are made: with `duplex` each begins on the front of a leaf.

    `cover` are the PDFs of the list on top; `workers` are processes, 0 for one on each core.
    """

    duplex: bool = False
    cover: Sequence[bytes] = ()
    workers: int = 0


def write(
    out: Path,
    files: Mapping[str, str],
    letters: Iterable[Choices],
    report: Report,
    printing: Printing,
) -> None:
    """Write one PDF, or a ZIP with a PDF for each letter, by the suffix of `out`.

    `files` are the pack's, which every process reads for itself. `report` is called with the
    number of letters made since its last call. A file that could not be finished is removed.
    """
    workers = printing.workers or os.cpu_count() or 1
    with whole(out) as unfinished:
        if out.suffix == ".zip":
            _zip(unfinished, _in_order(files, letters, _separate_files, workers), report, printing)
            return
        first = len(printing.cover)
        with unfinished.open("wb") as file:
            _bind(file, _in_order(files, letters, _bindable_chunk, workers, first), report, printing)


def one_pdf(pack: Pack, letters: Iterable[Choices], printing: Printing) -> bytes:
    """Some letters as one PDF, made in this process. Raises MissingGlyphError and ValueError for none."""
    out = io.BytesIO()
    chunks = (
        (_chunk_of(pack, index, number, chunk), len(chunk))
        for index, number, chunk in _numbered(letters, len(printing.cover))
    )
    _bind(out, chunks, lambda _count: None, printing)
    return out.getvalue()


def _bind(out: BinaryIO, chunks: Iterable[tuple[Chunk, int]], report: Report, printing: Printing) -> None:
    """Write one PDF: the list, then the letters with a bookmark for each."""
    binder = Binder(out, leaves=printing.duplex)
    for index, document in enumerate(printing.cover):
        pages = len(Parts.of(document).pages())
        binder.add(prepare(document, index, [pages]), cover=True)
    for chunk, count in chunks:
        binder.add(chunk)
        report(count)
    binder.close()


def _zip(
    out: Path,
    letters: Iterable[tuple[list[tuple[str, bytes]], int]],
    report: Report,
    printing: Printing,
) -> None:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        if printing.cover:
            cover = io.BytesIO()
            _bind(cover, [], report, printing)
            archive.writestr(entry("00000-list.pdf", zipfile.ZIP_STORED), cover.getvalue())
        number = 0
        for documents, count in letters:
            for name, document in documents:
                number += 1
                # Named by us: no file says whose letter it is.
                archive.writestr(entry(f"{number:05}-{name}.pdf", zipfile.ZIP_STORED), document)
            report(count)


# The processes


def _in_order(
    files: Mapping[str, str],
    letters: Iterable[Choices],
    work: Callable[[int, int, list[Choices]], T],
    workers: int,
    first: int = 0,
) -> Iterator[tuple[T, int]]:
    """The results of the chunks in their order, never more than a few ahead of the current one."""
    context = multiprocessing.get_context("spawn")
    chunks = _numbered(letters, first)
    with ProcessPoolExecutor(
        workers, context, _begin, (dict(files),), max_tasks_per_child=CHUNKS_PER_PROCESS
    ) as processes:
        calls = ((partial(work, index, number, chunk), len(chunk)) for index, number, chunk in chunks)
        yield from pool.in_order(processes, calls, workers * 2)


def _numbered(letters: Iterable[Choices], first: int) -> Iterator[tuple[int, int, list[Choices]]]:
    """(index of the chunk in the file, number of its first letter, choices); `first` chunks come before."""
    stream = iter(letters)
    for index, chunk in enumerate(iter(lambda: list(islice(stream, CHUNK)), [])):
        yield first + index, index * CHUNK + 1, chunk


_pack: Pack | None = None


def _begin(files: Mapping[str, str]) -> None:
    """Each process reads the pack once."""
    global _pack  # noqa: PLW0603
    _pack = parse(files)


def _own_pack() -> Pack:
    if _pack is None:
        raise RuntimeError("The process was not begun.")
    return _pack


def _chunk_of(pack: Pack, index: int, number: int, chunk: Sequence[Choices]) -> Chunk:
    """Letters as a chunk of the file; each bookmark is the letter's number and its person."""
    document = pdf.typeset_letters([compose(pack, choices) for choices in chunk])
    bookmarks = [f"{n} · {choices.sender.name}" for n, choices in enumerate(chunk, number)]
    return prepare(document, index, [length for _, length in pdf.page_runs(document)], bookmarks)


def _bindable_chunk(index: int, number: int, chunk: list[Choices]) -> Chunk:
    return _chunk_of(_own_pack(), index, number, chunk)


def _separate_files(_index: int, _number: int, chunk: list[Choices]) -> list[tuple[str, bytes]]:
    letters = [compose(_own_pack(), choices) for choices in chunk]
    return [(letter.filename, pdf.render(letter)) for letter in letters]
