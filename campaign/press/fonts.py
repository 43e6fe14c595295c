"""Which font has which letter, asked before anything is printed.

Source Serif 4 has Latin, Cyrillic (all of Kazakh) and Greek. Names and own words may come in any
script; for those Amiri (Arabic) or a Noto family stands in. A sign that no font here has is named to the
person who typed it, and never printed as an empty box.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

FOLDER = Path(__file__).parent / "fonts"
MAIN = "Source Serif 4"
MAIN_FILE = "SourceSerif4_400Regular.ttf"

# The first that has a sign is taken: Latin's stand-in first, the large files last.
_FIRST = ("NotoSerif", "Amiri")
_LAST = ("NotoSansSC", "NotoSansKR", "NotoEmoji")


@lru_cache(maxsize=1)
def _files() -> tuple[Path, ...]:
    files = (path for path in sorted(FOLDER.glob("*.ttf")) if not path.stem.startswith("Source"))
    named = {path.stem.split("_")[0]: path for path in files}
    others = [name for name in named if name not in _FIRST + _LAST]
    return tuple(named[name] for name in (*_FIRST, *others, *_LAST))


@lru_cache(maxsize=64)
def _covers(path: Path) -> tuple[str, frozenset[int]]:
    """The family's name and the code points that it has."""
    with TTFont(path, lazy=True) as font:
        family = str(font["name"].getDebugName(16) or font["name"].getDebugName(1))
        return family, frozenset(font.getBestCmap())


@lru_cache(maxsize=4096)
def _family_of(sign: str) -> str | None:
    """The first family that has the sign, or None."""
    code = ord(sign)
    if code in _covers(FOLDER / MAIN_FILE)[1]:
        return MAIN
    return next((family for family, codes in map(_covers, _files()) if code in codes), None)


def _invisible(sign: str) -> bool:
    """Line ends, joiners and variation selectors shape their neighbours and draw nothing."""
    return sign in "\n\t\u200c\u200d\u2060\ufeff" or 0xFE00 <= ord(sign) <= 0xFE0F


def families(text: str) -> tuple[str, ...]:
    """The families that the text needs, the letter's own first."""
    found = {_family_of(sign) for sign in set(text) if not _invisible(sign)}
    return (MAIN, *sorted(family for family in found if family not in {None, MAIN}))


def missing(text: str) -> tuple[str, ...]:
    """The signs that no font here has, each once, in order of appearance."""
    signs = dict.fromkeys(unicodedata.normalize("NFC", text))
    return tuple(sign for sign in signs if not _invisible(sign) and _family_of(sign) is None)
