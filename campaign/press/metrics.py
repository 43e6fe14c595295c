"""How wide text runs, read from the fonts: enough to know on how many lines it will stand."""

from __future__ import annotations

from functools import lru_cache

from fontTools.ttLib import TTFont

from campaign.press.fonts import FOLDER, MAIN_FILE

#: Width of a sign that the main font lacks, in em: that of most other alphabets.
ELSEWHERE = 0.62


@lru_cache(maxsize=1)
def _advances() -> dict[int, float]:
    """Advance widths of the main font, in em, by code point."""
    with TTFont(FOLDER / MAIN_FILE, lazy=True) as font:
        units = font["head"].unitsPerEm
        table = font["hmtx"].metrics
        return {code: table[name][0] / units for code, name in font.getBestCmap().items()}


@lru_cache(maxsize=1)
def cap_height() -> float:
    """Height of the main font's capitals, in em: what a line of text is high without its leading."""
    with TTFont(FOLDER / MAIN_FILE, lazy=True) as font:
        return float(font["OS/2"].sCapHeight / font["head"].unitsPerEm)


@lru_cache(maxsize=65_536)
def _word(word: str) -> float:
    table = _advances()
    return sum(table.get(ord(sign), ELSEWHERE) for sign in word)


def rows(text: str, width: float) -> int:
    """On how many lines the text stands in a column that is `width` em wide."""
    space = _word(" ")
    count = 0
    for line in text.split("\n"):
        count += 1
        used = 0.0
        for word in line.split(" "):
            wide = _word(word)
            if used and used + space + wide > width:
                count += 1
                used = wide
            else:
                used += wide + (space if used else 0.0)
            while used > width:  # a word that is longer than a line
                count += 1
                used -= width
    return count
