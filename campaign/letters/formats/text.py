"""A letter as plain text, wrapped at 72 columns, with its notes at the end."""

from __future__ import annotations

import re
from collections.abc import Iterator

from campaign.letters.compose import Letter, Numbered, plain

WIDTH = 72  # columns, as RFC 3676 advises for plain text that may be quoted


def render(letter: Letter) -> str:
    """The whole letter: sender, addressee, date, subject, body, signature, notes."""
    parts = [
        "\n".join(letter.sender),
        "\n".join(letter.addressee),
        letter.date,
        _wrapped(letter.subject),
        body(letter),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def body(letter: Letter) -> str:
    """The letter from the salutation on, as an e-mail has it."""
    parts = [letter.salutation]
    for block in letter.body:
        if isinstance(block, Numbered):
            items = (_wrapped(plain(item), f"{n}. ") for n, item in enumerate(block.items, 1))
            parts.append("\n".join(items))
        else:
            parts.append(_wrapped(plain(block.runs)))
    parts += [_wrapped(letter.closing), letter.signature]
    if letter.notes:
        notes = (_wrapped(note, f"[{n}] ") for n, note in enumerate(letter.notes, 1))
        parts.append("\n".join(("-" * 20, *notes)))
    return "\n\n".join(part for part in parts if part)


def _wrapped(text: str, lead: str = "") -> str:
    """The text in lines of at most 72 columns; its own line ends stay, no-break spaces hold."""
    lines = [line for written in text.split("\n") for line in _lines(written, WIDTH - len(lead))]
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
