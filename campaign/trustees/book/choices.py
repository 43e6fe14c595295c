"""What a book is made of, and how."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from campaign.press.papers import PAPERS

#: The default number of names in a volume: about 210 pages.
VOLUME = 10_000
LEAST, MOST = 100, 100_000


class BookError(ValueError):
    """A book that can't be made: the reason in one sentence."""

    status = 2


@dataclass(frozen=True, slots=True)
class Choices:
    """How the book looks: its language, paper, names per volume; what it has of each person.

    `country`: only that country's names ('' for all). `initials`: no full name. `town`: with the town.
    """

    language: str
    paper: str = "a4"
    volume: int = VOLUME
    country: str = ""
    initials: bool = False
    town: bool = False

    def checked(self) -> Choices:
        """The choices, if they are possible. Raises BookError."""
        if self.paper not in PAPERS:
            raise BookError(f"Paper is one of {', '.join(PAPERS)}.")
        if not LEAST <= self.volume <= MOST:
            raise BookError(f"A volume has {LEAST:,} to {MOST:,} names.")
        return self


def identity(choices: Choices, export_hash: str, void: str, petition: str) -> str:
    """A hash that identifies the book: half a book is only continued if it is the same book."""
    source = json.dumps([asdict(choices), export_hash, void, petition], sort_keys=True)
    return hashlib.sha256(source.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Folder:
    """Where the book is made. `.work` is deleted once the book is complete."""

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
