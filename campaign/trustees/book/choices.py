"""What a book is made of, and how."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from campaign.press.papers import PAPERS

#: Names in a volume, unless another number is asked for: some 210 pages.
VOLUME = 10_000
LEAST, MOST = 100, 100_000


class BookError(ValueError):
    """A book that can't be made: one sentence that says why."""

    status = 2


@dataclass(frozen=True, slots=True)
class Choices:
    """How the book looks: its language, paper, names a volume; what of each person stands in it.

    `country`: only that country's names ('' for all). `initials`: no full name. `town`: with the town.
    """

    language: str
    paper: str = "a4"
    volume: int = VOLUME
    country: str = ""
    initials: bool = False
    town: bool = False

    def checked(self) -> Choices:
        """The choices, if they can be. Raises BookError."""
        if self.paper not in PAPERS:
            raise BookError(f"Paper is one of {', '.join(PAPERS)}.")
        if not LEAST <= self.volume <= MOST:
            raise BookError(f"A volume has {LEAST:,} to {MOST:,} names.")
        return self


def identity(choices: Choices, export_hash: str, void: str, petition: str) -> str:
    """What tells one book from another, so that half a book is only gone on with if it is the same."""
    said = json.dumps([asdict(choices), export_hash, void, petition], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Folder:
    """Where the book is made. What is under `.work` goes once it is whole."""

    path: Path

    @property
    def work(self) -> Path:
        return self.path / ".work"

    @property
    def people(self) -> Path:
        return self.work / "people.sqlite"

    def volume(self, number: int) -> Path:
        """A volume's file."""
        return self.path / f"volume-{number:02}.pdf"
