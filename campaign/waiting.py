"""How long something waits for PostgreSQL's answers, all of them together.

A server that is gone is noticed by the system (`database.py`). One that accepts what it is asked and never
answers, because its disk or a pooler before it hangs, would keep a thread for ever.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from psycopg import Connection


#: Fewer seconds than these are none: a wait ends a little before its time.
_NONE = 0.05

_LATE = "the database did not answer in time"


class _Patience:
    """The seconds that are left."""

    def __init__(self, seconds: float) -> None:
        self.left, self.connects_since = seconds, 0.0


_PATIENCE: ContextVar[_Patience | None] = ContextVar("patience", default=None)


def wait_at_most(seconds: float | None) -> None:
    """From now on, this thread waits so long for answers; with None, as long as it takes."""
    _PATIENCE.set(None if seconds is None else _Patience(seconds))


@contextmanager
def waiting_at_most(seconds: float) -> Iterator[None]:
    """The same for what is inside."""
    token = _PATIENCE.set(_Patience(seconds))
    try:
        yield
    finally:
        _PATIENCE.reset(token)


def may_connect(dialect: Any, *_: object) -> None:
    """Raises OperationalError where nobody is to wait any more: a new connection would take seconds."""
    patience = _PATIENCE.get()
    if patience is None:
        return
    if patience.left <= _NONE:
        raise dialect.loaded_dbapi.OperationalError(_LATE)
    patience.connects_since = time.monotonic()


def bound(connection: Connection[Any], _record: object = None) -> None:
    """Let a connection end when it does not answer in time; the error is psycopg's OperationalError."""
    wait, patience = connection.wait, _PATIENCE.get()
    if patience is not None:
        patience.left -= time.monotonic() - patience.connects_since

    def wait_in_time(gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        patience = _PATIENCE.get()
        if patience is None:
            return wait(gen, interval=interval, timeout=timeout)
        if patience.left <= _NONE:
            raise connection.OperationalError(_LATE)
        begun = time.monotonic()
        try:
            return wait(gen, interval=interval, timeout=patience.left)
        except connection.OperationalError:
            if connection.info.transaction_status.name == "ACTIVE":
                connection.pgconn.finish()  # its answer may still come, and would be taken for another one's
            raise
        finally:
            patience.left -= time.monotonic() - begun

    connection.wait = wait_in_time  # type: ignore[method-assign]
