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

#: How people from countries at risk appear: by initials, not at all, or by their names.
AT_RISK = INITIALS, LEFT_OUT, NAMES = ("initials", "left-out", "names")


class BookError(ValueError):
    """A book that can't be made: the reason in one sentence."""

    status = 2


@dataclass(frozen=True, slots=True)
class Choices:
    """How the book looks: its language, paper, names per volume; what it has of each person.

    `country`: only that country's names ('' for all). `initials`: no full name. `town`: with the town.
    `at_risk`: how people from the pack's countries at risk appear. A book may reach the State that puts them
    at risk, so their names and towns are in it only if trustees ask for them.
    """

    language: str
    paper: str = "a4"
    volume: int = VOLUME
    country: str = ""
    initials: bool = False
    town: bool = False
    at_risk: str = INITIALS

    def checked(self) -> Choices:
        """The choices, if they are possible. Raises BookError."""
        if self.paper not in PAPERS:
            raise BookError(f"Paper is one of {', '.join(PAPERS)}.")
        if not LEAST <= self.volume <= MOST:
            raise BookError(f"A volume has {LEAST:,} to {MOST:,} names.")
        if self.at_risk not in AT_RISK:
            raise BookError(f"People from countries at risk are one of {', '.join(AT_RISK)}.")
        return self


def identity(
    choices: Choices, export_hash: str, void: str, petition: str, countries_at_risk: tuple[str, ...] = ()
) -> str:
    """A hash that identifies the book: half a book is only continued if it is the same book."""
    source = json.dumps([asdict(choices), export_hash, void, petition, countries_at_risk], sort_keys=True)
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
