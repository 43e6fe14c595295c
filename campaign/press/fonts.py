"""Which font has which letter, checked before anything is printed.

Source Serif 4 has Latin, Cyrillic (all of Kazakh) and Greek. Names and own words may come in any
script; for those Amiri (Arabic) or a Noto family is used. A character that none of our fonts
has is never printed as an empty box: the writer of a letter is asked to remove it; a signature
has it all the same, and the book says that it could not print it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

FOLDER = Path(__file__).parent / "fonts"
MAIN = "Source Serif 4"
MAIN_FILE = "SourceSerif4_400Regular.ttf"

# The first that has a character is used: the substitute for Latin first, the large files last.
_FIRST = ("NotoSerif", "Amiri")
_LAST = ("NotoSansSC", "NotoSansKR", "NotoSansJP", "NotoEmoji")


@lru_cache(maxsize=1)
def _files() -> tuple[Path, ...]:
    files = (path for path in sorted(FOLDER.glob("*.ttf")) if not path.stem.startswith("Source"))
    named = {re.split("[_-]", path.stem)[0]: path for path in files}
    others = [name for name in named if name not in _FIRST + _LAST]
    return tuple(named[name] for name in (*_FIRST, *others, *_LAST))


@cache
def _covers(path: Path) -> tuple[str, frozenset[int]]:
    """The family's name and the code points that it has."""
    with TTFont(path, lazy=True) as font:
        family = str(font["name"].getDebugName(16) or font["name"].getDebugName(1))
        return family, frozenset(font.getBestCmap())


@lru_cache(maxsize=4096)
def _family_of(character: str) -> str | None:
    """The first family that has the character, or None."""
    code = ord(character)
    if code in _covers(FOLDER / MAIN_FILE)[1]:
        return MAIN
    return next((family for family, codes in map(_covers, _files()) if code in codes), None)


#: Line ends, joiners, marks of direction, variation selectors and the tags of a flag shape their
#: neighbours and draw nothing: no font needs them.
_INVISIBLE = re.compile(
    "[\t\n\r\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u2028\u2029\u2060\ufe00-\ufe0f\ufeff"
    "\U000e0020-\U000e007f\U000e0100-\U000e01ef]"
)


def _invisible(character: str) -> bool:
    return _INVISIBLE.match(character) is not None


def families(text: str) -> tuple[str, ...]:
    """The families that the text needs, the letter's own first."""
    needed = {_family_of(character) for character in set(text) if not _invisible(character)}
    return (MAIN, *sorted(family for family in needed if family not in {None, MAIN}))


def missing(text: str) -> tuple[str, ...]:
    """The characters that none of our fonts has, each once, in order of appearance."""
    characters = dict.fromkeys(unicodedata.normalize("NFC", text))
    return tuple(
        character for character in characters if not _invisible(character) and _family_of(character) is None
    )
