"""Many senders: one letter for each row of a list, made on all processors, in one file.

The letters are set in chunks that go into the file as they are ready, in the order of the list; what
is in memory at any time is a few chunks, whatever the length of the list.
"""

from __future__ import annotations

import multiprocessing
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

from campaign.letters import senders
from campaign.letters.compose import compose
from campaign.letters.formats import pdf
from campaign.letters.formats.pdf import CHUNK
from campaign.letters.letter import Choices, Letter, Sender
from campaign.pack.archive import entry
from campaign.pack.files import parse
from campaign.pack.model import Pack
from campaign.press import pool
from campaign.press.binding import Binder, Chunk, prepare
from campaign.whole_files import whole

#: Chunks that a process may set before a new one replaces it: typst remembers what it set.
CHUNKS_PER_PROCESS = 200

Report = Callable[[int], None]

T = TypeVar("T")


def checked(
    rows: Iterable[senders.Row],
    pack: Pack,
    say: Callable[[senders.Problem], None],
    reject: senders.RejectedRow | None = None,
) -> int:
    """Look at every row; how many can be used. Each problem goes to `say`, and its row to `reject`.

    Raises SendersError for a file that can't be used at all.
    """
    usable = 0
    for row in rows:
        sender_row = senders.check(row, pack)
        for problem in sender_row.problems:
            say(problem)
        if not sender_row.problems:
            usable += 1
        elif reject is not None:
            reject.add(row, sender_row.problems)
    return usable


def choices_of(rows: Iterable[senders.Row], pack: Pack, common: Choices) -> Iterator[Choices]:
    """The choices of each usable row. Rows differ in wording; `common` has what a row does not say."""
    for row in rows:
        sender_row = senders.check(row, pack)
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


def write(
    out: Path, files: Mapping[str, str], letters: Iterable[Choices], report: Report, workers: int = 0
) -> None:
    """Write one PDF, or a ZIP with a PDF for each letter, by the suffix of `out`.

    `files` are the pack's, which every process reads for itself. `report` is called with the
    number of letters made since its last call. A file that could not be finished is removed.
    """
    target = _zip if out.suffix == ".zip" else _one_pdf
    with whole(out) as unfinished:
        target(unfinished, files, letters, report, workers or os.cpu_count() or 1)


def _one_pdf(
    out: Path, files: Mapping[str, str], letters: Iterable[Choices], report: Report, workers: int
) -> None:
    with out.open("wb") as file:
        binder = Binder(file)
        for chunk, count in _in_order(files, letters, _bindable_chunk, workers):
            binder.add(chunk)
            report(count)
        binder.close()


def _zip(
    out: Path, files: Mapping[str, str], letters: Iterable[Choices], report: Report, workers: int
) -> None:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        number = 0
        for documents, count in _in_order(files, letters, _separate_files, workers):
            for name, document in documents:
                number += 1
                # Named by us: no file says whose letter it is.
                archive.writestr(entry(f"{number:05}-{name}.pdf", zipfile.ZIP_STORED), document)
            report(count)


# The processes


def _in_order(
    files: Mapping[str, str],
    letters: Iterable[Choices],
    work: Callable[[int, list[Choices]], T],
    workers: int,
) -> Iterator[tuple[T, int]]:
    """The results of the chunks in their order, never more than a few ahead of the current one."""
    context = multiprocessing.get_context("spawn")
    stream = iter(letters)
    chunks = enumerate(iter(lambda: list(islice(stream, CHUNK)), []))
    with ProcessPoolExecutor(
        workers, context, _begin, (dict(files),), max_tasks_per_child=CHUNKS_PER_PROCESS
    ) as processes:
        calls = ((partial(work, index, chunk), len(chunk)) for index, chunk in chunks)
        yield from pool.in_order(processes, calls, workers * 2)


_pack: Pack | None = None


def _begin(files: Mapping[str, str]) -> None:
    """Each process reads the pack once."""
    global _pack  # noqa: PLW0603
    _pack = parse(files)


def _letters(chunk: Sequence[Choices]) -> list[Letter]:
    if _pack is None:
        raise RuntimeError("The process was not begun.")
    return [compose(_pack, choices) for choices in chunk]


def _bindable_chunk(index: int, chunk: list[Choices]) -> Chunk:
    document = pdf.typeset_letters(_letters(chunk))
    return prepare(document, index, [length for _, length in pdf.page_runs(document)])


def _separate_files(_index: int, chunk: list[Choices]) -> list[tuple[str, bytes]]:
    return [(letter.filename, pdf.render(letter)) for letter in _letters(chunk)]
