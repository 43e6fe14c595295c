"""Text that people type: every script and emoji, but no character that deceives or breaks a format.

This is the one place that says what becomes of each character:

- Some are left out, wherever the text goes (`LEFT_OUT`): copying brings them along, nobody sees
  them, and a text without them says the same. U+FEFF is one; PDF/A forbids it. At the ends of a
  text U+200B and U+2060 go too, for there is nothing to join or to part there.
- Some are refused, by name (`forbidden`): what turns text round, what looks like nothing but
  counts as a letter, what hides a text in a text, and what other programs may not be given.
- All others come out as they were typed, in every format. U+200C and U+200D stay everywhere:
  Persian, Hindi, Malayalam and Sinhala names, and emoji, are misspelt without them. So do variation
  selectors, which Mongolian and Japanese names have, and the marks of direction U+200E, U+200F, U+061C.
- What none of our fonts has is named by `press.fonts.missing`, and refused where it is printed at once.

Check the length first, since normalising a long run of marks takes quadratic time.
"""

from __future__ import annotations

import re
import unicodedata

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
    "to_region": 80,
    "to_email": 254,
    "to_area": 120,
    "edited": 12_000,
    "organisation": 200,
    "website": 300,
    "function": 120,
    "reason": 500,
    "first_name": 40,
}

#: Maximum combining marks on one letter; Vietnamese and vocalised Arabic and Hebrew need two or three.
MAX_MARKS = 4

#: Soft hyphen, Khmer's two vowels without a shape (deprecated), the invisible operators of mathematics,
#: deprecated format characters, byte order mark, and the place of a picture that was not copied.
LEFT_OUT = re.compile("[\u00ad\u17b4\u17b5\u2061-\u2064\u206a-\u206f\ufeff\ufffc]")

#: What parts or joins two neighbours, and means nothing without one.
_AT_THE_ENDS = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\u200b\u2060"

# NUL and other controls (tab, line feed and carriage return are legal in texts), bidirectional
# overrides and isolates, unpaired surrogates, noncharacters, private use, Hangul letters without a
# shape, annotations between lines, control characters of shorthand and of music, language tags.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069"
    "\u115f\u1160\u3164\uffa0\u2065\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\ud800-\uf8ff\ufdd0-\ufdef\ufffe\uffff"
    "\U0001fffe\U0001ffff\U0002fffe\U0002ffff\U0003fffe\U0003ffff\U000e0000-\U000e00ff\U000e01f0-\U0010ffff]"
)

# The flags of England, Scotland and Wales: a black flag, tags that name the country, and their end.
_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f")

# Part of the letter before them, without being a mark on it.
_TRANSPARENT = frozenset("\u034f\u200c\u200d")


def forbidden(text: str) -> str:
    """The first character that no field may contain; '' if there is none."""
    if text.isascii():
        match = _FORBIDDEN.search(text)
        return match[0] if match else ""
    if match := _FORBIDDEN.search(_FLAG.sub("", text)):
        return match[0]
    marks = 0
    for character in text:
        if unicodedata.combining(character) or unicodedata.category(character) == "Me":
            marks += 1
        elif character not in _TRANSPARENT:
            marks = 0
        if marks > MAX_MARKS:
            return character
    return ""


#: Categories of characters that nobody sees in a message, or only as part of another character.
_UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs", "Mn", "Mc", "Me"}
_WITHOUT_NAME = {"Cc": "control character", "Co": "private use", "Cs": "half of a character"}


def named(character: str) -> str:
    """What messages call a character: “U+FEFF zero width no-break space”, “ᚠ U+16A0 runic letter …”.

    The names are Unicode's own, which exist in English alone.
    """
    category = unicodedata.category(character)
    name = unicodedata.name(character, "").lower() or _WITHOUT_NAME.get(category, "not assigned")
    shown = "" if category in _UNSEEN or _FORBIDDEN.match(character) else f"{character} "
    return f"{shown}U+{ord(character):04X} {name}"


def is_seen(text: str) -> bool:
    """Whether anything of a text can be seen: not only spaces, fillers, Braille's empty cell and the like."""
    return any(
        unicodedata.category(character) not in _UNSEEN and character not in _EMPTY for character in text
    )


#: They count as letters or symbols, and draw nothing.
_EMPTY = frozenset("\u115f\u1160\u2800\u3164\uffa0\U0001d159")


def normal(text: str) -> str:
    """NFC, line ends as one line feed, without what is left out; only for text of limited length."""
    lines = LEFT_OUT.sub("", text.replace("\r\n", "\n"))
    return unicodedata.normalize("NFC", lines.translate(_LINE_ENDS))


_LINE_ENDS = {ord(end): "\n" for end in "\r\u2028\u2029"}


def tidy(text: str) -> str:
    """The text in its normal form with no spaces around it, and spaces instead of tabs."""
    return normal(text).replace("\t", " ").strip(_AT_THE_ENDS)


def one_line(text: str) -> str:
    """Tidied text with spaces instead of line ends, for a field of one line."""
    return re.sub(r"\s*\n\s*", " ", tidy(text))


def in_latin_digits(text: str) -> str:
    """The text with the decimal digits of every script as 0 to 9: ۲۴, ٢٤ and २४ are 24."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(character, character)) for character in text)
