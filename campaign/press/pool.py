"""Work for several processes, with the results in the order in which it was given."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import TypeVar

T = TypeVar("T")


def in_order(
    pool: Executor, calls: Iterable[tuple[Callable[[], T], int]], ahead: int
) -> Iterator[tuple[T, int]]:
    """The result of each call with the number that came with it, never more than `ahead` calls at once.

    Calls are made up as they are needed, so that a long list never stands in memory.
    """
    waiting: deque[tuple[Future[T], int]] = deque()
    for call, number in calls:
        waiting.append((pool.submit(call), number))
        if len(waiting) >= ahead:
            future, count = waiting.popleft()
            yield future.result(), count
    for future, count in waiting:
        yield future.result(), count
