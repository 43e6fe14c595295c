"""Which of the offered languages suits a reader best, by what the browser says (Accept-Language)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from babel.core import get_global

from campaign.languages.data import above

#: A browser names a few languages; what a hostile one names beyond is not read.
MOST, LONGEST = 30, 35


def best(accepted: Iterable[tuple[str, float]], offered: Sequence[str]) -> str:
    """The offered language for the most wanted language that has one; the first offered if none has.

    `accepted` are language tags with their weight. A reader of `kk-KZ` gets Kazakh before the next language
    of the list, a reader of `zh-CN` simplified Chinese, and one of `zh-TW` too if there is no other Chinese.
    """
    wanted = [(tag, weight) for tag, weight in accepted if weight > 0 and tag != "*" and len(tag) <= LONGEST]
    for tag, _weight in sorted(wanted[:MOST], key=lambda entry: -entry[1]):
        if found := _match(tag, offered):
            return found
    return offered[0]


def _match(tag: str, offered: Sequence[str]) -> str:
    """The nearest offered language that readers of a language can read; '' for none."""
    own = _parts(tag)
    for parent in above("-".join(filter(None, own))):
        if parent in offered:
            return parent
    ranked = [(_nearness(_likely(own), _likely(_parts(code))), code) for code in offered]
    nearness, code = max(ranked, key=lambda entry: entry[0])
    return code if nearness else ""


Parts = tuple[str, str, str]

#: BCP 47 (RFC 5646, 2.1): two letters, or three digits of UN M.49.
_TERRITORY = re.compile("[A-Za-z]{2}|[0-9]{3}")


def _nearness(one: Parts, other: Parts) -> int:
    """How many of language, script and territory are the same, in this order."""
    return next((count for count in range(3) if one[count] != other[count]), 3)


def _parts(tag: str) -> Parts:
    """Language, script and territory as CLDR writes them; '' for what the tag does not say."""
    first, *rest = tag.replace("_", "-").split("-")
    language = first.lower()
    language = get_global("language_aliases").get(language, language).split("_")[0]
    script = next((part.title() for part in rest if len(part) == 4 and part.isalpha()), "")
    territory = next((part.upper() for part in rest if _TERRITORY.fullmatch(part)), "")
    return language, script, territory


def _likely(parts: Parts) -> Parts:
    """The same with the script and the territory that are likely where the tag says none."""
    language, script, territory = parts
    for known in ((language, script, territory), (language, territory), (language, script), (language,)):
        found = get_global("likely_subtags").get("_".join(filter(None, known)))
        if found:
            _language, likely_script, likely_territory = (*found.split("_"), "", "")[:3]
            return language, script or likely_script, territory or likely_territory
    return parts
