"""The keys of a campaign's petition that the server has: for links, for withdrawing, for the index.

Each lies in a file of its own, outside the database and its backup, so that whoever has only the
database has none of them. None of them opens a name.

    <data>/petition/<slug>/link-<n>    encrypts confirming links; a new one each month, read for a
                                       while longer than links last
    <data>/petition/<slug>/withdraw    encrypts withdrawing links, as long as there are signatures
    <data>/petition/<slug>/index       names mailboxes by a slot
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

#: A folder is looked through at most every so many seconds.
_LOOK = 60


class ServerKeys:
    """The keys of one campaign. Those that are missing are made when they are first needed."""

    def __init__(self, data: Path, volatile: Path, slug: str) -> None:
        self.slug, self.folder, self.volatile = slug, data / "petition" / slug, volatile
        self._links: dict[int, bytes] = {}
        self._looked = float("-inf")
        self._kept: dict[Path, bytes] = {}

    @property
    def erased(self) -> bool:
        """Whether the keys were erased with the signatures; nothing is made anew then."""
        return (self.folder / "erased").exists()

    def newest(self) -> tuple[int, bytes]:
        """The number and bytes of the key that new links are made with. Raises LookupError once erased."""
        self._look()
        if not self._links:
            self._refuse()
            secret_files.make(self.folder / "link-1", LINK_BYTES)
            self._look(again=True)
        number = max(self._links)
        return number, self._links[number]

    def link_key(self, number: int) -> bytes | None:
        """The key of that number; None if it is gone."""
        self._look(again=number not in self._links)
        return self._links.get(number)

    def withdraw_key(self) -> bytes:
        """The key of withdrawing links; b'' once erased."""
        return b"" if self.erased else self._file(self.folder / "withdraw", LINK_BYTES)

    def sheet_path(self, key: int) -> Path:
        """Where the key of a sheet's hashes lies until the sheet is closed."""
        return self.folder / "sheets" / f"{key:x}"

    @property
    def scans(self) -> Path:
        """Where sealed scans of sheets lie."""
        return self.folder / "scans"

    def index_key(self, at_risk: bool, day: int) -> bytes:
        """The key of the index on a day, counted from 1970; in memory alone for countries at risk."""
        self._refuse()
        if not at_risk:
            return self._file(self.folder / "index", INDEX_BYTES)
        path = self.volatile / f"index-{self.slug}-{day}"
        if path not in self._kept:
            for old in self.volatile.glob(f"index-{self.slug}-*"):
                if old != path:
                    secret_files.destroy(old)
            self._kept = {known: key for known, key in self._kept.items() if known.parent != self.volatile}
        return self._file(path, INDEX_BYTES)

    def renew(self, now: float | None = None) -> None:
        """Once a day: a new link key when the newest is a month old, and the unneeded ones destroyed."""
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
        self._look(again=True)

    def close_index(self) -> None:
        """Destroy the index's keys: after closing nobody can ask whether a mailbox signed."""
        secret_files.destroy(self.folder / "index")
        for path in self.volatile.glob(f"index-{self.slug}-*"):
            secret_files.destroy(path)
        self._kept.clear()

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
        self._kept.clear()
        self._look(again=True)

    def _refuse(self) -> None:
        if self.erased:
            raise LookupError(f"the keys of {self.slug} are erased")

    def _paths(self) -> dict[int, Path]:
        return {int(path.name.removeprefix("link-")): path for path in self.folder.glob("link-*")}

    def _look(self, again: bool = False) -> None:
        """Other processes make keys, too."""
        if again or time.monotonic() - self._looked > _LOOK:
            self._links = {number: path.read_bytes() for number, path in self._paths().items()}
            self._looked = time.monotonic()

    def _file(self, path: Path, size: int) -> bytes:
        if path not in self._kept:
            self._kept[path] = path.read_bytes() if path.exists() else secret_files.make(path, size)
        return self._kept[path]
