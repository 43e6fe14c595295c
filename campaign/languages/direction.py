"""The direction of a text, and texts that are put into others without changing their order (UAX #9).

A line from right to left shows `28014 Madrid` as `Madrid 28014`, and a title in Latin letters takes the
number after it along. An inserted text that runs against the text around it is therefore isolated: a
format writes that as U+2068 and U+2069, as an element, or as marks that old programs know.
"""

from __future__ import annotations

import re
import unicodedata

from campaign.languages.data import language

#: Before a text that is isolated in its own direction, and after it.
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"

#: What keeps neighbours in their order in programs that know no isolates.
LEFT_TO_RIGHT_MARK, RIGHT_TO_LEFT_MARK = "\u200e", "\u200f"

#: A number, with the characters that keep its parts together (UAX #9, W4), and those of Arabic figures.
_NUMBER = re.compile(r"\d+(?:[.,:/+\-\u00a0\u202f\u066b\u066c]\d+)*")

_ISOLATED = re.compile(f"{FIRST_STRONG_ISOLATE}([^{FIRST_STRONG_ISOLATE}{POP_ISOLATE}]*){POP_ISOLATE}")


def right_to_left(text: str) -> bool:
    """Whether a text runs from right to left: its first letter with a direction decides (UAX #9, P2)."""
    return _first_direction(text) is True


def runs_from_right(text: str, code: str) -> bool:
    """The same; a text without letters runs as the language does."""
    own = _first_direction(text)
    return language(code).right_to_left if own is None else own


def _first_direction(text: str) -> bool | None:
    """Whether the first letter with a direction runs from right to left; None if there is no such letter.

    What is isolated does not count.
    """
    for character in _ISOLATED.sub("", text):
        kind = unicodedata.bidirectional(character)
        if kind in {"L", "R", "AL"}:
            return kind != "L"
    return None


def runs_against(text: str, from_right: bool) -> bool:
    """Whether the order of the text would change between texts of that direction.

    In a text from right to left so does what has no letters but more than one number: a telephone number.
    """
    kinds = {unicodedata.bidirectional(character) for character in text}
    if not from_right:
        return bool(kinds & {"R", "AL"})
    return "L" in kinds or (not kinds & {"R", "AL"} and len(_NUMBER.findall(text)) > 1)


def isolated(text: str, code: str) -> str:
    """The text as it can be put into a text of that language: isolated if it runs against it."""
    return isolated_in(text, language(code).right_to_left)


def isolated_in(text: str, from_right: bool) -> str:
    """The same, for a text of that direction. What has isolated parts already stays as it is."""
    if (
        not text
        or (text.isascii() and not from_right)
        or not runs_against(text, from_right)
        or _ISOLATED.search(text)
    ):
        return text
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"


def line_in(text: str, from_right: bool) -> str:
    """A line of its own in a paragraph of that direction: isolated if its order would change there.

    A line with letters of one direction, from its first character to its last or to a number at its end,
    keeps its order: an e-mail address does, 28014 Madrid does not.
    """
    kinds = [unicodedata.bidirectional(character) for character in text]
    own, other = ({"L"}, {"R", "AL"}) if from_right else ({"R", "AL"}, {"L"})
    if kinds and kinds[0] in own and kinds[-1] in own | {"EN"} and not other.intersection(kinds):
        return text
    return isolated_in(text, from_right)


def with_marks(text: str, from_right: bool) -> str:
    """The text with marks of direction for its isolates, for programs that know no isolates.

    `from_right` is the direction of the text around them.
    """
    own = RIGHT_TO_LEFT_MARK if from_right else LEFT_TO_RIGHT_MARK

    def marked(match: re.Match[str]) -> str:
        inner = RIGHT_TO_LEFT_MARK if right_to_left(match[1]) else LEFT_TO_RIGHT_MARK
        return f"{own}{inner}{match[1]}{inner}{own}"

    return _ISOLATED.sub(marked, text)
