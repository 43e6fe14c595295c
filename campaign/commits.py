"""Whether a request has asked PostgreSQL to commit something: until then, nothing of it was done.

A proxy before several machines may give such a request to another one. After that nobody knows: a COMMIT
whose answer was lost on its way has happened, or has not.
"""

from __future__ import annotations

from contextvars import ContextVar

_ASKED: ContextVar[bool] = ContextVar("asked to commit", default=False)


def begin() -> None:
    """From now on, this thread has asked for nothing."""
    _ASKED.set(False)


def note(_connection: object) -> None:
    """A COMMIT is about to be sent; a hook of an engine."""
    _ASKED.set(True)


def asked() -> bool:
    """Whether this thread has asked for a commit, whatever became of it."""
    return _ASKED.get()
