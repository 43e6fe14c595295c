"""Many senders: one letter for each row of a list, by all processors, in one file.

The letters are set in chunks that go into the file as they come, in the order of the list; what
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

#: Chunks that a process may set before it makes room for a fresh one: typst remembers what it set.
CHUNKS_PER_PROCESS = 200

Report = Callable[[int], None]

T = TypeVar("T")


def checked(
    rows: Iterable[senders.Row],
    pack: Pack,
    say: Callable[[senders.Problem], None],
    reject: senders.RejectedRow | None = None,
) -> int:
    """Look at every row; how many can be used. Each problem is said, and its row given to `reject`.

    Raises SendersError for a file that can't be used at all.
    """
    good = 0
    for row in rows:
        given = senders.check(row, pack)
        for problem in given.problems:
            say(problem)
        if not given.problems:
            good += 1
        elif reject is not None:
            reject.add(row, given.problems)
    return good


def choices_of(rows: Iterable[senders.Row], pack: Pack, common: Choices) -> Iterator[Choices]:
    """The choices of each usable row. Rows differ in wording, and say what the list does not in `common`."""
    for row in rows:
        given = senders.check(row, pack)
        if given.problems:
            continue
        yield replace(
            common,
            sender=Sender(given.name, (), given.place, given.country),
            own_words=given.own_words,
            demands=given.demands or common.demands,
            language=given.language or common.language,
            addressee=given.to or common.addressee,
            seed=common.seed + row.number,
        )


def write(
    out: Path, files: Mapping[str, str], letters: Iterable[Choices], report: Report, workers: int = 0
) -> None:
    """Write one PDF, or a ZIP with a PDF for each letter, by the suffix of `out`.

    `files` are the pack's, which every process reads for itself. `report` is told how many
    letters have come since it was last told. A file that could not be finished is removed.
    """
    target = _zip if out.suffix == ".zip" else _one_pdf
    with whole(out) as made:
        target(made, files, letters, report, workers or os.cpu_count() or 1)


def _one_pdf(
    out: Path, files: Mapping[str, str], letters: Iterable[Choices], report: Report, workers: int
) -> None:
    with out.open("wb") as file:
        binder = Binder(file)
        for chunk, count in _in_order(files, letters, _bindable, workers):
            binder.add(chunk)
            report(count)
        binder.close()


def _zip(
    out: Path, files: Mapping[str, str], letters: Iterable[Choices], report: Report, workers: int
) -> None:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        number = 0
        for documents, count in _in_order(files, letters, _apart, workers):
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
    """The results of the chunks in their order, never more than a few ahead of the one at hand."""
    context = multiprocessing.get_context("spawn")
    stream = iter(letters)
    chunks = enumerate(iter(lambda: list(islice(stream, CHUNK)), []))
    with ProcessPoolExecutor(
        workers, context, _begin, (dict(files),), max_tasks_per_child=CHUNKS_PER_PROCESS
    ) as processes:
        calls = ((partial(work, index, some), len(some)) for index, some in chunks)
        yield from pool.in_order(processes, calls, workers * 2)


_pack: Pack | None = None


def _begin(files: Mapping[str, str]) -> None:
    """Each process reads the pack once."""
    global _pack  # noqa: PLW0603
    _pack = parse(files)


def _composed(some: Sequence[Choices]) -> list[Letter]:
    if _pack is None:
        raise RuntimeError("The process was not begun.")
    return [compose(_pack, one) for one in some]


def _bindable(index: int, some: list[Choices]) -> Chunk:
    document = pdf.typeset_letters(_composed(some))
    return prepare(document, index, [length for _, length in pdf.page_runs(document)])


def _apart(_index: int, some: list[Choices]) -> list[tuple[str, bytes]]:
    return [(letter.filename, pdf.render(letter)) for letter in _composed(some)]
