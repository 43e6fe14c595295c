"""A letter as plain text, wrapped at 72 columns, with its notes at the end."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator

from campaign.languages.data import language as language_of
from campaign.languages.direction import line_in
from campaign.languages.documents import names_by_hand
from campaign.languages.numbers import in_own_digits
from campaign.letters.letter import Block, Letter, NumberedList, plain

WIDTH = 72  # columns, as RFC 3676 advises for plain text that may be quoted

_RULE = "-" * 20

_SPACES = re.compile(" {2,}")


def render(letter: Letter) -> str:
    """The whole letter: both addresses as the language has them, date, subject, body, signature, notes."""
    heads = [_lines_of(letter.sender, letter.language), _lines_of(letter.addressee, letter.language)]
    parts = [
        *(reversed(heads) if letter.addressee_first else heads),
        letter.date,
        _wrapped(letter.subject, letter.language),
        body(letter),
        _wrapped(letter.imprint, letter.language),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _lines_of(lines: Iterable[str], code: str) -> str:
    """An address: a line that runs against the language keeps its order, in a program of either direction."""
    from_right = language_of(code).right_to_left
    return "\n".join(line_in(line, from_right) for line in lines)


def body(letter: Letter, width: int = WIDTH) -> str:
    """The letter from the salutation on, as an e-mail has it."""
    code = letter.language
    parts = [
        letter.salutation,
        *_blocks(letter.body, code, width),
        _wrapped(letter.closing, code, width=width),
    ]
    if other := letter.second_column:
        parts += [
            _RULE,
            _wrapped(other.subject, other.language, width=width),
            other.salutation,
            *_blocks(other.body, other.language, width),
            _wrapped(other.closing, other.language, width=width),
        ]
    parts.append("\n".join(_names(letter)) if letter.names else letter.signature)
    if letter.notes:
        leads = (in_own_digits(f"[{n}] ", code) for n in range(1, len(letter.notes) + 1))
        notes = (
            _wrapped(note.text, code, lead, width) for lead, note in zip(leads, letter.notes, strict=True)
        )
        parts.append("\n".join((_RULE, *notes)))
    return "\n\n".join(part for part in parts if part)


def for_web_form(letter: Letter) -> str:
    """The same for the form of an office, whose lines are as wide as they are there."""
    return body(letter.without_reading_copy(), sys.maxsize)


def _blocks(body: Iterable[Block], code: str, width: int) -> Iterator[str]:
    for block in body:
        if isinstance(block, NumberedList):
            items = (
                (in_own_digits(f"{n}. ", code), plain(item, code)) for n, item in enumerate(block.items, 1)
            )
            yield "\n".join(_wrapped(text, code, number, width) for number, text in items)
        else:
            text = language_of(code).text("paragraph-indent") + plain(block.runs, code)
            yield _wrapped(text, code, width=width)


def _names(letter: Letter) -> Iterator[str]:
    """Lines on which people sign by hand."""
    number, *headings = names_by_hand(letter.language)
    yield "  ".join((number.ljust(3), *(heading.ljust(20) for heading in headings))).rstrip()
    for n in range(1, letter.names + 1):
        yield "  ".join((in_own_digits(f"{n:>3}", letter.language), *("_" * 20 for _ in headings)))


def _wrapped(text: str, code: str, lead: str = "", width: int = WIDTH) -> str:
    """The text in lines of at most so many columns; its own line ends and no-break spaces stay.

    Where words have no spaces between them, the program that shows the text breaks its lines.
    """
    if not language_of(code).line("text", "word-spaces"):
        return lead + text
    lines = [line for paragraph in text.split("\n") for line in _lines(paragraph, width - len(lead))]
    indent = "\n" + " " * len(lead)
    return lead + indent.join(lines)


def _lines(text: str, width: int) -> Iterator[str]:
    """The text in lines that end at the last space before the width; a word that is longer has its own."""
    rest = _SPACES.sub(" ", text).lstrip(" ")
    while len(rest) > width:
        end = rest.rfind(" ", 0, width + 1)
        if end < 0 and (end := rest.find(" ")) < 0:
            break
        yield rest[:end]
        rest = rest[end + 1 :]
    yield rest
