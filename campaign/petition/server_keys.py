"""The server's keys for a campaign's petition: for links, for withdrawing, for the index.

Each key is a file outside the database and its backup, so that a person who has only the database
has none of them; or a row that only the machine key opens (key_store.py). None of them opens a name.

    petition/<slug>/link-<n>    encrypts confirmation links; a new one each month, read for a
                                while longer than links are valid
    petition/<slug>/withdraw    encrypts withdrawal links, as long as there are signatures
    petition/<slug>/index       turns e-mail addresses into slots
    petition/<slug>/log-salt    salts the entries of the public log
    petition/<slug>/log-sign    signs its checkpoints
    petition/<slug>/sheets/<n>  compares what two people typed of a sheet, until it is closed
    petition/<slug>/erased      no key, but the mark that all were destroyed

    <data>/petition/<slug>/log-newest   the last checkpoint that was signed; no secret, always a file
    <volatile>/index-<slug>-<day>   the index key for countries at risk: in memory, a new one every day
"""

from __future__ import annotations

import errno
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from campaign import clock, secret_files
from campaign.key_store import FolderStore, KeyStore
from campaign.whole_files import write_private

#: AES-256-SIV takes 64 bytes (RFC 5297, section 4).
LINK_BYTES, INDEX_BYTES = 64, 32

#: Seconds. A key writes for a month and reads until the last of its links has expired.
WRITES, READS = 30 * 86_400, 45 * 86_400

#: The newest link keys, which stay whatever the clock says.
KEPT_LINKS = 2

_TWO_DAYS = 2 * 86_400

#: Seconds between two readings of the keys.
_READ_EVERY = 60


class KeysMissingError(OSError):
    """Signatures exist, but a key of theirs does not: a new one would make links dead without a word."""

    def __init__(self, slug: str) -> None:
        message = f"the keys of {slug} are missing: restore them, or run “secrets --replace-keys {slug}”"
        super().__init__(errno.ENOKEY, message)


def _none(_slug: str, _name: str) -> bool:
    """Nothing depends on a key."""
    return False


def _unshared(_name: str, _size: int, _seconds: int) -> None:
    """One machine shares nothing."""


@dataclass(frozen=True, slots=True)
class KeySources:
    """Where keys are kept: `store`, or files of the data folder.

    `depends` says whether signatures depend on a key that is missing, by campaign and name: then none is
    made in its place (KeysMissingError). `shared` gives a key that other machines have in memory as well, by
    name, size and seconds to live.
    """

    store: KeyStore | None = None
    depends: Callable[[str, str], bool] = _none
    shared: Callable[[str, int, int], bytes | None] = _unshared


