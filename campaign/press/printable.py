"""Whether a text can be printed, and if not why: the one check of every form and list.

A letter is printed at once, so what no font has is refused (`unprintable`). A signature is printed
later, if at all, and its owner can't change the name: only what no text may have is refused
(`unacceptable`), and the book prints U+FFFD instead (`replaced`) and says so.
"""

from __future__ import annotations

import unicodedata

from campaign.messages import Message
from campaign.press import fonts
from campaign.text_input import forbidden, is_seen, named, normal

#: Printed in the place of what can't be printed.
REPLACEMENT = "\ufffd"

#: Characters that one message names.
MOST_NAMED = 5


def unacceptable(text: str) -> Message | None:
    """Which character no text may have; None if there is none. Check its length first."""
    if character := forbidden(text):
        return Message(
            "This text contains %(character)s, which can’t be printed. Retype it instead of pasting.",
            character=named(character),
        )
    return None


def unprintable(text: str) -> Message | None:
    """Which characters of a text can't be printed; None if all can. Check its length first."""
    if problem := unacceptable(text):
        return problem
    if characters := fonts.missing(normal(text)):
        names = ", ".join(named(character) for character in characters[:MOST_NAMED])
        return Message("None of our fonts has %(characters)s. Remove it.", characters=names)
    return None


def replaced(text: str) -> str:
    """The text with U+FFFD in the place of each character that can't be printed.

    For what was not typed into a form just now: one such record must not stop a book of all.
    """
    if _simple.issuperset(text) and not text.isspace():
        return text
    printed = _replaced(text)
    if printed == text:
        _simple.update(filter(_is_simple, text))
    return printed


#: Characters that are printed as they are whatever is beside them, as far as texts had them until now. Most
#: names have no others, and a book asks for each name twice.
_simple = {" "}


def _is_simple(character: str) -> bool:
    """Whether it is a letter, figure or punctuation that no neighbour changes, as Hangul's parts do."""
    kind = unicodedata.category(character)
    alone = kind[0] in "LP" or kind == "Nd"
    return alone and not "\u1100" <= character <= "\u11ff" and _replaced(character) == character


def _replaced(text: str) -> str:
    text = normal(text)
    if text and not is_seen(text):
        return REPLACEMENT
    if unprintable(text) is None:
        return text
    characters = [REPLACEMENT if forbidden(one) or fonts.missing(one) else one for one in text]
    printed = "".join(characters)
    # What is left to refuse are marks, too many on one letter.
    return printed if not forbidden(printed) else "".join(filter(_is_no_mark, printed))


def _is_no_mark(character: str) -> bool:
    return not unicodedata.combining(character)
