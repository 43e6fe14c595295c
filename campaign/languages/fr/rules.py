"""French around an inserted fact: elision and contraction."""

from __future__ import annotations

import re

# A mute h is too rare at the beginning of a fact for a list of words: nothing is elided before h.
_VOWEL = re.compile(r"(?i)[aàâäeéèêëiîïoôöuùûüœæ]")
_ELIDED = re.compile(r"(?i)\b(d|qu|jusqu|lorsqu|puisqu|quoiqu|l|j|n|s|m|t|c)e\s$|\b(l)a\s$")
_WORD = re.compile(r"(?i)\b(de|à)\s$")
_ARTICLE = re.compile(r"(?i)(les?)\s")
_CONTRACTED = {"de": {"le": "du", "les": "des"}, "à": {"le": "au", "les": "aux"}}


def joined(before: str, slot: str) -> tuple[str, str]:
    """Élision before a vowel (de + au moins: d’au moins), and du, des, au, aux before an article."""
    if (word := _WORD.search(before)) and (article := _ARTICLE.match(slot)):
        short = _CONTRACTED[word[1].lower()][article[1].lower()]
        short = short.capitalize() if word[1][0].isupper() else short
        return f"{before[: word.start()]}{short} ", slot[article.end() :]
    if (elided := _ELIDED.search(before)) and _VOWEL.match(slot):
        stem = elided[1] or elided[2]
        return f"{before[: elided.start()]}{stem}’", slot
    return before, slot
