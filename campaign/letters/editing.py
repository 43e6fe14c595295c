"""Editing by hand: a letter's body as free text to edit, and back."""

from __future__ import annotations

import re
from dataclasses import replace

from campaign.languages.numbers import in_own_digits
from campaign.letters.letter import Block, Letter, NumberedList, Paragraph, plain
from campaign.pack.wording import Note, NoteMark, Run


def edit_text(letter: Letter) -> str:
    """The body as plain text to edit: salutation, paragraphs, list, closing; notes as [1]."""
    code, parts = letter.language, [letter.salutation]
    for block in letter.body:
        if isinstance(block, NumberedList):
            numbered = (
                (in_own_digits(f"{n}. ", code), plain(item, code)) for n, item in enumerate(block.items, 1)
            )
            parts.append("\n".join(map("".join, numbered)))
        else:
            parts.append(plain(block.runs, code))
    parts.append(letter.closing)
    return "\n\n".join(part for part in parts if part)


def with_edited_text(letter: Letter, text: str) -> Letter:
    """The letter with its body replaced by edited text, which keeps `[n]` notes and lists.

    Notes that the text no longer names are dropped and the rest are renumbered. The
    salutation and the closing are part of the text from here on. Nobody has translated the
    text, so no second language is beside it.
    """
    notes: list[Note] = []

    def runs(words: str) -> tuple[Run, ...]:
        out: list[Run] = []
        for index, piece in enumerate(re.split(r"\[(\d{1,2})\]", words)):
            if index % 2 == 0:
                out += [piece] if piece else []
            elif 1 <= int(piece) <= len(letter.notes):
                note = letter.notes[int(piece) - 1]
                if note not in notes:
                    notes.append(note)
                out.append(NoteMark(notes.index(note) + 1))
            else:
                out.append(f"[{piece}]")
        return tuple(out)

    blocks: list[Block] = []
    for part in re.split(r"\n[ \t]*\n", text.strip()):
        lines = [line.strip() for line in part.strip().split("\n")]
        marks = [re.match(r"(\d{1,2})\. +(.+)", line) for line in lines]
        if all(mark and int(mark[1]) == n for n, mark in enumerate(marks, 1)):
            blocks.append(NumberedList(tuple(runs(mark[2]) for mark in marks if mark)))
        else:
            blocks.append(Paragraph(runs("\n".join(lines))))
    return replace(letter, salutation="", closing="", body=tuple(blocks), notes=tuple(notes), beside=None)
