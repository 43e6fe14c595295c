"""The server's keys for a campaign's petition: for links, for withdrawing, for the index.

Each key is a file outside the database and its backup, so that a person who has only the database
has none of them. None of them opens a name.

    <data>/petition/<slug>/link-<n>    encrypts confirmation links; a new one each month, read for a
                                       while longer than links are valid
    <data>/petition/<slug>/withdraw    encrypts withdrawal links, as long as there are signatures
    <data>/petition/<slug>/index       turns e-mail addresses into slots
    <data>/petition/<slug>/sheets/<n>  compares what two people typed of a sheet, until it is closed
    <volatile>/index-<slug>-<day>      the same for countries at risk: in memory, a new one every day
"""

from __future__ import annotations

import time
from pathlib import Path

from campaign import clock, secret_files

#: AES-256-SIV takes 64 bytes (RFC 5297, section 4).
LINK_BYTES, INDEX_BYTES = 64, 32

#: Seconds. A key writes for a month and reads until the last of its links has expired.
WRITES, READS = 30 * 86_400, 45 * 86_400

#: Seconds between two readings of the folder.
_READ_EVERY = 60


class ServerKeys:
    """The keys of one campaign. A missing key is made when it is first needed."""

    def __init__(self, data: Path, volatile: Path, slug: str) -> None:
        self.slug, self.folder, self.volatile = slug, data / "petition" / slug, volatile
        self._links: dict[int, bytes] = {}
        self._read_at = float("-inf")
        self._cached: dict[Path, bytes] = {}

    @property
    def erased(self) -> bool:
        """Whether the keys were erased with the signatures; no new keys are made then."""
        return (self.folder / "erased").exists()

    def newest(self) -> tuple[int, bytes]:
        """The number and bytes of the key for new links. Raises LookupError once erased."""
        self._read_links()
        if not self._links:
            self._refuse_erased()
            secret_files.make(self.folder / "link-1", LINK_BYTES)
            self._read_links(again=True)
        number = max(self._links)
        return number, self._links[number]

    def link_key(self, number: int) -> bytes | None:
        """The key of that number; None if it was destroyed."""
        self._read_links(again=number not in self._links)
        return self._links.get(number)

    def withdraw_key(self) -> bytes:
        """The key of withdrawal links; b'' once erased."""
        return b"" if self.erased else self._read_or_make(self.folder / "withdraw", LINK_BYTES)

    def sheet_path(self, key: int) -> Path:
        """The file with the key of a sheet's hashes until the sheet is closed."""
        return self.folder / "sheets" / f"{key:x}"

    @property
    def scans(self) -> Path:
        """The folder of the sealed scans of sheets."""
        return self.folder / "scans"

    def index_key(self, at_risk: bool, day: int) -> bytes:
        """The key of the index on a day, counted from 1970; in memory alone for countries at risk."""
        self._refuse_erased()
        if not at_risk:
            return self._read_or_make(self.folder / "index", INDEX_BYTES)
        path = self.volatile / f"index-{self.slug}-{day}"
        if path not in self._cached:
            for old in self.volatile.glob(f"index-{self.slug}-*"):
                if old != path:
                    secret_files.destroy(old)
            self._cached = {
                cached_path: key
                for cached_path, key in self._cached.items()
                if cached_path.parent != self.volatile
            }
        return self._read_or_make(path, INDEX_BYTES)

    def renew(self, now: float | None = None) -> None:
        """Once a day: make a new link key when the newest is a month old, and destroy unneeded ones."""
        now = clock.seconds() if now is None else now
        paths = self._paths()
        if not paths or self.erased:
            return
        newest = max(paths)
        age = now - paths[newest].stat().st_mtime
        if age > WRITES:
            secret_files.make(self.folder / f"link-{newest + 1}", LINK_BYTES)
        for number, path in paths.items():
            if number != newest and now - path.stat().st_mtime > READS:
                secret_files.destroy(path)
        self._read_links(again=True)

    def close_index(self) -> None:
        """Destroy the index's keys: after closing nobody can find out whether an e-mail address signed."""
        secret_files.destroy(self.folder / "index")
        self._destroy_volatile()
        self._cached.clear()

    def forget(self, today: int) -> None:
        """Drop keys that another process destroyed, and this machine's index keys of days before today.

        `today` is the day in UTC, counted from 1970. Where another machine closed the index, its keys
        in this machine's memory go as well.
        """
        index = self.folder / "index"
        closed = index in self._cached and not index.exists()
        self._destroy_volatile(None if closed else today)
        self._cached = {path: key for path, key in self._cached.items() if path.exists()}
        if self._links:
            self._read_links(again=True)

    def _destroy_volatile(self, today: int | None = None) -> None:
        """Destroy the index keys in this machine's memory; with `today`, only those of other days."""
        for path in self.volatile.glob(f"index-{self.slug}-*"):
            if today is None or int(path.name.rpartition("-")[2]) < today:
                secret_files.destroy(path)

    def erase(self) -> None:
        """Destroy every key. Links of this campaign can't be read any more."""
        self.close_index()
        for path in [
            *self._paths().values(),
            self.folder / "withdraw",
            *self.folder.glob("sheets/*"),
            *self.folder.glob("scans/*"),
        ]:
            secret_files.destroy(path)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.folder / "erased").touch(mode=0o600)
        self._cached.clear()  # again: a request may have read a key in between
        self._read_links(again=True)

    def _refuse_erased(self) -> None:
        if self.erased:
            raise LookupError(f"the keys of {self.slug} are erased")

    def _paths(self) -> dict[int, Path]:
        return {int(path.name.removeprefix("link-")): path for path in self.folder.glob("link-*")}

    def _read_links(self, again: bool = False) -> None:
        """Read the link keys again: other processes make keys, too."""
        if again or time.monotonic() - self._read_at > _READ_EVERY:
            self._links = {number: path.read_bytes() for number, path in self._paths().items()}
            self._read_at = time.monotonic()

    def _read_or_make(self, path: Path, size: int) -> bytes:
        if path not in self._cached:
            self._cached[path] = path.read_bytes() if path.exists() else secret_files.make(path, size)
        return self._cached[path]
