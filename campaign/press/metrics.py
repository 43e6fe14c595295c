"""How wide text runs, read from the fonts: enough to know how many lines it will take."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Any

from campaign.press.fonts import FOLDER, MAIN_FILE

#: Width of a character that the main font lacks, in em: that of most other alphabets; of one that joins its
#: neighbours, as Arabic letters do; and of an ideograph.
ELSEWHERE, JOINED, IDEOGRAPH = 0.62, 0.5, 1.0

#: Characters of a word that may be wider than its line or column: as in templates/press/typed.typ.
LONG_WORD = 20


def _main_font() -> Any:
    """The main font, to be closed by the caller."""
    from fontTools.ttLib import TTFont  # most processes look into no font

    return TTFont(FOLDER / MAIN_FILE, lazy=True)


@lru_cache(maxsize=1)
def _advances() -> dict[int, float]:
    """Advance widths of the main font, in em, by code point."""
    with _main_font() as font:
        units = font["head"].unitsPerEm
        table = font["hmtx"].metrics
        return {code: table[name][0] / units for code, name in font.getBestCmap().items()}


@lru_cache(maxsize=1)
def cap_height() -> float:
    """Height of the main font's capitals, in em: the height of a line of text without its leading."""
    with _main_font() as font:
        return float(font["OS/2"].sCapHeight / font["head"].unitsPerEm)


#: Words whose widths are kept. Those of the campaign's texts are asked for again and again. Those that
#: supporters typed must go: after a hundred letters with as many new words, none of the first is left.
MOST_WORDS = 4_096


@lru_cache(maxsize=MOST_WORDS)
def _word(word: str) -> float:
    table = _advances()
    return sum(table.get(ord(character)) or _elsewhere(character) for character in word)


def _elsewhere(character: str) -> float:
    """About how wide a character of another font is."""
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0.0
    if unicodedata.east_asian_width(character) in {"W", "F"}:
        return IDEOGRAPH
    return JOINED if unicodedata.bidirectional(character) == "AL" else ELSEWHERE


def rows(text: str, width: float) -> int:
    """How many lines the text takes in a column that is `width` em wide."""
    space = _word(" ")
    count = 0
    for line in text.split("\n"):
        count += 1
        used = 0.0
        for word in line.split(" "):
            word_width = _word(word)
            if used and used + space + word_width > width:
                count += 1
                used = word_width
            else:
                used += word_width + (space if used else 0.0)
            while used > width:  # a word that is longer than a line
                count += 1
                used -= width
    return count


def has_long_word(text: str) -> bool:
    """Whether a word may be so long that it has to be broken: typst has to measure only those."""
    return max(map(len, text.replace("\n", " ").split(" "))) >= LONG_WORD
