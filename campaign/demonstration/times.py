"""Doing something as if it were another time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from campaign import clock


@contextmanager
def on(moment: datetime) -> Iterator[None]:
    """What is done in the block was done at that time."""
    with clock.use(lambda: moment):
        yield
