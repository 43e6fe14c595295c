"""Work for several processes, with the results in the order of the calls."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from typing import TypeVar

T = TypeVar("T")

#: Chunks that a process sets before a new one replaces it, which takes half a second to begin. Typst keeps
#: what it set last in memory: 300 MiB after sixty chunks, and as many after two hundred.
CHUNKS_PER_PROCESS = 300


def processes(workers: int = 0) -> ProcessPoolExecutor:
    """So many processes, or one on each core, which begin once there is work for them."""
    cores = os.cpu_count() or 1
    number = workers or cores
    context = multiprocessing.get_context("spawn")
    threads = max(1, cores // number)
    return ProcessPoolExecutor(number, context, _begin, (threads,), max_tasks_per_child=CHUNKS_PER_PROCESS)


def _begin(threads: int) -> None:
    """Typst starts a thread on each core: beside other processes they take memory and gain nothing."""
    os.environ["RAYON_NUM_THREADS"] = str(threads)


def ahead() -> int:
    """How many calls wait at once, so that no process has to."""
    return 2 * (os.cpu_count() or 1)


def in_order(
    pool: Executor, calls: Iterable[tuple[Callable[[], T], int]], ahead: int
) -> Iterator[tuple[T, int]]:
    """The result of each call with the number that came with it, never more than `ahead` calls at once.

    Calls are created as they are needed, so that a long list is never in memory.
    """
    pending_calls: deque[tuple[Future[T], int]] = deque()
    for call, number in calls:
        pending_calls.append((pool.submit(call), number))
        if len(pending_calls) >= ahead:
            future, count = pending_calls.popleft()
            yield future.result(), count
    for future, count in pending_calls:
        yield future.result(), count
