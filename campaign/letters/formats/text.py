"""A letter as plain text, wrapped at 72 columns, with its notes at the end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from campaign.letters.letter import Block, Letter, NumberedList, plain
from campaign.pack.languages import names_by_hand

WIDTH = 72  # columns, as RFC 3676 advises for plain text that may be quoted

_RULE = "-" * 20


def render(letter: Letter) -> str:
    """The whole letter: both addresses as the language has them, date, subject, body, signature, notes."""
    heads = ["\n".join(letter.sender), "\n".join(letter.addressee)]
    parts = [
        *(reversed(heads) if letter.addressee_first else heads),
        letter.date,
        _wrapped(letter.subject),
        body(letter),
        _wrapped(letter.imprint),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def body(letter: Letter) -> str:
    """The letter from the salutation on, as an e-mail has it."""
    parts = [letter.salutation, *_blocks(letter.body), _wrapped(letter.closing)]
    if other := letter.second_column:
        parts += [
            _RULE,
            _wrapped(other.subject),
            other.salutation,
            *_blocks(other.body),
            _wrapped(other.closing),
        ]
    parts.append("\n".join(_names(letter)) if letter.names else letter.signature)
    if letter.notes:
        notes = (_wrapped(note.text, f"[{n}] ") for n, note in enumerate(letter.notes, 1))
        parts.append("\n".join((_RULE, *notes)))
    return "\n\n".join(part for part in parts if part)


def _blocks(body: Iterable[Block]) -> Iterator[str]:
    for block in body:
        if isinstance(block, NumberedList):
            yield "\n".join(_wrapped(plain(item), f"{n}. ") for n, item in enumerate(block.items, 1))
        else:
            yield _wrapped(plain(block.runs))


def _names(letter: Letter) -> Iterator[str]:
    """Lines on which people sign by hand."""
    number, *headings = names_by_hand(letter.language)
    yield "  ".join((number.ljust(3), *(heading.ljust(20) for heading in headings))).rstrip()
    for n in range(1, letter.names + 1):
        yield "  ".join((f"{n:>3}", *("_" * 20 for _ in headings)))


def _wrapped(text: str, lead: str = "") -> str:
    """The text in lines of at most 72 columns; its own line ends and no-break spaces stay."""
    lines = [line for paragraph in text.split("\n") for line in _lines(paragraph, WIDTH - len(lead))]
    indent = "\n" + " " * len(lead)
    return lead + indent.join(lines)


def _lines(text: str, width: int) -> Iterator[str]:
    line = ""
    for word in re.split(r" +", text):
        if line and len(line) + 1 + len(word) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line
