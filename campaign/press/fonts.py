"""Which font has which letter, checked before anything is printed.

Source Serif 4 has Latin, Cyrillic (all of Kazakh) and Greek. Names and own words may come in any
script; for those Amiri (Arabic) or a Noto family is used. A letter in another script is set in the fonts
of that script, its figures and Latin letters included (campaign/languages/scripts.toml). A character that
none of our fonts has is never printed as an empty box: the writer of a letter is asked to remove it; a
signature has it all the same, and the book says that it could not print it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from campaign.languages.scripts import script_of

FOLDER = Path(__file__).parent / "fonts"
MAIN = "Source Serif 4"
MAIN_FILE = "SourceSerif4_400Regular.ttf"

# The first that has a character is used: the substitute for Latin first, the large files last.
_FIRST = ("NotoSerif", "Amiri")
_HAN = ("NotoSansSC", "NotoSansKR", "NotoSansJP")
_LAST = (*_HAN, "NotoEmoji")

#: Families that have a heavier face for headings; the letters of others get a thin outline there.
WITH_BOLD = frozenset({MAIN, "Amiri"})

# Ideographs, kana, Hangul, and the punctuation and wide forms that go with them. Fonts of other scripts
# have some of that punctuation: Mongolian has the Chinese comma, for text that runs downwards.
_EAST_ASIAN = re.compile(
    "[\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe6f\uff00-\uffef]"
)
_KANA, _HANGUL = re.compile("[\u3040-\u30ff]"), re.compile("[\u1100-\u11ff\uac00-\ud7ff]")


@lru_cache(maxsize=1)
def _files() -> tuple[Path, ...]:
    """The regular face of each family, in the order in which they are asked for a character."""
    files = (path for path in sorted(FOLDER.glob("*Regular.ttf")) if not path.stem.startswith("Source"))
    named = {re.split("[_-]", path.stem)[0]: path for path in files}
    others = [name for name in named if name not in _FIRST + _LAST]
    return tuple(named[name] for name in (*_FIRST, *others, *_LAST))


@cache
def _covers(path: Path) -> tuple[str, frozenset[int]]:
    """The family's name and the code points that it has."""
    from fontTools.ttLib import TTFont  # most processes look into no font

    with TTFont(path, lazy=True) as font:
        # Only code points are asked for, and reading the names of glyphs would take most of the time.
        font.setGlyphOrder(range(1 << 16))
        family = str(font["name"].getDebugName(16) or font["name"].getDebugName(1))
        return family, frozenset(font.getBestCmap())


@lru_cache(maxsize=1)
def _families() -> dict[str, frozenset[int]]:
    """All families with their code points, the letter's own first."""
    return {MAIN: _covers(FOLDER / MAIN_FILE)[1], **dict(map(_covers, _files()))}


@lru_cache(maxsize=65_536)
def _family_of(character: str, order: tuple[str, ...] = ()) -> str | None:
    """The first family that has the character: of the order, and then of all; None if none has it."""
    code, all_families = ord(character), _families()
    return next((family for family in (*order, *all_families) if code in all_families[family]), None)


def _order(text: str, language: str) -> tuple[str, ...]:
    """The families that are asked first for any character: those of the language's script, then ours.

    Those with ideographs come before the small ones of other scripts, whose punctuation is not meant for
    them; which of them is first, the other letters of the text say.
    """
    own = script_of(language).printed if language else ()
    if not _EAST_ASIAN.search(text):
        return (*own, MAIN)
    first = "NotoSansJP" if _KANA.search(text) else "NotoSansKR" if _HANGUL.search(text) else ""
    files = sorted(
        (path for path in _files() if path.stem.startswith(_HAN)), key=lambda path: first not in path.stem
    )
    return (*own, MAIN, *(_covers(path)[0] for path in files))


#: Line ends, joiners, marks of direction, variation selectors and the tags of a flag shape their
#: neighbours and draw nothing: no font needs them.
_INVISIBLE = re.compile(
    "[\t\n\r\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u2028\u2029\u2060\u2066-\u2069\ufe00-\ufe0f\ufeff"
    "\U000e0020-\U000e007f\U000e0100-\U000e01ef]"
)


def _invisible(character: str) -> bool:
    return _INVISIBLE.match(character) is not None


@lru_cache(maxsize=1)
def _beyond_main() -> re.Pattern[str]:
    """Finds what the letter's own font lacks: most texts have none of it, and a few of a second script."""
    return re.compile(f"[^{re.escape(''.join(map(chr, sorted(_families()[MAIN]))))}]")


def _others(text: str) -> str:
    """The characters that the letter's own font lacks, each once, in order of appearance."""
    return "".join(dict.fromkeys(_beyond_main().findall(text)))


def families(text: str, language: str = "") -> tuple[str, ...]:
    """The families that a text in the language needs, in the order in which they are to be asked."""
    others = _others(text)
    order = _order(others, language)
    needed = {_family_of(character, order) for character in others if not _invisible(character)}
    needed |= {MAIN, *(script_of(language).printed if language else ())}
    return tuple(family for family in dict.fromkeys((*order, *_families())) if family in needed)


def missing(text: str) -> tuple[str, ...]:
    """The characters that none of our fonts has, each once, in order of appearance."""
    others = _others(unicodedata.normalize("NFC", text))
    return tuple(one for one in others if not _invisible(one) and _family_of(one) is None)
