"""Names of people: what can't be one, what is probably something else, and which two are the same.

One rule for the petition's form, the rows of sheets, lists, letters for many senders and the book:

- `problem`: nobody can see it, or a spreadsheet wrote it. It is refused everywhere.
- `doubt`: it is probably something else. The signer is asked once, and may keep it; a list
  says in which row it is.
- `comparable`: two people who type one name from paper rarely type the same characters.

That no font has a character is no reason to refuse a name: see `press.printable`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from campaign.csv_files import FORMULA
from campaign.languages import lists
from campaign.messages import Message
from campaign.text_input import tidy

# What can't be a name

#: A long number, as spreadsheets write it.
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?\s*E\s*[+-]?\d+", re.IGNORECASE)

_LINES = Message("A name must be on one line.")
_FORMULA = Message("A name must begin with a letter.")
_LETTERS = Message("A name must contain letters.")
_PLACE_LETTERS = Message("A town must contain letters.")
_PLACE_ADDRESS = Message("This is an address on the internet. Type the name of the town, or nothing.")
SPREADSHEET_ERROR = Message("This is an error of a spreadsheet. Type what belongs here.")


def problem(text: str) -> Message | None:
    """Why a text can't be a person's name; None if it can, or if there is nothing."""
    text = tidy(text)
    if "\n" in text:
        return _LINES
    if is_spreadsheet_error(text):
        return SPREADSHEET_ERROR
    if FORMULA.match(text) and not _telephone(text):
        return _FORMULA
    if text and not _has_letters(text) and not _telephone(text):
        return _LETTERS
    return None


def place_problem(text: str) -> Message | None:
    """Why a text can't be a town; None if it can, or if there is nothing. A town may be called 1770."""
    text = tidy(text)
    if is_spreadsheet_error(text):
        return SPREADSHEET_ERROR
    if text and not any(map(str.isalnum, text)):
        return _PLACE_LETTERS
    return _PLACE_ADDRESS if _EMAIL.search(text) or _SCHEME.search(text) else None


def is_spreadsheet_error(text: str) -> bool:
    """Whether a cell has what a spreadsheet writes where it could not calculate."""
    return _errors().match(unicodedata.normalize("NFKC", text).strip()) is not None


@cache
def _errors() -> re.Pattern[str]:
    """What spreadsheets write where a cell went wrong: “#N/A”, “#REF!” or, in any language, “Err:502”."""
    words = "|".join(map(re.escape, lists.error_words()))
    return re.compile(rf"#|(?:{words}) ?:\s*\d{{3}}$", re.IGNORECASE)


def _has_letters(text: str) -> bool:
    """Whether there is a letter, or a number that is written with one (〇); no modifier letter such as ʼ."""
    if _NUMBER.fullmatch(unicodedata.normalize("NFKC", text)):
        return False
    return any(unicodedata.category(character) in {"Lu", "Ll", "Lt", "Lo", "Nl"} for character in text)


# What is probably something else

_SCHEME = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://|\bwww\.", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@]@[^\s@]+\.[^\s@]{2}")

#: The endings of domains that advertisements and people use most.
_ENDINGS = (
    "com|net|org|info|biz|ru|su|рф|kz|қаз|kg|uz|by|ua|uk|de|fr|eu|us|io|co|me|tv|cc|app|dev|xyz|top|site|online|"
    "shop|store|club|live|link|page|blog|news|gov|edu|example|test"
)

#: A scheme, “www.”, or a domain.
_WEB = re.compile(rf"{_SCHEME.pattern}|(?<![\w.])(?:[\w-]{{2,}}\.)+(?:{_ENDINGS})(?![\w.])", re.IGNORECASE)
_PHONE = re.compile(r"[+(]?\d(?:[ \t().\-/\u2010-\u2015\u2212]*\d){6,}")

_DOUBTS = {
    "email": Message("This looks like an e-mail address, not like a name."),
    "web": Message("This looks like a web address, not like a name."),
    "phone": Message("This looks like a telephone number, not like a name."),
    "heading": Message("This looks like the heading of a column, not like a name."),
}


def doubt(text: str) -> Message | None:
    """Why a text is probably not a person's name, though it can be; None for no doubt."""
    plain = unicodedata.normalize("NFKC", tidy(text))
    if _EMAIL.search(plain):
        return _DOUBTS["email"]
    if _WEB.search(plain):
        return _DOUBTS["web"]
    if _telephone(plain):
        return _DOUBTS["phone"]
    return _DOUBTS["heading"] if is_heading(plain) else None


#: In a text, also beside letters of a script that has no spaces, or in front of a path; an address that hides
#: its @; a name on a social network. And a day, which is no telephone number.
_LINK = re.compile(
    rf"(?<![a-z0-9.-])(?:[a-z0-9-]+\.)+(?:(?:{_ENDINGS})(?![a-z0-9-])|[a-z]{{2,12}}/\w)", re.IGNORECASE
)
_HIDDEN = re.compile(r"\w\s?[(\[{]\s?(?:at|@)\s?[)\]}]\s?\w", re.IGNORECASE)
_ACCOUNT = re.compile(r"(?<![\w.])@\w[\w.]{2,}")
_DAY = re.compile(r"\b(?:\d{1,2}[./\-]\d{1,2}[./\-](?:\d{4}|\d{2})|\d{4}[./\-]\d{1,2}[./\-]\d{1,2})\b")


