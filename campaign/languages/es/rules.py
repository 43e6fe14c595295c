"""Spanish around an inserted fact: y and e, o and u, del and al."""

from __future__ import annotations

import re

# What may stand before the first letter or digit of a fact: marks, quotation marks, brackets.
_OPENING = re.compile(r"[«“‘\"'(\[*_¿¡]*")
# «e Irán», «e hijos», «e íntegro»; but «y hielo», «y Ion», «y Yemen», «y II», where the sound is another.
_I_SOUND = re.compile(r"(?![IVX]+(?!\w))(?:h?í|h?i(?![aáeéoóuú])|y(?![aáeéiíoóuúü]))\w|h?í", re.I)
# «u ocho», «u honor». RAE keeps «o» before an aspirated h, as in Hong Kong.
_O_SOUND = re.compile(r"(?!hong\b)h?[oó]", re.I)
# The thousands of a number are read in threes: 11.000 begins with «once», 1.100 with «mil».
_NUMBER = re.compile(r"(?P<whole>\d+)(?:[.\u00a0\u202f ]\d{3})*(?P<ordinal>\.?[ºª])?")
_CONJUNCTION = re.compile(r"(?<![\w¿¡’'/-])(?P<word>[ye]|[oOuU])(?P<space>[ \u00a0])$")
_PREPOSITION = re.compile(r"(?<![\w’'/-])(?:de|a)(?P<space>[ \u00a0])$", re.I)


def joined(before: str, slot: str) -> tuple[str, str]:
    """Y is e before the sound i, and o is u before the sound o (8, 11 …); de + el is del, a + el is al."""
    if (preposition := _PREPOSITION.search(before)) and slot.startswith("el "):
        return f"{before[: preposition.start('space')]}l{preposition['space']}", slot.removeprefix("el ")
    if conjunction := _CONJUNCTION.search(before):
        word = _conjunction(conjunction["word"], _OPENING.sub("", slot, count=1))
        return f"{before[: conjunction.start()]}{word}{conjunction['space']}", slot
    return before, slot


def _conjunction(word: str, slot: str) -> str:
    """The form of the conjunction before a text."""
    if not slot[:1].isalnum():
        return word
    if word in "ye":
        return "e" if _I_SOUND.match(slot) else "y"
    right = "u" if _O_SOUND.match(slot) or _begins_with_o(slot) else "o"
    return right.upper() if word.isupper() else right


def _begins_with_o(slot: str) -> bool:
    """Whether a number in digits begins with the sound o: ocho, ochenta, ochocientos, once, octavo."""
    if not (number := _NUMBER.match(slot)):
        return False
    whole = number["whole"]
    first = whole[: len(whole) % 3 or 3]
    return first[0] == "8" or (first == "11" and not number["ordinal"])
