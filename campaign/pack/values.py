"""Values that records consist of: words in all languages, prose, points of pictures, places in the files."""

from __future__ import annotations

import re
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


_POINT = re.compile(r"([0-9]{1,3})[ \t]+([0-9]{1,3})")


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a picture, in per cent of its width from the left and of its height from the top."""

    x: int
    y: int

    @classmethod
    def read(cls, text: str) -> Point:
        """Two whole numbers from 0 to 100, as in “30 40”. Raises ValueError."""
        match = _POINT.fullmatch(text.strip())
        if match is None or int(match[1]) > 100 or int(match[2]) > 100:
            raise ValueError(text)
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.x} {self.y}"