def contact_in(text: str) -> str:
    """The first part of a text that leads to somebody; '' for none.

    That is an e-mail address, a telephone number, an account on a social network, or a link.
    """
    plain = unicodedata.normalize("NFKC", tidy(text))
    for pattern in (_EMAIL, _HIDDEN, _WEB, _LINK, _ACCOUNT):
        if match := pattern.search(plain):
            return _word_around(plain, match)
    without_days = _DAY.sub(" / ", plain)
    match = _PHONE.search(without_days)
    return _word_around(without_days, match) if match else ""


def _word_around(text: str, match: re.Match[str]) -> str:
    """What was found, with the rest of the words at its ends; not the whole of a text without spaces."""
    start, end = match.span()
    before, after = text[:start].split(), text[end:].split()
    head = before[-1] if before and not text[start - 1].isspace() else ""
    tail = after[0] if after and not text[end].isspace() else ""
    return f"{head[-_AROUND:]}{match[0][:_AROUND]}{tail[:_AROUND]}"


#: Characters of what was found, and of the word on either side of it, that a message repeats.
_AROUND = 40


def _telephone(text: str) -> bool:
    return _PHONE.search(unicodedata.normalize("NFKC", text)) is not None


def is_heading(text: str) -> bool:
    """Whether a text is what the column of names, or of a part of them, is called."""
    return comparable(text) in _comparable_headings()


@cache
def _comparable_headings() -> frozenset[str]:
    keys = ("name", "given", "middle", "family", "second-family")
    return frozenset(comparable(heading) for key in keys for heading in lists.headings(key))


# Which two are the same

_APOSTROPHES = "'’‘‛ʼʻʽʹʾʿ′‵`´＇ꞌՙ՚׳ˈ"
_HYPHENS = "-‐‑‒–—―−⁃﹘﹣－֊־"
_MARKS = str.maketrans(
    {**dict.fromkeys(_APOSTROPHES, "'"), **dict.fromkeys(_HYPHENS, "-"), **dict.fromkeys(".．", " ")}
)

#: Letters that look alike, as they are typed where nobody changed the keyboard.
_CYRILLIC = "АВЕЁЅІЇЈКМНОРСТУХҺӀӘаеёѕіїјорсухһӏә"
_LATIN = "ABEËSIÏJKMHOPCTYXhIƏaeësiïjopcyxhiə"
_TO_CYRILLIC, _TO_LATIN = str.maketrans(_LATIN, _CYRILLIC), str.maketrans(_CYRILLIC, _LATIN)

#: Small letters that are taken for one. Where capitals look alike (B and В), their small letters are a pair.
_PAIRS = str.maketrans("abestikmhopcyxjïəǝıӏёë", "авеѕтікмнорсухјїәәііее")
_IN_LATIN = str.maketrans("авеѕтікмнорсухјїә", "abestikmhopcyxjïə")


def comparable(name: str) -> str:
    """A name in the form for comparing, neither for printing nor for sorting.

    Equal are: capital and small letters; composed, full-width and invisible characters; kinds of
    apostrophes and hyphens; full stops, as after initials, and spaces; Cyrillic and Latin letters
    that look alike; е and ё.
    """
    text = "".join(filter(_is_drawn, name.translate(_MARKS)))
    text = unicodedata.normalize("NFKC", text).translate(_MARKS)
    words = (_in_one_script(word) for word in re.split(r"(\s+)", text))
    text = "".join(words).casefold().replace("i\u0307", "i").translate(_PAIRS)
    text = re.sub(r"[^\W\d_]*[a-z][^\W\d_]*", lambda word: word[0].translate(_IN_LATIN), text)
    return re.sub(r" ?- ?", "-", " ".join(unicodedata.normalize("NFC", text).split()))


def _is_drawn(character: str) -> bool:
    return not _UNDRAWN.match(character) and unicodedata.category(character) != "Cf"


_UNDRAWN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


def _in_one_script(word: str) -> str:
    """A word of both alphabets in the one that has letters which the other has not."""
    if word.isascii():
        return word
    cyrillic = sum(_is_cyrillic(character) and character not in _CYRILLIC for character in word)
    latin = sum(_is_latin(character) and character not in _LATIN for character in word)
    if cyrillic > latin:
        return word.translate(_TO_CYRILLIC)
    return word.translate(_TO_LATIN) if latin else word


def _is_cyrillic(character: str) -> bool:
    return "\u0400" <= character <= "\u052f"


def _is_latin(character: str) -> bool:
    return (character.isascii() and character.isalpha()) or "\u00c0" <= character <= "\u024f"
