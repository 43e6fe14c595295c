"""How many requests were answered, by class of status: counted in memory that the processes share.

    <volatile>/answers     for each web process five whole numbers: 1xx to 5xx

Each process adds to its own numbers, so nobody waits for another one. They begin again with the machine.
"""

from __future__ import annotations

import mmap
import os
import struct
import threading
from collections.abc import Callable

from flask import Flask, Response

from campaign.services import service
from campaign.settings import Settings

#: Processes that have numbers of their own; of more, some share them.
_PROCESSES = 64

_ROW = struct.Struct("<5Q")
_SIZE = _PROCESSES * _ROW.size


def count(app: Flask, number: int) -> Callable[[int], None]:
    """Count the answers of this process, the web process `number`, from now on.

    What is returned counts one, by its status, that the application did not make.
    """
    counts = _opened(service(Settings, app))
    offset, lock = number % _PROCESSES * _ROW.size, threading.Lock()

    def add(status: int) -> None:
        with lock:
            row = list(_ROW.unpack_from(counts, offset))
            row[min(max(status // 100, 1), 5) - 1] += 1
            _ROW.pack_into(counts, offset, *row)

    @app.after_request
    def add_answer(response: Response) -> Response:
        add(response.status_code)
        return response

    return add


def by_class(settings: Settings) -> tuple[int, ...]:
    """The answers of all processes: 1xx to 5xx."""
    counts = _opened(settings)
    rows = (_ROW.unpack_from(counts, number * _ROW.size) for number in range(_PROCESSES))
    return tuple(map(sum, zip(*rows, strict=True)))


def totals(settings: Settings) -> tuple[int, int]:
    """All answers, and those with an error (5xx)."""
    classes = by_class(settings)
    return sum(classes), classes[4]


def _opened(settings: Settings) -> mmap.mmap:
    """The shared numbers; made, all zero, if they are not there."""
    settings.volatile.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(settings.volatile / "answers", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if os.fstat(handle).st_size < _SIZE:
            os.ftruncate(handle, _SIZE)
        return mmap.mmap(handle, _SIZE)
    finally:
        os.close(handle)
