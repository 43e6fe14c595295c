"""Where a log's files come from: a folder, such as a mirror's, or an address. Nothing in them is trusted."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from campaign.transparency_log import entries, notes, tiles
from campaign.transparency_log.notes import Note, NoteError
from campaign.transparency_log.tiles import ENTRIES

#: The most bytes of a file: a bundle has at most 10 kB, a checkpoint with many witnesses 100 kB.
MOST_BYTES = 200_000

#: Seconds to wait for a server.
PATIENCE = 30


class SourceError(OSError):
    """A file of a log that can't be had: which one, and why."""


class Source:
    """The files below a log's prefix. `place`: a folder, or an address that begins with https:// or http://."""

    def __init__(self, place: str) -> None:
        self._place = place.rstrip("/")

    def text(self, name: str) -> str:
        """A text, such as `checkpoint` or `policy`. Raises SourceError, NoteError."""
        try:
            return self.read(name).decode()
        except UnicodeDecodeError as error:
            raise NoteError(f"{name} is not a text") from error

    def checkpoint(self) -> Note:
        """The newest checkpoint. Raises SourceError, NoteError."""
        return notes.read(self.text("checkpoint"))

    def tile(self, level: int, number: int, wide: int) -> bytes:
        """The hashes of a tile. Raises SourceError."""
        return self._tile(level, number, wide)

    def bundle(self, number: int, wide: int) -> bytes:
        """A bundle of entries. Raises SourceError."""
        return self._tile(ENTRIES, number, wide)

    def beginning(self, size: int, whole: int) -> Callable[[int, int], bytes]:
        """Gives the bundles of the first `size` entries of a log of `whole`.

        A copy may have only the widest of a bundle's files (tlog-tiles: ask for the full one then).
        """

        def bundle(number: int, wide: int) -> bytes:
            try:
                return self.bundle(number, wide)
            except SourceError:
                wider = tiles.width(ENTRIES, number, whole)
                if wider <= wide:
                    raise
                read = islice(entries.unbundled(self.bundle(number, wider)), wide)
                return entries.bundled(read)

        return bundle

    def _tile(self, level: int, number: int, wide: int) -> bytes:
        return self.read(tiles.path(level, number, wide))

    def read(self, name: str) -> bytes:
        """A file. Raises SourceError."""
        try:
            body = self._from_server(name) if self._is_address else self._from_folder(name)
        except (OSError, ValueError) as error:
            raise SourceError(f"{self._place}/{name} can't be had: {error}") from error
        if len(body) > MOST_BYTES:
            raise SourceError(f"{self._place}/{name} is too long")
        return body

    @property
    def _is_address(self) -> bool:
        return self._place.startswith(("https://", "http://"))

    def _from_server(self, name: str) -> bytes:
        # Only the two schemes above come here.
        with urllib.request.urlopen(f"{self._place}/{name}", timeout=PATIENCE) as answer:  # noqa: S310
            body: bytes = answer.read(MOST_BYTES + 1)
            return body

    def _from_folder(self, name: str) -> bytes:
        with (Path(self._place) / name).open("rb") as file:
            return file.read(MOST_BYTES + 1)


def post(address: str, body: bytes) -> tuple[int, bytes]:
    """Post to a witness; the status and the answer, also of a refusal. Raises SourceError."""
    if not address.startswith(("https://", "http://")):
        raise SourceError(f"{address} is no address")
    request = urllib.request.Request(address, data=body, method="POST")  # noqa: S310  see above
    request.add_header("Content-Type", "application/octet-stream")
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            return int(answer.status), answer.read(MOST_BYTES)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(MOST_BYTES)
    except (OSError, ValueError) as error:
        raise SourceError(f"{address} can't be reached: {error}") from error
