"""At which size a letter fits on one page: calculated from the fonts, before it is set.

Setting a page only to see whether it fits costs as much as printing it. So the height is
calculated from the widths of the letters; `formats.pdf` looks at the number of pages that came
out and takes the next size where the calculation was wrong.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from campaign.languages.direction import isolated
from campaign.letters.envelopes import WINDOWS, Box
from campaign.letters.letter import Block, Letter, NumberedList, plain
from campaign.press.metrics import cap_height, rows

PT = 25.4 / 72  # mm


@dataclass(frozen=True, slots=True)
class Size:
    """Type in points; the space between lines and between paragraphs, in em."""

    points: float
    leading: float
    spacing: float


#: Sizes in the order in which they are tried.
SIZES = (
    Size(11, 0.75, 1.3),
    Size(11, 0.68, 1.15),
    Size(10.5, 0.66, 1.1),
    Size(10.5, 0.6, 0.95),
    Size(10, 0.6, 0.95),
    Size(10, 0.55, 0.85),
    Size(9.5, 0.54, 0.85),
)

#: Margins of a letter and sizes of paper, in mm.
TOP, BOTTOM, LEFT, RIGHT = 20.0, 17.0, 25.0, 22.0
PAPER_SIZES = {"a4": (210.0, 297.0), "us-letter": (215.9, 279.4)}

ROOM_TO_SIGN = 14.0  # mm

#: How far the calculation may be wrong without a page being set twice.
DOUBT = 4.0  # mm: a line of text
NOTE = Size(8, 0.45, 0.45)
ROW_BY_HAND = 8.4  # mm
LINE_BY_HAND = 8.0  # mm

#: Under an open letter so many rows have to fit on its first page; they fill it, and the next one if need be.
ROWS_UNDER_TEXT = 6

#: What is above the rows on a further page of an office program, in mm.
OFFICE_HEAD = 16.0

#: Widths of the columns of these rows: number, name, place, signature; in hundredths.
SHARES_BY_HAND = (7, 39, 27, 27)


def size_for(letter: Letter) -> int:
    """The index of the first of SIZES at which the letter should fit on one page; the last if none."""

    def fits(index: int) -> bool:
        return height(letter, SIZES[index]) <= room(letter)

    # Each size is lower than the one before: a long letter is not measured at all of them.
    return 0 if fits(0) else bisect_left(range(len(SIZES) - 1), True, lo=1, key=fits)


def room(letter: Letter) -> float:
    """Height between the margins, in mm."""
    return PAPER_SIZES[letter.paper][1] - TOP - BOTTOM


def height(letter: Letter, size: Size) -> float:
    """The height of the letter at a size, notes included, in mm."""
    width = PAPER_SIZES[letter.paper][0] - LEFT - RIGHT
    column = (width - 7) / 2 if letter.second_column else width
    parts = [_text(letter.subject, size, column), *(_texts(letter, size, column))]
    text = sum(parts) + size.points * size.spacing * PT * len(parts)
    by_hand = ROWS_UNDER_TEXT * ROW_BY_HAND + 8 if letter.names else ROOM_TO_SIGN
    return _head(letter, size, width) + text + by_hand + _notes(letter, width) + DOUBT


def rows_by_hand(letter: Letter) -> int:
    """How many rows to sign in an office program has room for: they fill the page, or two of them.

    Office programs break lines elsewhere than we do: a row or two stay free for that.
    """
    size = SIZES[size_for(letter)]
    text = height(letter, size) - ROWS_UNDER_TEXT * ROW_BY_HAND
    first = max(int((room(letter) - text) / ROW_BY_HAND), 0)
    if first >= letter.names:
        return first
    return first + int((room(letter) - OFFICE_HEAD) / ROW_BY_HAND)


def points_in_box(lines: tuple[str, ...], box: Box) -> float:
    """The largest size, in points, at which the lines fit into a box of an office program.

    Office programs set lines 1.15 em apart and in other fonts, so a tenth is added.
    """
    for half in range(21, 10, -1):
        points = half / 2
        count = sum(rows(line, box.width / (points * PT * 1.1)) for line in lines)
        if count * points * PT * 1.2 <= box.height:
            return points
    return 5.5


#: Type sizes of the sender's line above the address, in points; nobody can read smaller ones.
RETURN_POINTS = (7.5, 7.0, 6.5, 6.0, 5.5)


def return_line_of(letter: Letter) -> tuple[str, float]:
    """The sender's one line above the address and its size in points; ('', 0) where there is none.

    A line that is too long for its box loses its middle: first what has no number, such as a region, then
    the street, last the town. The sender's block has them all.
    """
    window = WINDOWS.get(letter.window)
    box = window.return_line if window else None
    parts = letter.posting.sender if box else ()
    while box and parts:
        line = " · ".join(isolated(part, letter.language) for part in parts)
        for points in RETURN_POINTS:
            if rows(line, box.width / (points * PT * 1.05)) == 1:
                return line, points
        parts = _shorter(parts)
    return "", 0.0


def _shorter(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The parts without one of the middle; () where there is nothing left to leave out."""
    if len(parts) < 3:
        return parts[:1] if len(parts) == 2 else ()
    middle = parts[1:-1]
    place = next((n for n, part in enumerate(middle, 1) if not re.search(r"\d", part)), 1)
    return (*parts[:place], *parts[place + 1 :])


