"""What memory a process keeps, and how often it looks for garbage in it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

#: mallopt's number for how many heaps there may be (glibc's malloc.h).
_ARENA_MAX = -8

#: New objects after which Python looks for garbage, and how many looks until it looks at older ones as well.
#: With 10 instead of 2, and 8 visitors at once, a process kept 15 MB of garbage.
_THRESHOLDS = 10_000, 2, 2


def one_heap() -> None:
    """Let all threads of this process, and of its copies, take their memory from one heap. Call it first.

    glibc gives each thread another one, up to eight for each core, and what is free in one is of no use to
    the others: with 16 threads that was 12 MB, and 28 MB where they make PDFs.
    """
    import ctypes  # every command imports this module, and few call this

    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):  # other systems have one heap, or other ways
        library.mallopt(_ARENA_MAX, 1)


@contextmanager
def no_collection() -> Iterator[None]:
    """Look for no garbage meanwhile.

    Importing and making an application leave next to none, and looking for it takes an eighth of their time.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def collect_less_garbage() -> None:
    """Let the collector leave the application and its packs alone from now on.

    They live as long as the process. Looking through them took a tenth of its time, and a copy of a process
    would get its own memory for all that is looked at.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