class ServerKeys:
    """The keys of one campaign. A missing key is made when it is first needed."""

    def __init__(self, data: Path, volatile: Path, slug: str, sources: KeySources = KeySources()) -> None:
        self.slug, self.folder, self.volatile = slug, data / "petition" / slug, volatile
        self._store, self._prefix = sources.store or FolderStore(data), f"petition/{slug}/"
        self._sources = sources
        self._links: dict[int, bytes] = {}
        self._read_at = float("-inf")
        self._cached: dict[str, bytes] = {}

    @property
    def erased(self) -> bool:
        """Whether the keys were erased with the signatures; no new keys are made then."""
        return self._store.read(f"{self._prefix}erased") is not None

    def newest(self) -> tuple[int, bytes]:
        """The number and bytes of the key for new links. Raises LookupError once erased."""
        self._read_links()
        if not self._links:
            self._refuse_erased()
            self._make("link-1", LINK_BYTES)
            self._read_links(again=True)
        number = max(self._links)
        return number, self._links[number]

    def link_key(self, number: int) -> bytes | None:
        """The key of that number; None if it was destroyed."""
        self._read_links(again=number not in self._links)
        return self._links.get(number)

    def withdraw_key(self) -> bytes:
        """The key of withdrawal links; b'' once erased."""
        return b"" if self.erased else self._read_or_make("withdraw", LINK_BYTES)

    @property
    def has_withdraw_key(self) -> bool:
        """Whether the key of withdrawal links is there; none is made."""
        return self._store.read(f"{self._prefix}withdraw") is not None

    def log_salt_key(self) -> bytes:
        """The key of the salts in the public log; b'' once erased."""
        return b"" if self.erased else self._read_or_make("log-salt", INDEX_BYTES)

    def log_seed(self) -> bytes:
        """The seed of the key that signs the public log; b'' once erased."""
        return b"" if self.erased else self._read_or_make("log-sign", INDEX_BYTES)

    @property
    def newest_checkpoint(self) -> Path:
        """The file with the last checkpoint that was signed here, by which an older database is noticed.

        It is no key, and never in the database, which may be the older one.
        """
        return self.folder / "log-newest"

    @property
    def log_restored(self) -> Path:
        """A file that is there after a restore, until somebody shows what others have seen."""
        return self.folder / "log-restored"

    @property
    def log_lost(self) -> Path:
        """The file with entries of the log whose records a restored backup has not."""
        return self.folder / "log-lost"

    def sheet_key(self, key: int) -> bytes:
        """The key of a sheet's hashes until the sheet is closed."""
        return self._store.make(self._sheet(key), INDEX_BYTES)

    def destroy_sheet_key(self, key: int) -> None:
        """Destroy the key of a sheet's hashes: the sheet is closed."""
        self._store.destroy(self._sheet(key))

    def _sheet(self, key: int) -> str:
        return f"{self._prefix}sheets/{key:x}"

    @property
    def scans(self) -> Path:
        """The folder of scans while they arrive, and of those from before they were in the database."""
        return self.folder / "scans"

    def index_key(self, at_risk: bool, day: int) -> bytes:
        """The key of the index on a day, counted from 1970; in memory alone for countries at risk."""
        self._refuse_erased()
        if not at_risk:
            return self._read_or_make("index", INDEX_BYTES)
        path = self.volatile / f"index-{self.slug}-{day}"
        if path.name not in self._cached:
            for old in self.volatile.glob(f"index-{self.slug}-*"):
                if old != path:
                    secret_files.destroy(old)
            self._cached = {name: key for name, key in self._cached.items() if not self._is_volatile(name)}
            shared = self._sources.shared(path.name, INDEX_BYTES, _TWO_DAYS)
            if shared is not None and not path.exists():
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                write_private(path, shared)
            self._cached[path.name] = secret_files.make(path, INDEX_BYTES)
        return self._cached[path.name]

    def _is_volatile(self, name: str) -> bool:
        return name.startswith(f"index-{self.slug}-")

    def renew(self, now: float | None = None) -> None:
        """Once a day: make a new link key when the newest is a month old, and destroy unneeded ones.

        The newest two stay even if they seem old: a clock that is wrong for a night must not make links dead.
        """
        now = clock.seconds() if now is None else now
        names = self._link_names()
        if not names or self.erased:
            return
        newest = max(names)
        if now - self._store.made(names[newest]) > WRITES:
            self._store.make(f"{self._prefix}link-{newest + 1}", LINK_BYTES)
            names = self._link_names()
        for number in sorted(names)[:-KEPT_LINKS]:
            if now - self._store.made(names[number]) > READS:
                self._store.destroy(names[number])
        self._read_links(again=True)

    def replace(self) -> None:
        """Make new keys in place of lost ones: every link that was sent before is dead from now on."""
        self._refuse_erased()
        for name, size in (("link-1", LINK_BYTES), ("withdraw", LINK_BYTES), ("index", INDEX_BYTES)):
            if name != "link-1" or not self._link_names():
                self._store.make(self._prefix + name, size)

    def close_index(self) -> None:
        """Destroy the index's keys: after closing nobody can find out whether an e-mail address signed."""
        self._store.destroy(f"{self._prefix}index")
        self._destroy_volatile()
        self._cached.clear()

    def forget(self, today: int) -> None:
        """Drop keys that another process destroyed, and this machine's index keys of days before today.

        `today` is the day in UTC, counted from 1970. Where another machine closed the index, its keys
        in this machine's memory go as well.
        """
        closed = "index" in self._cached and self._store.read(f"{self._prefix}index") is None
        self._destroy_volatile(None if closed else today)
        self._cached = {name: key for name, key in self._cached.items() if self._is_there(name)}
        if self._links:
            self._read_links(again=True)

    def _is_there(self, name: str) -> bool:
        if self._is_volatile(name):
            return (self.volatile / name).exists()
        return self._store.read(self._prefix + name) is not None

    def _destroy_volatile(self, today: int | None = None) -> None:
        """Destroy the index keys in this machine's memory; with `today`, only those of other days."""
        for path in self.volatile.glob(f"index-{self.slug}-*"):
            if today is None or int(path.name.rpartition("-")[2]) < today:
                secret_files.destroy(path)

    def erase(self) -> None:
        """Destroy every key. Links of this campaign can't be read any more."""
        self.close_index()
        for name in [
            *self._link_names().values(),
            f"{self._prefix}withdraw",
            f"{self._prefix}log-salt",
            f"{self._prefix}log-sign",
            *self._store.names(f"{self._prefix}sheets/"),
        ]:
            self._store.destroy(name)
        for path in [*self.folder.glob("scans/*"), *self.folder.glob("log-newest")]:
            secret_files.destroy(path)
        self._store.put(f"{self._prefix}erased", b"")
        self._cached.clear()  # again: a request may have read a key in between
        self._read_links(again=True)

    def _refuse_erased(self) -> None:
        if self.erased:
            raise LookupError(f"the keys of {self.slug} are erased")

    def _link_names(self) -> dict[int, str]:
        before = f"{self._prefix}link-"
        return {int(name.removeprefix(before)): name for name in self._store.names(before)}

    def _read_links(self, again: bool = False) -> None:
        """Read the link keys again: other processes make keys, too."""
        if again or time.monotonic() - self._read_at > _READ_EVERY:
            keys = {number: self._store.read(name) for number, name in self._link_names().items()}
            self._links = {number: key for number, key in keys.items() if key is not None}
            self._read_at = time.monotonic()

    def _read_or_make(self, name: str, size: int) -> bytes:
        if name not in self._cached:
            found = self._store.read(self._prefix + name)
            self._cached[name] = self._make(name, size) if found is None else found
        return self._cached[name]

    def _make(self, name: str, size: int) -> bytes:
        """A new key, unless signatures depend on one that is missing. Raises KeysMissingError."""
        if self._sources.depends(self.slug, name):
            raise KeysMissingError(self.slug)
        return self._store.make(self._prefix + name, size)
