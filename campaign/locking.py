"""One at a time, on one machine or on many: a lock that ends with the process that holds it."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text


@contextmanager
def only_one(engine: Engine, folder: Path, name: str) -> Iterator[bool]:
    """Whether this is the only one that does what `name` says now; if not, somebody else is doing it.

    On PostgreSQL an advisory lock, for all machines that share the database; with SQLite a lock on a file in
    `folder`. Either is let go when its process ends, however it ends.
    """
    if engine.dialect.name != "postgresql":
        with _file_lock(folder / f"{name}.lock") as is_ours:
            yield is_ours
        return
    number = int.from_bytes(hashlib.sha256(f"campaign/{name}".encode()).digest()[:8], signed=True)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        is_ours = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:n)"), {"n": number}))
        try:
            yield is_ours
        finally:
            if is_ours:
                connection.execute(text("SELECT pg_advisory_unlock(:n)"), {"n": number})


@contextmanager
def _file_lock(path: Path) -> Iterator[bool]:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
    finally:
        os.close(handle)
