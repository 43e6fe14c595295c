"""The clock: the only place that asks the system what time it is. Tests set another one.

Times are UTC. A day depends on where people are, so callers pass a time zone:
the campaign's (`pack.time_zone`) for days that people see, none for UTC.

The clock of a machine can be wrong and be put right: it jumps. What only counts the seconds that pass asks
for `steady` ones.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, tzinfo

#: Gives the time, with its time zone.
Source = Callable[[], datetime]

#: Gives seconds that pass, since anything.
Steady = Callable[[], float]


def system() -> datetime:
    """The time of this machine, in UTC."""
    return datetime.now(UTC)


_source: Source = system
_steady: Steady = time.monotonic


def now() -> datetime:
    """The time, in UTC."""
    return _source().astimezone(UTC)


def today(zone: tzinfo | None = None) -> date:
    """The day in a time zone; in UTC without one."""
    return now().astimezone(zone or UTC).date()


def seconds() -> float:
    """The time in seconds since 1970, for tokens and quarters of an hour."""
    return now().timestamp()


def steady() -> float:
    """Seconds that pass whatever the clock is set to, for budgets; only their differences mean something."""
    return _steady()


@contextmanager
def use(source: Source, steady: Steady | None = None) -> Iterator[None]:
    """Ask another source for the time, in every thread; afterwards the previous one.

    So much time has passed as it says, unless `steady` says otherwise.
    """
    global _source, _steady
    previous, began = (_source, _steady), system().timestamp() - time.monotonic()
    _source, _steady = source, steady or (lambda: source().timestamp() - began)
    try:
        yield
    finally:
        _source, _steady = previous
