"""What the two formats for office programs, Word's and OpenDocument, have in common."""

from __future__ import annotations

import zipfile
from datetime import datetime

from campaign.letters.fitting import LEFT, PAPER_SIZES, RIGHT, Size
from campaign.letters.letter import Letter
from campaign.pack.archive import entry
from campaign.press.direction import UNKNOWN
from campaign.press.typeset import last_midnight

#: The only serif font with all of Cyrillic that everyone who edits the letter is sure to have, by that
#: name or as Liberation Serif.
FONT = "Times New Roman"

#: Language and country, as office programs name a dictionary.
LANGUAGES = {"en": "en-GB", "ru": "ru-RU", "kk": "kk-KZ", "fr": "fr-FR"}

#: What is to the right of the middle, by the letter's layout.
_INDENTED = {"left": (), "right": ("sender", "addressee"), "addressee-right": ("addressee", "date")}


def indents(letter: Letter) -> dict[str, float]:
    """Left indents in mm of sender, addressee and date, as the language has them; none with a window."""
    half = (PAPER_SIZES[letter.paper][0] - LEFT - RIGHT) * 0.52
    indented = () if letter.window else _INDENTED[letter.layout]
    return {name: half if name in indented else 0.0 for name in ("sender", "addressee", "date")}


def space_after(size: Size) -> float:
    """The space after a paragraph, in points."""
    return size.points * (size.spacing - 0.5)


def made_at() -> datetime:
    """The time that a document names, without its zone: it gives no time of day."""
    return last_midnight().replace(tzinfo=None)


def office_language(code: str) -> str:
    """A language as Word names its dictionary: that of a country, 'x-none' where nobody knows it, or ''."""
    return "x-none" if code == UNKNOWN else LANGUAGES.get(code, code)


def add(archive: zipfile.ZipFile, name: str, data: str | bytes, how: int = zipfile.ZIP_DEFLATED) -> None:
    """Put a file into the document's ZIP, with the time that the document names."""
    archive.writestr(entry(name, how, made_at().timetuple()[:6]), data)
