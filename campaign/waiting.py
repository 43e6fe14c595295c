"""How long something waits for PostgreSQL, all its waits together; for one that is away, not at all.

A server that is gone is noticed by the system (`database.py`). One that accepts what it is asked and never
answers, because its disk or a pooler before it hangs, would keep a thread for ever.

Bounded are only those who say how long they wait: requests, and readings for pages. A command or the worker
waits as long as its work takes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from psycopg import Connection
    from sqlalchemy.engine import ExceptionContext

#: Seconds in which a database has to say that it is there, whatever it is asked afterwards.
THERE = 2.0

#: Seconds between two tries while the database does not answer.
RETRY = 1.0

#: Fewer seconds than these are none: a wait ends a little before its time.
_NONE = 0.05

_LATE = "the database did not answer in time"


class _Patience:
    """The seconds that are left; `there`: in which the database has to give a sign of life.

    `tries`: it finds out whether the database answers again.
    """

    def __init__(self, seconds: float, tries: bool = False) -> None:
        self.left, self.there, self.tries = seconds, min(seconds, THERE), tries
        self.connects_since = 0.0

    def spend(self, since: float, heard: bool) -> None:
        """Take away what was waited since then; `heard`: something came."""
        seconds = time.monotonic() - since
        self.left -= seconds
        self.there = min(THERE, self.left) if heard else self.there - seconds


_PATIENCE: ContextVar[_Patience | None] = ContextVar("patience", default=None)


def wait_at_most(seconds: float | None) -> None:
    """From now on, this thread waits so long for answers; with None, as long as it takes."""
    _PATIENCE.set(None if seconds is None else _Patience(seconds))


@contextmanager
def waiting_at_most(seconds: float, tries: bool = False) -> Iterator[None]:
    """The same for what is inside. `tries`: whether the database answers again."""
    token = _PATIENCE.set(_Patience(seconds, tries))
    try:
        yield
    finally:
        _PATIENCE.reset(token)


def may_wait() -> bool:
    """Whether this thread has any time left to wait."""
    patience = _PATIENCE.get()
    return patience is None or min(patience.left, patience.there) > _NONE


def waited(wait: Callable[[float], bool], most: float, there: bool = False) -> bool:
    """Wait for something else, such as another thread that asks the database: what `wait` says.

    `wait` gets the seconds: `most`, or what this thread has left; they are part of what it waits in all.
    `there`: it is waited only for a sign that the database is there.
    """
    patience = _PATIENCE.get()
    if patience is None:
        return wait(most)
    begun, heard = time.monotonic(), False
    try:
        heard = wait(max(0.0, min(most, patience.there if there else patience.left)))
    finally:
        patience.spend(begun, heard)
    return heard


def taken(lock: threading.Lock, most: float) -> bool:
    """Whether a lock could be taken in that time, or in what this thread has left."""
    return waited(lambda seconds: lock.acquire(timeout=seconds), most)


class Reach:
    """Whether this process reaches its database. While it does not, one thread tries it now and then."""

    def __init__(self, probe: Callable[[], bool], clock: Callable[[], float] = time.monotonic) -> None:
        """`probe` asks the database anything; whether it answered."""
        self._probe, self._clock = probe, clock
        self._lock = threading.Lock()
        self._is_away = self._is_trying = False
        self._next = float("-inf")
        #: Whether everybody else is refused at once while it is away, instead of waiting for it.
        self.refuses = False

    @property
    def is_away(self) -> bool:
        """Whether it did not answer when it was last asked. If it is time, a thread asks it again."""
        if self._is_away:
            self.look()
        return self._is_away

    def lost(self) -> None:
        """Somebody waited for it in vain."""
        self._is_away = True

    def look(self) -> None:
        """Ask it in a thread of its own, unless that was done a moment ago. This thread does not wait."""
        with self._lock:
            if self._is_trying or self._clock() < self._next:
                return
            self._is_trying = True
        threading.Thread(target=self._try, name="probing", daemon=True).start()

    def _try(self) -> None:
        try:
            with waiting_at_most(THERE, tries=True):
                self._is_away = not self._probe()
        except Exception:
            self._is_away = False  # it answers: the next one who asks gets the error
        finally:
            self._next = self._clock() + RETRY
            self._is_trying = False

    # hooks of an engine for PostgreSQL

    def may_connect(self, dialect: Any, *_: object) -> None:
        """Raises OperationalError where nobody is to wait any more: a new connection would take seconds."""
        patience = _PATIENCE.get()
        if patience is None:
            return
        if not may_wait() or self.turns_away(patience):
            raise dialect.loaded_dbapi.OperationalError(_LATE)
        patience.connects_since = time.monotonic()

    def failed(self, context: ExceptionContext) -> None:
        """Note that no connection could be made, and the time that was waited for it."""
        patience = _PATIENCE.get()
        if patience is None or context.connection is not None or context.is_pre_ping:
            return
        if not str(context.original_exception).startswith(_LATE):
            patience.spend(patience.connects_since, heard=False)
            self.lost()

    def bound(self, connection: Connection[Any], _record: object = None) -> None:
        """Let a new connection end when it does not answer in time."""
        patience = _PATIENCE.get()
        if patience is not None:
            patience.spend(patience.connects_since, heard=True)
        bind(connection, self)

    def turns_away(self, patience: _Patience) -> bool:
        """Whether somebody is refused at once."""
        return self.refuses and not patience.tries and self.is_away


def bind(connection: Connection[Any], reach: Reach | None = None) -> None:
    """Let a connection end when it does not answer in time; the error is psycopg's OperationalError."""
    wait = connection.wait

    def wait_in_time(gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        patience = _PATIENCE.get()
        if patience is None:
            return wait(gen, interval=interval, timeout=timeout)
        # Outside of a transaction, the pool asks whether the connection is still good.
        is_there = connection.autocommit
        left = min(patience.left, patience.there) if is_there else patience.left
        if left <= _NONE or (is_there and reach is not None and reach.turns_away(patience)):
            raise connection.OperationalError(_LATE)
        begun, heard = time.monotonic(), False
        try:
            answer = wait(gen, interval=interval, timeout=left)
            heard = True
            return answer
        except connection.DatabaseError as error:
            if _has_hung(connection) and is_there and reach is not None:
                reach.lost()
            if connection.broken and not isinstance(error, connection.OperationalError):
                raise connection.OperationalError("the connection was lost") from error  # it says otherwise
            raise
        finally:
            patience.spend(begun, heard)

    connection.wait = wait_in_time  # type: ignore[method-assign]


def _has_hung(connection: Connection[Any]) -> bool:
    """Whether an answer may still come: it would be taken for another one's, so the connection ends."""
    if connection.info.transaction_status.name != "ACTIVE":
        return False
    connection.pgconn.finish()
    return True
