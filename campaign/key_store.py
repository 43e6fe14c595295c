"""Where the server's keys are: files of one machine, or the database for several machines.

A key has a name such as `petition/trees/link-1`. In the database it is sealed under the machine key, a file
that every machine has and the database has not: the database alone gives no key. A key is made
once, by the first machine that needs it, and destroyed for all.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from sqlalchemy import BigInteger, Engine, LargeBinary, String, bindparam, text
from sqlalchemy.orm import Mapped, mapped_column

from campaign import clock, secret_files
from campaign.database import Base, is_away
from campaign.whole_files import make_folder, sync_folder, write_private

#: Seconds for which keys from the database are used before they are read again: what one machine destroyed
#: is gone on all others after that.
FRESH = 5.0

_NONCE = 12


class ServerKeyRow(Base):
    """A key of the server, sealed under the machine key with its name. `made`: seconds since 1970."""

    __tablename__ = "server_key"
    name: Mapped[str] = mapped_column(String(160), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    made: Mapped[int] = mapped_column(BigInteger)


class MachineKeyError(ValueError):
    """A key in the database was sealed under another machine key."""


class KeyStore(Protocol):
    """Keys by name."""

    def names(self, prefix: str) -> list[str]:
        """The names that begin so, in their order."""

    def read(self, name: str) -> bytes | None:
        """A key; None if there is none."""

    def make(self, name: str, size: int) -> bytes:
        """The key of this name, made of random bytes if there is none; all who do so at once get the same."""

    def put(self, name: str, value: bytes) -> None:
        """Store a key, or a mark without bytes, unless one of this name is there."""

    def destroy(self, name: str) -> bool:
        """Destroy a key; whether there was one."""

    def made(self, name: str) -> float:
        """When a key was made, in seconds since 1970; 0 if there is none."""


class FolderStore:
    """Files below a folder of this machine, each readable by its owner alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self, prefix: str) -> list[str]:
        above = self.folder / prefix.rpartition("/")[0]
        paths = above.glob(f"{prefix.rpartition('/')[2]}*")
        found = [path.relative_to(self.folder).as_posix() for path in paths if path.is_file()]
        return sorted(name for name in found if not name.rpartition("/")[2].startswith("."))

    def read(self, name: str) -> bytes | None:
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError:
            return None

    def make(self, name: str, size: int) -> bytes:
        found = self.read(name)
        return secret_files.make(self.folder / name, size) if found is None else found

    def put(self, name: str, value: bytes) -> None:
        path = self.folder / name
        make_folder(path.parent)
        if not path.exists():
            write_private(path, value)
            sync_folder(path.parent)

    def destroy(self, name: str) -> bool:
        return secret_files.destroy(self.folder / name)

    def made(self, name: str) -> float:
        try:
            return (self.folder / name).stat().st_mtime
        except FileNotFoundError:
            return 0.0


_ALL = text("SELECT name, sealed, made FROM server_key")
_ADD = text(
    "INSERT INTO server_key (name, sealed, made) VALUES (:name, :sealed, :made) ON CONFLICT (name) DO NOTHING"
).bindparams(bindparam("sealed", type_=LargeBinary))
_REMOVE = text("DELETE FROM server_key WHERE name = :name")


class DatabaseStore:
    """Rows of PostgreSQL, for machines that share it and the machine key.

    A key is made in a transaction of its own, also while the caller has another one open: SQLite, which has
    one writer, would wait for itself.
    """

    def __init__(
        self, engine: Engine, machine_key: bytes, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._engine, self._cipher, self._clock = engine, ChaCha20Poly1305(machine_key), clock
        self._lock = threading.Lock()
        self._rows: Mapping[str, tuple[bytes, float]] = {}
        self._read_at = float("-inf")

    def names(self, prefix: str) -> list[str]:
        self._look()
        return sorted(name for name in self._rows if name.startswith(prefix))

    def read(self, name: str) -> bytes | None:
        self._look(again=name not in self._rows)
        row = self._rows.get(name)
        return None if row is None else self._opened(name, row[0])

    def make(self, name: str, size: int) -> bytes:
        found = self.read(name)
        if found is None:
            self.put(name, secrets.token_bytes(size))
            found = self.read(name)
        assert found is not None
        return found

    def put(self, name: str, value: bytes) -> None:
        nonce = secrets.token_bytes(_NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, value, name.encode())
        with self._engine.execution_options(writes=True).begin() as connection:
            connection.execute(_ADD, {"name": name, "sealed": sealed, "made": int(clock.seconds())})
        self._look(again=True)

    def destroy(self, name: str) -> bool:
        with self._engine.execution_options(writes=True).begin() as connection:
            removed = connection.execute(_REMOVE, {"name": name}).rowcount
        self._look(again=True)
        return bool(removed)

    def made(self, name: str) -> float:
        self._look()
        return self._rows.get(name, (b"", 0.0))[1]

    def _look(self, again: bool = False) -> None:
        """Read all keys if it is time. While the database is away, those in memory are used on."""
        with self._lock:  # one reading after the other: an older one must not replace a newer
            if not again and self._clock() - self._read_at < FRESH:
                return
            try:
                with self._engine.connect() as connection:
                    found = connection.execute(_ALL).all()
            except Exception as error:
                if not self._rows or not is_away(error):
                    raise
            else:
                self._rows = {row.name: (bytes(row.sealed), float(row.made)) for row in found}
            self._read_at = self._clock()

    def _opened(self, name: str, sealed: bytes) -> bytes:
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], name.encode())
        except InvalidTag:
            raise MachineKeyError(f"The key {name} was sealed under another machine key.") from None
