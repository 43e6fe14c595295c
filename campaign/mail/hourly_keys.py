"""Keys that live an hour: what is sealed with them can't be read once their file is destroyed.

A deleted row stays readable in a database's pages and logs for a long time. So the content of an
e-mail is sealed before it is written, and its key destroyed when the e-mails of its hour are sent.

    <data>/mail-keys/<hour>     hours counted from 1970
"""

from __future__ import annotations

from pathlib import Path

from campaign import secret_files

HOUR = 3600  # seconds
KEY_BYTES = 32


class HourlyKeys:
    """The hour keys in a folder outside database and backup; a folder in memory is safer still."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: tuple[int, bytes] = (-1, b"")

    def key(self, hour: int, make: bool = False) -> bytes | None:
        """The key of an hour; None if it has been destroyed, unless `make` is set."""
        if self._kept[0] == hour and make:
            return self._kept[1]
        path = self._folder / str(hour)
        if make:
            self._kept = (hour, secret_files.make(path, KEY_BYTES))
            return self._kept[1]
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None

    def destroy_unneeded(self, now: float, needed: set[int]) -> int:
        """Destroy the keys of past hours that no waiting e-mail needs, and the one in memory; how many."""
        current = int(now // HOUR)
        if self._kept[0] < current:
            self._kept = (-1, b"")
        hours = [int(path.name) for path in self._folder.glob("[0-9]*")]
        # The hour before is left alone for a moment: a request may be writing under it.
        unneeded = [hour for hour in hours if hour < current - (now % HOUR < 60) and hour not in needed]
        return sum(secret_files.destroy(self._folder / str(hour)) for hour in unneeded)
