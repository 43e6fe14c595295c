"""The clock: the only place that asks the system what time it is. Tests set another one.

Times are UTC. A day depends on where people are, so callers pass a time zone:
the campaign's (`pack.time_zone`) for days that people see, none for UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, tzinfo

#: Gives the time, with its time zone.
Source = Callable[[], datetime]


def system() -> datetime:
    """The time of this machine, in UTC."""
    return datetime.now(UTC)


_source: Source = system


def now() -> datetime:
    """The time, in UTC."""
    return _source().astimezone(UTC)


def today(zone: tzinfo | None = None) -> date:
    """The day in a time zone; in UTC without one."""
    return now().astimezone(zone or UTC).date()


def seconds() -> float:
    """The time in seconds since 1970, for tokens, budgets and quarters of an hour."""
    return now().timestamp()


@contextmanager
def use(source: Source) -> Iterator[None]:
    """Ask another source for the time, in every thread; afterwards the previous one."""
    global _source  # noqa: PLW0603  the one clock of the process
    previous, _source = _source, source
    try:
        yield
    finally:
        _source = previous
