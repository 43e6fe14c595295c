"""What the two formats for office programs, Word's and OpenDocument, have in common."""

from __future__ import annotations

import zipfile
from datetime import datetime

from campaign.languages.data import exists, language
from campaign.languages.direction import line_in, with_marks
from campaign.languages.scripts import script_of
from campaign.letters.fitting import LEFT, PAPER_SIZES, RIGHT, Size
from campaign.letters.letter import Letter, NumberedList, Paragraph, plain
from campaign.pack.archive import entry
from campaign.press.direction import UNKNOWN
from campaign.press.typeset import last_midnight

#: The only serif font with all of Cyrillic that everyone who edits the letter is sure to have, by that
#: name or as Liberation Serif.
FONT = "Times New Roman"


def font(code: str) -> str:
    """The font for a language whose letters are not in the first one."""
    return script_of(code).office or FONT


def own_indent(code: str) -> bool:
    """Whether the language indents each paragraph."""
    return bool(language(code).text("paragraph-indent"))


def marked(text: str, from_right: bool) -> str:
    """Text as office programs order it: with marks of direction, since they do not know isolates."""
    return with_marks(text, from_right)


def marked_line(text: str, from_right: bool) -> str:
    """A line of its own, such as one of an address, in a paragraph of that direction.

    Lines that run against it keep their order: 28014 Madrid is not Madrid 28014.
    """
    return with_marks(line_in(text, from_right), from_right)


#: What is to the right of the middle, by the letter's layout.
_INDENTED = {"left": (), "right": ("sender", "addressee"), "addressee-right": ("addressee", "date")}


def indents(letter: Letter) -> dict[str, float]:
    """Left indents in mm of sender, addressee and date, as the language has them; none with a window."""
    half = (PAPER_SIZES[letter.paper][0] - LEFT - RIGHT) * 0.52
    indented = () if letter.window else _INDENTED[letter.layout]
    return {name: half if name in indented else 0.0 for name in ("sender", "addressee", "date")}


#: A text of so many characters may be one line, which is too little above the end of a letter.
_ONE_LINE = 90


def leads(letter: Letter, number: int) -> bool:
    """Whether a part of the text leads to the list after it: “I ask you to:”."""
    both = letter.body[number : number + 2]
    return len(both) == 2 and isinstance(both[0], Paragraph) and isinstance(both[1], NumberedList)


def kept_with_next(letter: Letter) -> set[int]:
    """Which parts of the text are never on another page than what is after them.

    What leads to a list is not, nor is the end of the text, which closing and signature need above them.
    """
    numbers = {number for number in range(len(letter.body)) if leads(letter, number)}
    for number in reversed(range(len(letter.body))):
        block = letter.body[number]
        numbers.add(number)
        if isinstance(block, NumberedList) or len(plain(block.runs)) > _ONE_LINE:
            break
        if letter.closing and number < len(letter.body) - 1:
            break
    return numbers


def rows_of(letter: Letter) -> list[list[int]]:
    """The parts of the text in rows of two columns: what keeps with the next is in one row with it."""
    rows: list[list[int]] = []
    kept = kept_with_next(letter)
    for number in range(len(letter.body)):
        if rows and rows[-1][-1] in kept:
            rows[-1].append(number)
        else:
            rows.append([number])
    return rows


def space_after(size: Size) -> float:
    """The space after a paragraph, in points."""
    return size.points * (size.spacing - 0.5)


def made_at() -> datetime:
    """The time that a document names, without its zone: it gives no time of day."""
    return last_midnight().replace(tzinfo=None)


def office_language(code: str) -> str:
    """A language as Word names its dictionary: that of a country, 'x-none' where nobody knows it, or ''."""
    return "x-none" if code == UNKNOWN else language(code).office_tag if exists(code) else code


def add(archive: zipfile.ZipFile, name: str, data: str | bytes, how: int = zipfile.ZIP_DEFLATED) -> None:
    """Put a file into the document's ZIP, with the time that the document names."""
    archive.writestr(entry(name, how, made_at().timetuple()[:6]), data)
