"""Values that records consist of: words in all languages, prose, and places in the files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: A text in several languages, by language code.
Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the files, for the checker's messages."""

    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Prose:
    """Markdown with our marks, and where it begins."""

    text: str
    place: Place