def _texts(letter: Letter, size: Size, width: float) -> list[float]:
    """Heights of salutation, blocks, closing and signature; in columns the higher of each pair."""
    mine = _heights((letter.salutation, letter.closing, letter.signature), letter.body, size, width)
    other = letter.second_column
    if other is None:
        return mine
    theirs = _heights((other.salutation, other.closing, ""), other.body, size, width)
    return [max(pair) for pair in zip(mine, theirs, strict=False)]


def _heights(ends: tuple[str, ...], body: tuple[Block, ...], size: Size, width: float) -> list[float]:
    heights = [_text(text, size, width) for text in ends if text]
    for block in body:
        if isinstance(block, NumberedList):
            inner = width - 1.9 * size.points * PT
            items = [_text(plain(item), size, inner) for item in block.items]
            heights.append(sum(items) + size.points * size.leading * PT * (len(items) - 1))
        elif block.lines:
            heights.append(block.lines * LINE_BY_HAND)
        else:
            heights.append(_text(plain(block.runs), size, width))
    return heights


def _text(text: str, size: Size, width: float) -> float:
    """Height in mm of a paragraph in a column `width` mm wide."""
    count = rows(text, width / (size.points * PT))
    return size.points * PT * (count * cap_height() + (count - 1) * size.leading)


def _head(letter: Letter, size: Size, width: float) -> float:
    """Height in mm of addresses and date."""
    if letter.window:
        return WINDOWS[letter.window].body - TOP
    em = size.points * PT
    if letter.blank:
        count = sum(rows(line, width / em) for line in letter.addressee)
        by_hand = (len(letter.sender) + 1) * LINE_BY_HAND
        return by_hand + em * (count * (cap_height() + 0.5) + 3)
    half = width * (1.0 if letter.layout == "left" else 0.48)
    count = sum(rows(line, half / em) for line in letter.addressee)
    sender = half if letter.layout == "right" else width
    count += sum(rows(line, sender / em) for line in letter.sender)
    return em * ((count + 1) * (cap_height() + 0.5) + HEAD_GAPS[letter.layout])


#: Spaces between the parts of the head, in em.
HEAD_GAPS = {"left": 3.0, "addressee-right": 2.6, "right": 2.7}


def _notes(letter: Letter, width: float) -> float:
    """Height in mm of the notes with their rule."""
    if not letter.notes:
        return 0.0
    lines = sum(rows(note.text, width / (NOTE.points * PT) - 1) for note in letter.notes)
    return NOTE.points * PT * lines * (cap_height() + NOTE.leading) + 20 * PT
