"""Text that people type: every script and emoji, but no character that deceives or breaks the layout.

Check the length first, since normalising a long run of marks takes quadratic time.
"""

from __future__ import annotations

import re
import unicodedata

from campaign.csv_files import FORMULA

#: Maximum characters of each typed field; the length is checked before anything else.
LENGTHS = {
    "name": 120,
    "place": 80,
    "postcode": 16,
    "region": 80,
    "address": 250,
    "email": 254,
    "own_words": 2_000,
    "to_name": 120,
    "to_address": 300,
    "to_postcode": 16,
    "to_place": 80,
    "edited": 12_000,
}

#: Maximum combining marks on one letter; Vietnamese and vocalised Arabic and Hebrew need two or three.
MAX_MARKS = 4

# NUL and other controls (tab, line feed and carriage return are legal in texts), bidirectional
# overrides and isolates, unpaired surrogates, noncharacters.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
    "|[\U0001fffe\U0001ffff\U0002fffe\U0002ffff\U0003fffe\U0003ffff\U000ffffe\U000fffff\U0010fffe\U0010ffff]"
)


def forbidden(text: str) -> bool:
    """Whether the text has a character that no field may contain."""
    if _FORBIDDEN.search(text):
        return True
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks > MAX_MARKS:
            return True
    return False


_WEB_ADDRESS = re.compile(r"(?i)\b[a-z][a-z0-9+.-]{1,20}://|\bwww\.")


def name_problem(text: str) -> str:
    """Why a text is not a person’s name: “lines”, “address”, “formula” or “letters”; otherwise ''.

    A name has a letter and one line, no web address, and nothing that a spreadsheet would calculate.
    """
    text = text.strip()
    if "\n" in text or "\r" in text:
        return "lines"
    if _WEB_ADDRESS.search(text):
        return "address"
    if FORMULA.match(text):
        return "formula"
    return "letters" if text and not any(char.isalpha() for char in text) else ""


def tidy(text: str) -> str:
    """NFC, line ends as one line feed, no spaces around it; call it only for text of limited length."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return unicodedata.normalize("NFC", lines).strip()


def one_line(text: str) -> str:
    """Tidied text with spaces instead of line ends, for a field of one line."""
    return re.sub(r"\s*\n\s*", " ", tidy(text))


def initials(name: str) -> str:
    """The first letters of a name's words, each with a full stop; combining marks stay with their letter."""
    letters = []
    for word in name.replace("-", " ").split():
        start = next((place for place, character in enumerate(word) if character.isalpha()), None)
        if start is not None:
            end = start + 1
            while end < len(word) and unicodedata.combining(word[end]):
                end += 1
            letters.append(f"{word[start:end].upper()}.")
    return " ".join(letters)
