"""Work for several processes, with the results in the order of the calls."""

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
