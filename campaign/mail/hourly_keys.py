"""Keys that live an hour: what is sealed with them can't be read once they are destroyed.

A deleted row stays readable in a database's pages and logs for a long time. So the content of an
e-mail is sealed before it is written, and its key destroyed when the e-mails of its hour are sent.

    <data>/mail-keys/<hour>     hours counted from 1970

The clock alone destroys nothing, since it may be wrong for a while. A key goes when no e-mail was seen to
wait for it for some minutes, by a clock that nobody sets; and no process writes under a key that it only
remembers.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from campaign.key_store import FolderStore, KeyStore

HOUR = 3600  # seconds
KEY_BYTES = 32

#: Seconds for which a key has to be seen unneeded before it goes: many times what a request takes, which may
#: be writing an e-mail under it.
SEEN = 120.0


class HourlyKeys:
    """The hour keys in a folder outside database and backup, or in a store that several machines share."""

    def __init__(
        self,
        folder: Path,
        store: KeyStore | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """With `store`, the keys are there, under names that begin with `mail/`."""
        self._store, self._before = (store, "mail/") if store else (FolderStore(folder), "")
        self._monotonic = monotonic
        self._unneeded_since: dict[int, float] = {}

    def key(self, hour: int, make: bool = False) -> bytes | None:
        """The key of an hour; None if there is none, unless `make` is set."""
        name = f"{self._before}{hour}"
        return self._store.make(name, KEY_BYTES) if make else self._store.read(name)

    def destroy_unneeded(self, now: float, needed: set[int]) -> int:
        """Destroy the keys of past hours that no waiting e-mail has needed for a while; how many."""
        hours = [int(name.removeprefix(self._before)) for name in self._store.names(self._before)]
        seen_at, current = self._monotonic(), int(now // HOUR)
        unneeded = [hour for hour in hours if hour < current and hour not in needed]
        self._unneeded_since = {hour: self._unneeded_since.get(hour, seen_at) for hour in unneeded}
        gone = [hour for hour, since in self._unneeded_since.items() if seen_at - since >= SEEN]
        for hour in gone:
            del self._unneeded_since[hour]
        return sum(self._store.destroy(f"{self._before}{hour}") for hour in gone)
