"""One copy of an edition: the folder with its list, and the one file, made and handed out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from campaign.mirror import one_file
from campaign.mirror.contents import ONE_FILE, Contents
from campaign.mirror.hash_list import LIST, SIGNATURE, digest
from campaign.mirror.rendering import rendering
from campaign.mirror.source import Source, of_edition
from campaign.mirror.writing import Sign, with_list, zipped
from campaign.settings import Settings
from campaign.site import copies
from campaign.site.copies import CopiedFile, PublishedCopy


@dataclass(slots=True)
class MadeCopy:
    """An edition as files by their places, with the list of hashes."""

    source: Source
    files: Mapping[str, bytes]
    _zip: list[bytes] = field(default_factory=list)

    @property
    def edition(self) -> int:
        return self.source.number

    @property
    def megabytes(self) -> float:
        """The sizes of all files together."""
        return sum(map(len, self.files.values())) / 1e6

    def zipped(self) -> bytes:
        """All files as one ZIP, made once."""
        if not self._zip:
            self._zip.append(zipped(self.files, self.source.pack.slug))
        return self._zip[0]

    def publish(self) -> None:
        """Let visitors of the current application's site download it."""
        names = [ONE_FILE, LIST, *([SIGNATURE] if SIGNATURE in self.files else [])]
        contents = {
            f"{self.source.pack.slug}.zip": self.zipped(),
            **{name: self.files[name] for name in names},
        }
        files = tuple(CopiedFile(name, len(body), digest(body)) for name, body in contents.items())
        day = self.source.at.astimezone(self.source.pack.time_zone).date()
        copies.put(self.source.pack.slug, PublishedCopy(self.edition, day, files), contents)


def make(session: Session, slug: str, edition: int, settings: Settings, sign: Sign | None) -> MadeCopy:
    """The copy of an edition, by default of the newest. Raises LookupError if there is none."""
    return of_source(of_edition(session, slug, edition, settings), sign)


def of_source(source: Source, sign: Sign | None = None) -> MadeCopy:
    """The same from an edition that was read before."""
    with rendering(source) as renderer:
        files = Contents(renderer, one_file.page(renderer)).collect()
    return MadeCopy(source, with_list(files, sign))
