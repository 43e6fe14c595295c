"""The organisations that pages show: those of the pack, without any that withdrew since it was published."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from campaign.coalition import store
from campaign.pack.model import Pack
from campaign.pack.model.record import SupportingOrganisation
from campaign.refreshing import Refresher

#: Seconds after which what was withdrawn is read again.
EVERY = 30.0


class Withdrawals:
    """Which organisations of each campaign withdrew, or were taken off, as this process last read it."""

    def __init__(self, session: Callable[[], Session]) -> None:
        self._session = session
        self._keys: Mapping[str, frozenset[str]] = {}
        self._refresher = Refresher(self._read, EVERY)

    def _read(self) -> None:
        with self._session() as session:
            self._keys = store.withdrawn(session)

    def reload(self) -> None:
        """Read them again now, in this process: one has just withdrawn."""
        self._read()
        self._refresher.filled()

    def shown(self, pack: Pack) -> tuple[SupportingOrganisation, ...]:
        """The supporting organisations of a pack that still support it, in its order."""
        if not pack.supporting:
            return ()
        self._refresher.look()
        gone = self._keys.get(pack.slug, frozenset())
        return tuple(one for one in pack.supporting if one.key not in gone)

    def version(self, pack: Pack) -> int:
        """A number that changes when one of them withdraws."""
        return zlib.crc32(" ".join(one.key for one in self.shown(pack)).encode())
